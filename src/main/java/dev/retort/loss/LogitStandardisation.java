package dev.retort.loss;

import module java.base;
import dev.retort.kernel.Temperature;
import dev.retort.tensor.Tensor;

/**
 * {@link Loss#standardised}: T^2 CE(softmax(s(v) / T), softmax(s(z) / T)), where s brings a row to mean 0 and standard
 * deviation 1, NOTES (E40). Masked classes stay masked and do not count. A row of equal logits, such as that of a
 * student whose hidden units are all 0, has no scale: it becomes zeros, and its gradient is 0.
 */
record LogitStandardisation(Tensor teacherLogits, double temperature) implements VariantLoss.Term {
  LogitStandardisation {
    Temperature.scale(temperature);
  }

  @Override
  public double value(int sample, int y, double[] z) {
    double[] log = RowSoftmax.logProbabilities(new Scale(z).standardised(z), temperature);
    return temperature * temperature * RowSoftmax.crossEntropy(target(sample), log);
  }

  /** From the gradient of the standardised logits to that of the logits, NOTES (E41). */
  @Override
  public double[] gradient(int sample, int y, double[] z) {
    Scale scale = new Scale(z);
    double[] hat = scale.standardised(z);
    double[] p = target(sample);
    double[] d = RowSoftmax.probabilities(hat, temperature);
    double mean = 0;
    double along = 0;
    for (int i = 0; i < z.length; i++) {
      d[i] = temperature * (d[i] - p[i]); // NOTES (E19)
      mean += d[i] / scale.count;
      along += d[i] == 0 ? 0 : d[i] * hat[i] / scale.count;
    }
    double[] dz = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      boolean masked = Double.isInfinite(hat[i]);
      dz[i] =
          masked || scale.deviation == 0 ? 0 : (d[i] - mean - hat[i] * along) / scale.deviation;
    }
    return dz;
  }

  private double[] target(int sample) {
    double[] v = LossChecks.row(teacherLogits, sample);
    return RowSoftmax.probabilities(new Scale(v).standardised(v), temperature);
  }

  /** Mean and standard deviation of the classes that are not masked, NOTES (E40). */
  private static final class Scale {
    final double count;
    final double mean;
    final double deviation;

    Scale(double[] z) {
      double[] open = Arrays.stream(z).filter(Double::isFinite).toArray();
      count = open.length;
      mean = Arrays.stream(open).average().orElseThrow();
      double variance =
          Arrays.stream(open).map(zi -> (zi - mean) * (zi - mean)).average().orElseThrow();
      deviation = Math.sqrt(variance);
    }

    double[] standardised(double[] z) {
      double divisor = deviation == 0 ? 1 : deviation;
      return Arrays.stream(z).map(zi -> (zi - mean) / divisor).toArray();
    }
  }
}
