package dev.retort.derivation;

import module java.base;

/** What the soft gradient becomes when T is large compared with the logits. */
final class HighTemperature {
  private HighTemperature() {}

  /** The soft gradient with 1 + x for e^x, NOTES (E23). */
  static double[] expansion(double[] z, double[] v, double temperature) {
    double zSum = 0;
    double vSum = 0;
    for (int i = 0; i < z.length; i++) {
      zSum += z[i];
      vSum += v[i];
    }
    double[] dz = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      double q = (1 + z[i] / temperature) / (z.length + zSum / temperature);
      double p = (1 + v[i] / temperature) / (z.length + vSum / temperature);
      dz[i] = (q - p) / temperature;
    }
    return dz;
  }

  /** (z - v) / (C T^2): the soft gradient's limit for centred logits, NOTES (E24). */
  static double[] limit(double[] z, double[] v, double temperature) {
    double[] dz = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      dz[i] = (z[i] - v[i]) / (z.length * temperature * temperature);
    }
    return dz;
  }

  /** softmax(z / T) to the second order in 1 / T, NOTES (E25). */
  static double[] secondOrder(double[] z, double temperature) {
    double[] centred = centred(z);
    double meanSquare = 0;
    for (double zi : centred) {
      meanSquare += zi * zi / z.length;
    }
    double[] q = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      double second = (centred[i] * centred[i] - meanSquare) / (2 * temperature * temperature);
      q[i] = (1 + centred[i] / temperature + second) / z.length;
    }
    return q;
  }

  /** What T^2 times the soft gradient approaches for any logits, NOTES (E26). */
  static double[] matching(double[] z, double[] v) {
    return limit(centred(z), centred(v), 1);
  }

  /** A row with its mean subtracted. */
  static double[] centred(double[] z) {
    double mean = Arrays.stream(z).average().orElseThrow();
    return Arrays.stream(z).map(zi -> zi - mean).toArray();
  }
}
