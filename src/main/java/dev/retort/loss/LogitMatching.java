package dev.retort.loss;

import dev.retort.derivation.Variants;
import dev.retort.tensor.Tensor;

/**
 * {@link Loss#logitMatching}: value and gradient, NOTES (E35); what distillation becomes at high temperature up to the
 * means of the rows, (E26).
 */
record LogitMatching(Tensor teacherLogits) implements VariantLoss.Term {
  @Override
  public double value(int sample, int y, double[] z) {
    return Variants.matching(z, LossChecks.row(teacherLogits, sample));
  }

  @Override
  public double[] gradient(int sample, int y, double[] z) {
    return Variants.matchingGradient(z, LossChecks.row(teacherLogits, sample));
  }
}
