package dev.retort.derivation;

import static dev.retort.derivation.Indexed.sum;
import static dev.retort.derivation.Indexed.vector;

import module java.base;

/** What the soft gradient becomes when T is large compared with the logits. */
final class HighTemperature {
  private HighTemperature() {}

  /** The soft gradient with 1 + x for e^x, NOTES (E23). */
  static double[] expansion(double[] z, double[] v, double temperature) {
    double[] q = firstOrder(z, temperature);
    double[] p = firstOrder(v, temperature);
    return vector(z.length, i -> (q[i] - p[i]) / temperature);
  }

  private static double[] firstOrder(double[] z, double temperature) {
    double sum = sum(z.length, i -> z[i]);
    return vector(z.length, i -> (1 + z[i] / temperature) / (z.length + sum / temperature));
  }

  /** (z - v) / (C T^2): the soft gradient's limit for centred logits, NOTES (E24). */
  static double[] limit(double[] z, double[] v, double temperature) {
    return vector(z.length, i -> (z[i] - v[i]) / (z.length * temperature * temperature));
  }

  /** softmax(z / T) to the second order in 1 / T, NOTES (E25). */
  static double[] secondOrder(double[] z, double temperature) {
    double[] c = centred(z);
    double meanSquare = sum(z.length, i -> c[i] * c[i] / z.length);
    return vector(
        z.length,
        i -> (1 + c[i] / temperature + (c[i] * c[i] - meanSquare) / (2 * temperature * temperature)) / z.length);
  }

  /** What T^2 times the soft gradient approaches for any logits, NOTES (E26). */
  static double[] matching(double[] z, double[] v) {
    return limit(centred(z), centred(v), 1);
  }

  /** A row with its mean subtracted. */
  static double[] centred(double[] z) {
    double mean = Arrays.stream(z).average().orElseThrow();
    return vector(z.length, i -> z[i] - mean);
  }
}
