package dev.retort.loss;

import dev.retort.tensor.Tensor;

/**
 * Losses worked out a row at a time in double, by the longhand formulas: the same bits everywhere, and
 * not fast. For variants, which are there to be tried.
 */
final class RowwiseDouble {
  /** The loss of one row. */
  interface Value {
    double of(int row, double[] z);
  }

  /** The gradient of one row, in its logits. */
  interface Gradient {
    double[] of(int row, double[] z);
  }

  private RowwiseDouble() {}

  /** Mean of the values; the gradients, over the rows, are written unless {@code dLogits} is null. */
  static double mean(Tensor logits, Tensor dLogits, Value value, Gradient gradient) {
    if (dLogits != null) {
      LossChecks.matching("gradients", dLogits, logits);
    }
    double sum = 0;
    for (int n = 0; n < logits.rows(); n++) {
      double[] z = row(logits, n);
      double loss = value.of(n, z);
      if (!Double.isFinite(loss)) {
        throw new BadRowException(
            n, "the loss is " + loss + ": teacher and student do not mask the same classes");
      }
      sum += loss;
      if (dLogits != null) {
        write(dLogits, n, gradient.of(n, z), logits.rows());
      }
    }
    return sum / logits.rows();
  }

  /** A row of logits, which must have a softmax. */
  static double[] row(Tensor logits, int n) {
    double[] z = plainRow(logits, n);
    boolean possible = false;
    for (double zi : z) {
      if (Double.isNaN(zi) || zi == Double.POSITIVE_INFINITY) {
        LossChecks.sound(n, logits);
      }
      possible |= zi != Double.NEGATIVE_INFINITY;
    }
    if (!possible) {
      LossChecks.sound(n, logits);
    }
    return z;
  }

  static double[] plainRow(Tensor tensor, int n) {
    double[] row = new double[tensor.rowSize()];
    for (int i = 0; i < row.length; i++) {
      row[i] = tensor.get(n, i);
    }
    return row;
  }

  static void write(Tensor tensor, int n, double[] row, double divisor) {
    for (int i = 0; i < row.length; i++) {
      tensor.set(n, i, (float) (row[i] / divisor));
    }
  }
}
