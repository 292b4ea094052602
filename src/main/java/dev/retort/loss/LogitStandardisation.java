package dev.retort.loss;

import dev.retort.derivation.Losses;
import dev.retort.derivation.Variants;
import dev.retort.tensor.Tensor;
import java.util.Arrays;

/**
 * {@link Loss#standardised}: T^2 CE(softmax(s(v) / T), softmax(s(z) / T)), with s the row less its mean over its
 * standard deviation, NOTES (E40), and its gradient, (E41). Masked classes stay masked and do not count. A row of equal
 * logits, such as that of a student whose hidden units are all 0, has no scale: it becomes zeros, and its gradient is 0.
 */
record LogitStandardisation(Tensor teacherLogits, double temperature) implements VariantLoss.Term {
  LogitStandardisation {
    LossChecks.scale(temperature);
  }

  @Override
  public double value(int sample, int y, double[] z) {
    return temperature * temperature
        * Losses.crossEntropy(target(sample), standardised(z), temperature);
  }

  @Override
  public double[] gradient(int sample, int y, double[] z) {
    if (Variants.deviation(z) == 0) {
      return new double[z.length];
    }
    double[] d = Losses.crossEntropyGradient(target(sample), standardised(z), temperature);
    double[] soft = Arrays.stream(d).map(di -> di * temperature * temperature).toArray();
    return Variants.standardisedGradient(z, soft);
  }

  private double[] target(int sample) {
    return Losses.softmax(standardised(LossChecks.row(teacherLogits, sample)), temperature);
  }

  private static double[] standardised(double[] z) {
    return Variants.deviation(z) == 0
        ? Arrays.stream(z).map(zi -> zi == Double.NEGATIVE_INFINITY ? zi : 0).toArray()
        : Variants.standardised(z);
  }
}
