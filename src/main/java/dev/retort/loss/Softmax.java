package dev.retort.loss;

import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.tensor.Tensor;

/**
 * Softmax at a temperature T, {@code q_i = exp(z_i / T) / sum_j exp(z_j / T)} (Hinton, Vinyals and
 * Dean 2015, eq. 1), and what belongs to it. T = 1 is the plain softmax; a higher T softens.
 *
 * <p>A logit of -Infinity masks its class: probability 0. Every method throws {@link
 * BadRowException} for a row with a NaN or +Infinity, or with nothing but -Infinity. Instances keep
 * their arguments while they run: one thread at a time.
 */
public final class Softmax {
  private final Kernels kernels = Backend.kernels();
  private final float s;
  private Tensor z;
  private Tensor y;
  private double[] values;

  private final ParallelRows softmax =
      new ParallelRows((from, count) ->
          kernels.softmax(y.data(), at(y, from), z.data(), at(z, from), s(), count, z.rowSize()));
  private final ParallelRows logSoftmax =
      new ParallelRows((from, count) ->
          kernels.logSoftmax(
              y.data(), at(y, from), z.data(), at(z, from), s(), count, z.rowSize()));
  private final ParallelRows logSumExp =
      new ParallelRows((from, count) ->
          kernels.logSumExp(values, from, z.data(), at(z, from), s(), count, z.rowSize()));

  /**
   * A softmax.
   *
   * @param temperature T, finite and positive
   * @throws IllegalArgumentException if it is not
   */
  public Softmax(double temperature) {
    s = LossChecks.scale(temperature);
  }

  private float s() {
    return s;
  }

  private static int at(Tensor tensor, int row) {
    return tensor.offset() + row * tensor.rowSize();
  }

  /**
   * Probabilities, softmax(z / T), NOTES (E7), (E18).
   *
   * @param logits [rows, classes], not modified unless it is the output too
   * @param probabilities [rows, classes], written; may be the logits themselves
   */
  public void probabilities(Tensor logits, Tensor probabilities) {
    run(softmax, logits, probabilities);
  }

  /**
   * Logarithms of the probabilities, taken from the log-sum-exp, never from a probability, NOTES
   * (E11).
   *
   * @param logits [rows, classes], not modified unless it is the output too
   * @param logProbabilities [rows, classes], written; may be the logits themselves
   */
  public void logProbabilities(Tensor logits, Tensor logProbabilities) {
    run(logSoftmax, logits, logProbabilities);
  }

  private void run(ParallelRows work, Tensor logits, Tensor output) {
    LossChecks.requireShapeOf("outputs", output, logits);
    z = logits;
    y = output;
    LossChecks.requireValidRows(work.over(z.rows(), z.rowSize()), z);
  }

  /**
   * log sum_j exp(z_j / T) of each row, NOTES (E10).
   *
   * @param logits [rows, classes], not modified
   * @param logSums at least as many as rows, written
   */
  public void logSumExp(Tensor logits, double[] logSums) {
    if (logSums.length < logits.rows()) {
      throw new IllegalArgumentException(logSums.length + " places for " + logits.rows() + " rows");
    }
    z = logits;
    values = logSums;
    LossChecks.requireValidRows(logSumExp.over(z.rows(), z.rowSize()), z);
  }
}
