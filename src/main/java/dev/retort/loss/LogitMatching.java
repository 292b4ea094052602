package dev.retort.loss;

import dev.retort.derivation.Variants;
import dev.retort.tensor.Tensor;

/**
 * Half the squared distance between student's and teacher's logits, summed over classes, mean over
 * rows (Ba and Caruana 2014): what distillation becomes at high temperature, NOTES (E26), but for the
 * means of the rows.
 */
public final class LogitMatching {
  private LogitMatching() {}

  /**
   * Value and gradient, NOTES (E35).
   *
   * @param logits the student's, [rows, classes], not modified unless it is the output too
   * @param teacherLogits [rows, classes], not modified
   * @param dLogits [rows, classes], written, null for the value alone; may be the logits themselves
   * @return mean over the rows
   * @throws BadRowException for a row without a softmax, or a class that only one of the two masks
   */
  public static double apply(Tensor logits, Tensor teacherLogits, Tensor dLogits) {
    LossChecks.matching("a teacher's logits", teacherLogits, logits);
    return RowwiseDouble.mean(
        logits, dLogits,
        (n, z) -> Variants.matching(z, RowwiseDouble.row(teacherLogits, n)),
        (n, z) -> Variants.matchingGradient(z, RowwiseDouble.row(teacherLogits, n)));
  }
}
