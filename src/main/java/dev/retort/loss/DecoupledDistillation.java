package dev.retort.loss;

import dev.retort.derivation.Variants;
import dev.retort.tensor.Tensor;

/**
 * Decoupled distillation (Zhao et al. 2022): the divergence split into how sure the teacher is of the
 * label and how the other classes compare, each with a weight of its own; times T^2, mean over rows.
 */
public final class DecoupledDistillation {
  private final double temperature;
  private final double labelWeight;
  private final double otherWeight;

  /**
   * A loss of the given temperature and weights.
   *
   * @param temperature T, finite and positive
   * @param labelWeight weight of the label's part, alpha in the paper, at least 0
   * @param otherWeight weight of the other classes' part, beta in the paper, at least 0
   * @throws IllegalArgumentException if one is outside of that
   */
  public DecoupledDistillation(double temperature, double labelWeight, double otherWeight) {
    LossChecks.scale(temperature);
    this.temperature = temperature;
    this.labelWeight = LossChecks.weight("label weight", labelWeight);
    this.otherWeight = LossChecks.weight("other weight", otherWeight);
  }

  /**
   * Value, NOTES (E38), and gradient, (E39).
   *
   * @param logits the student's, [rows, classes], not modified unless it is the output too
   * @param labels at least one a row, each from 0 to classes - 1
   * @param teacherLogits [rows, classes], not modified
   * @param dLogits [rows, classes], written, null for the value alone; may be the logits themselves
   * @return mean over the rows, in nats
   * @throws BadRowException for a label out of range, a row without a softmax, a label that is masked
   *     or has no other class beside it, or a class that only the student masks
   */
  public double apply(Tensor logits, int[] labels, Tensor teacherLogits, Tensor dLogits) {
    LossChecks.labels(labels, logits.rows(), logits.rowSize());
    LossChecks.matching("a teacher's logits", teacherLogits, logits);
    return RowwiseDouble.mean(
        logits, dLogits,
        (n, z) ->
            Variants.decoupled(
                z, RowwiseDouble.row(teacherLogits, n), labels[n], temperature, labelWeight,
                otherWeight),
        (n, z) ->
            Variants.decoupledGradient(
                z, RowwiseDouble.row(teacherLogits, n), labels[n], temperature, labelWeight,
                otherWeight));
  }
}
