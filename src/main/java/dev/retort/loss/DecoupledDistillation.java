package dev.retort.loss;

import dev.retort.derivation.Variants;
import dev.retort.tensor.Tensor;

/** {@link Loss#decoupled}: value, NOTES (E38), and gradient, (E39). */
record DecoupledDistillation(
    Tensor teacherLogits, double temperature, double labelWeight, double otherWeight)
    implements VariantLoss.Term {
  DecoupledDistillation {
    LossChecks.scale(temperature);
    LossChecks.requireWeight("label weight", labelWeight);
    LossChecks.requireWeight("other weight", otherWeight);
  }

  @Override
  public double value(int sample, int y, double[] z) {
    double[] v = LossChecks.row(teacherLogits, sample);
    return Variants.decoupled(z, v, y, temperature, labelWeight, otherWeight);
  }

  @Override
  public double[] gradient(int sample, int y, double[] z) {
    double[] v = LossChecks.row(teacherLogits, sample);
    return Variants.decoupledGradient(z, v, y, temperature, labelWeight, otherWeight);
  }
}
