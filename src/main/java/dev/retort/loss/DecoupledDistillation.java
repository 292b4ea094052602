package dev.retort.loss;

import dev.retort.kernel.Temperature;
import dev.retort.tensor.Tensor;

/** {@link Loss#decoupled}: the divergence in two parts, NOTES (E38). */
record DecoupledDistillation(
    Tensor teacherLogits, double temperature, double labelWeight, double otherWeight)
    implements VariantLoss.Term {
  DecoupledDistillation {
    Temperature.scale(temperature);
    LossChecks.requireWeight("label weight", labelWeight);
    LossChecks.requireWeight("other weight", otherWeight);
  }

  /** T^2 (labelWeight * label + otherWeight * others), NOTES (E38). */
  @Override
  public double value(int sample, int y, double[] z) {
    double[] v = LossChecks.row(teacherLogits, sample);
    double[] logP = logLabel(v, y);
    double[] logQ = logLabel(z, y);
    double label = 0;
    for (int i = 0; i < 2; i++) {
      double p = StrictMath.exp(logP[i]);
      label += p == 0 ? 0 : p * (logP[i] - logQ[i]);
    }
    double[] p = RowSoftmax.probabilities(others(v, y), temperature);
    double rest =
        RowSoftmax.crossEntropy(p, RowSoftmax.logProbabilities(others(z, y), temperature))
            - RowSoftmax.crossEntropy(p, RowSoftmax.logProbabilities(others(v, y), temperature));
    return temperature * temperature * (labelWeight * label + otherWeight * rest);
  }

  /** Its gradient, NOTES (E39). */
  @Override
  public double[] gradient(int sample, int y, double[] z) {
    double[] v = LossChecks.row(teacherLogits, sample);
    double gap = StrictMath.exp(logLabel(z, y)[0]) - StrictMath.exp(logLabel(v, y)[0]);
    double[] q = RowSoftmax.probabilities(others(z, y), temperature);
    double[] p = RowSoftmax.probabilities(others(v, y), temperature);
    double[] dz = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      double label = gap * (i == y ? 1 : -q[i]);
      double rest = q[i] - p[i];
      dz[i] = temperature * (labelWeight * label + otherWeight * rest);
    }
    return dz;
  }

  /** log q_y and log (1 - q_y), the second from the other classes' sum. */
  private double[] logLabel(double[] z, int y) {
    return new double[] {
      RowSoftmax.logProbabilities(z, temperature)[y],
      RowSoftmax.logShare(others(z, y), z, temperature)
    };
  }

  private static double[] others(double[] z, int y) {
    double[] rest = z.clone();
    rest[y] = Double.NEGATIVE_INFINITY;
    return rest;
  }
}
