package dev.retort.loss;

import dev.retort.derivation.Variants;
import dev.retort.tensor.Tensor;

/**
 * Rows of logits brought to mean 0 and standard deviation 1 before a softmax (Sun et al. 2024), so
 * that a student need not reach its teacher's scale. Masked classes stay masked and do not count.
 *
 * {@snippet :
 * LogitStandardisation.forward(logits, standardised);
 * loss.apply(standardised, labels, targets, gradient); // targets of standardised logits
 * LogitStandardisation.backward(logits, gradient);
 * }
 */
public final class LogitStandardisation {
  private LogitStandardisation() {}

  /**
   * (z - mean) / deviation, NOTES (E40).
   *
   * @param logits [rows, classes], not modified
   * @param standardised [rows, classes], written
   * @throws BadRowException for a row without a softmax, or with all logits equal
   */
  public static void forward(Tensor logits, Tensor standardised) {
    LossChecks.matching("standardised logits", standardised, logits);
    for (int n = 0; n < logits.rows(); n++) {
      RowwiseDouble.write(standardised, n, Variants.standardised(spread(logits, n)), 1);
    }
  }

  /**
   * From the gradient of the standardised logits to that of the logits, NOTES (E41).
   *
   * @param logits what went forward, [rows, classes], not modified
   * @param gradient [rows, classes], modified
   */
  public static void backward(Tensor logits, Tensor gradient) {
    LossChecks.matching("gradients", gradient, logits);
    for (int n = 0; n < logits.rows(); n++) {
      double[] d = RowwiseDouble.plainRow(gradient, n);
      RowwiseDouble.write(gradient, n, Variants.standardisedGradient(spread(logits, n), d), 1);
    }
  }

  private static double[] spread(Tensor logits, int n) {
    double[] z = RowwiseDouble.row(logits, n);
    if (!(Variants.deviation(z) > 0)) {
      throw new BadRowException(n, "all logits are equal, so there is no scale to standardise by");
    }
    return z;
  }
}
