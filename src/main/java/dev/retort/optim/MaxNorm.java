package dev.retort.optim;

import module java.base;
import dev.retort.kernel.ParallelRange;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;

/**
 * Limits the norm of the weights that enter each unit, NOTES (E53), after Srivastava et al. 2014: a column of W that is
 * longer than the limit is scaled to it; a shorter one is not modified.
 *
 * <pre>
 * w_kj = w_kj * (limit / norm)    where norm = sqrt(sum_k w_kj^2) is above the limit
 * </pre>
 *
 * <p>The sum is in double, so it cannot overflow, and the factor in float: a norm ends at most 2u above the limit, with
 * u = 2^-24. One thread at a time.
 */
public final class MaxNorm {
  private static final long GRAIN = 1L << 16;
  private static final int STEP = 64;

  private final List<Tensor> weights;
  private final double limit;
  private final double[] sums;
  private final float[] factors;
  private final ParallelRange columns = new ParallelRange(GRAIN, STEP, this::limit);
  private Tensor weight = Tensor.zeros(0, 1);

  /**
   * A limit for the weights among some parameters; biases have none.
   *
   * @param parameters what it limits, each [inputs, outputs] if it {@link Parameter#decays decays}
   * @param limit finite and positive
   * @throws IllegalArgumentException if the limit is out of range
   */
  public MaxNorm(List<Parameter> parameters, double limit) {
    if (!(limit > 0 && limit < Float.MAX_VALUE)) {
      throw new IllegalArgumentException("the limit of the norm must be finite and positive, not " + limit);
    }
    this.limit = limit;
    weights = parameters.stream().filter(Parameter::decays).map(Parameter::value).toList();
    int widest = weights.stream().mapToInt(Tensor::rowSize).max().orElse(0);
    sums = new double[widest];
    factors = new float[widest];
  }

  /** Scales every column that is longer than the limit. */
  public void apply() {
    for (int i = 0; i < weights.size(); i++) {
      weight = weights.get(i);
      columns.over(weight.rowSize(), weight.rows());
    }
  }

  private void limit(int from, int to) {
    int size = weight.rowSize();
    float[] w = weight.data();
    Arrays.fill(sums, from, to, 0);
    for (int k = 0; k < weight.rows(); k++) {
      addSquares(sums, w, weight.offset() + k * size, from, to);
    }
    boolean longer = false;
    for (int j = from; j < to; j++) {
      double norm = Math.sqrt(sums[j]);
      factors[j] = norm > limit ? (float) (limit / norm) : 1;
      longer |= norm > limit;
    }
    for (int k = 0; longer && k < weight.rows(); k++) {
      scale(w, weight.offset() + k * size, factors, from, to);
    }
  }

  private static void addSquares(double[] sums, float[] w, int row, int from, int to) {
    for (int j = from; j < to; j++) {
      sums[j] += (double) w[row + j] * w[row + j];
    }
  }

  private static void scale(float[] w, int row, float[] factors, int from, int to) {
    for (int j = from; j < to; j++) {
      w[row + j] *= factors[j];
    }
  }
}
