package dev.retort.loss;

import dev.retort.tensor.Tensor;

/**
 * {@link Loss#logitMatching}: value and gradient, NOTES (E35); what distillation becomes at high temperature up to the
 * means of the rows, (E26).
 */
record LogitMatching(Tensor teacherLogits) implements VariantLoss.Term {
  /** Half the squared distance, NOTES (E35). */
  @Override
  public double value(int sample, int y, double[] z) {
    double sum = 0;
    for (double d : gradient(sample, y, z)) {
      sum += d * d / 2;
    }
    return sum;
  }

  /** z - v, NOTES (E35); 0 where both are masked. */
  @Override
  public double[] gradient(int sample, int y, double[] z) {
    double[] v = LossChecks.row(teacherLogits, sample);
    double[] dz = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      dz[i] = z[i] == v[i] ? 0 : z[i] - v[i];
    }
    return dz;
  }
}
