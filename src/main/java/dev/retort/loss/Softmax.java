package dev.retort.loss;

import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.Temperature;
import dev.retort.tensor.Tensor;

/**
 * Softmax at a temperature T, {@code q_i = exp(z_i / T) / sum_j exp(z_j / T)}, NOTES (E7), (E18) (Hinton, Vinyals and
 * Dean 2015, eq. 1).
 */
final class Softmax {
  private Softmax() {}

  /**
   * Probabilities of each row; a row without a softmax is a {@link BadRowException}.
   *
   * @param logits z, [rows, classes], not modified unless it is the output too
   * @param probabilities q, of the same shape, written
   */
  static void apply(Tensor logits, double temperature, Tensor probabilities) {
    Kernels kernels = Backend.kernels();
    float s = Temperature.scale(temperature);
    int cols = logits.rowSize();
    ParallelRows work =
        new ParallelRows((from, count) ->
            kernels.softmax(
                probabilities.data(), probabilities.offset() + from * cols, logits.data(),
                logits.offset() + from * cols, s, count, cols));
    LossChecks.requireValidRows(work.over(logits.rows(), cols), logits);
  }
}
