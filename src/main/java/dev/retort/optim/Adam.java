package dev.retort.optim;

import module java.base;
import dev.retort.kernel.Backend;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;

/**
 * Adam (Kingma and Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter 2019,
 * algorithm 2), which at decay 0 is Adam itself, NOTES (E32), (E33):
 *
 * <pre>
 * m = beta1 * m + (1 - beta1) * dw
 * v = beta2 * v + (1 - beta2) * dw^2
 * w = w * (1 - rate * decay) - rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 */
public final class Adam extends Optimizer {
  private final float beta1;
  private final float beta2;
  private final float epsilon;
  private final double decay;
  private final List<Tensor> means;
  private final List<Tensor> squares;
  private int steps;
  private float rate;
  private float correction;
  private float shrink;

  /**
   * An optimiser for the given parameters.
   *
   * @param parameters what it updates
   * @param beta1 decay of the mean, at least 0 and below 1 as a float; 0.9 in the paper
   * @param beta2 decay of the mean square, at least 0 and below 1 as a float; 0.999 in the paper
   * @param epsilon added to the root, at least 1e-30 and below 1; 1e-8 in the paper
   * @param decay decoupled weight decay, at least 0 and below 1, for parameters that decay
   * @throws IllegalArgumentException if one is out of range
   */
  public Adam(List<Parameter> parameters, double beta1, double beta2, double epsilon, double decay) {
    super(parameters);
    // The corrections must undo the betas that the kernel really uses: those rounded to float.
    this.beta1 = (float) requireRange("beta1", (float) beta1, 1);
    this.beta2 = (float) requireRange("beta2", (float) beta2, 1);
    this.epsilon = (float) requireRange("epsilon", epsilon, 1);
    if (epsilon < 1e-30) {
      throw new IllegalArgumentException("epsilon must be at least 1e-30, not " + epsilon);
    }
    this.decay = requireRange("weight decay", decay, 1);
    this.means = zeros(parameters);
    this.squares = zeros(parameters);
  }

  @Override
  public void step(double learningRate) {
    requireRange("learning rate", learningRate, Float.MAX_VALUE);
    steps++;
    rate = (float) (learningRate / (1 - StrictMath.pow(beta1, steps)));
    correction = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, steps)));
    shrink = (float) (1 - learningRate * decay);
    updateAll();
  }

  @Override
  public void state(TrainingState state) {
    steps = state.number("steps", steps);
    state.tensors("mean", means);
    state.tensors("square", squares);
  }

  @Override
  void update(int from, int count) {
    Tensor w = parameter().value();
    Tensor m = means.get(index);
    Tensor v = squares.get(index);
    Tensor dw = parameter().gradient();
    Backend.kernels()
        .adam(
            w.data(), w.offset() + from, m.data(), from, v.data(), from,
            dw.data(), dw.offset() + from, rate, beta1, beta2, epsilon,
            correction, parameter().decays() ? shrink : 1f, count);
  }
}
