package dev.retort.derivation;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Other losses on one row of logits z, and what a teacher's logits v or probabilities p ask of it. */
public final class Variants {
  private static final double MASKED = Double.NEGATIVE_INFINITY;

  private Variants() {}

  /** Half the squared distance of the logits, NOTES (E35). */
  public static double matching(double[] z, double[] v) {
    double sum = 0;
    for (double d : matchingGradient(z, v)) {
      sum += d * d / 2;
    }
    return sum;
  }

  /** z - v, NOTES (E35); 0 where both are masked. */
  public static double[] matchingGradient(double[] z, double[] v) {
    double[] dz = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      dz[i] = z[i] == v[i] ? 0 : z[i] - v[i];
    }
    return dz;
  }

  /**
   * Cross entropy over the kept classes and one bin for all others, NOTES (E37).
   *
   * @param kept which classes are asked for one by one
   */
  public static double top(double[] p, boolean[] kept, double[] z, double temperature) {
    double[] log = Losses.logSoftmax(z, temperature);
    double tail = tail(p, kept);
    double value = tail == 0 ? 0 : -tail * Losses.logShare(masked(z, kept), z, temperature);
    for (int i = 0; i < z.length; i++) {
      value -= kept[i] && p[i] != 0 ? p[i] * log[i] : 0;
    }
    return value;
  }

  /** Its gradient: the tail's probability is spread in the student's own proportions, (E37). */
  public static double[] topGradient(
      double[] p, boolean[] kept, double[] z, double temperature) {
    double tail = tail(p, kept);
    double[] shape =
        tail == 0 ? new double[z.length] : Losses.softmax(masked(z, kept), temperature);
    double[] target = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      target[i] = kept[i] ? p[i] : tail * shape[i];
    }
    return Losses.crossEntropyGradient(target, z, temperature);
  }

  private static double tail(double[] p, boolean[] kept) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += kept[i] ? 0 : p[i];
    }
    return sum;
  }

  private static double[] masked(double[] z, boolean[] out) {
    double[] rest = z.clone();
    for (int i = 0; i < z.length; i++) {
      rest[i] = out[i] ? MASKED : z[i];
    }
    return rest;
  }

  private static double[] others(double[] z, int y) {
    double[] rest = z.clone();
    rest[y] = MASKED;
    return rest;
  }

  /** log q_y and log (1 - q_y), the second from the other classes' sum. */
  private static double[] logLabel(double[] z, int y, double temperature) {
    return new double[] {
      Losses.logSoftmax(z, temperature)[y], Losses.logShare(others(z, y), z, temperature)
    };
  }

  /** T^2 (labelWeight * label + otherWeight * others), NOTES (E38). */
  public static double decoupled(
      double[] z, double[] v, int y, double temperature, double labelWeight, double otherWeight) {
    double[] logP = logLabel(v, y, temperature);
    double[] logQ = logLabel(z, y, temperature);
    double label = 0;
    for (int i = 0; i < 2; i++) {
      double p = StrictMath.exp(logP[i]);
      label += p == 0 ? 0 : p * (logP[i] - logQ[i]);
    }
    double[] p = Losses.softmax(others(v, y), temperature);
    double rest = Losses.divergence(p, others(z, y), temperature);
    return temperature * temperature * (labelWeight * label + otherWeight * rest);
  }

  /** Its gradient, NOTES (E39). */
  public static double[] decoupledGradient(
      double[] z, double[] v, int y, double temperature, double labelWeight, double otherWeight) {
    double gap =
        StrictMath.exp(logLabel(z, y, temperature)[0])
            - StrictMath.exp(logLabel(v, y, temperature)[0]);
    double[] q = Losses.softmax(others(z, y), temperature);
    double[] p = Losses.softmax(others(v, y), temperature);
    double[] dz = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      double label = gap * (i == y ? 1 : -q[i]);
      double rest = q[i] - p[i];
      dz[i] = temperature * (labelWeight * label + otherWeight * rest);
    }
    return dz;
  }

  /** Mean 0 and standard deviation 1 over the classes that are not masked, NOTES (E40). */
  public static double[] standardised(double[] z) {
    double mean = open(z).average().orElseThrow();
    double deviation = deviation(z);
    return Arrays.stream(z).map(zi -> (zi - mean) / deviation).toArray();
  }

  /** The standard deviation over the classes that are not masked. */
  public static double deviation(double[] z) {
    double mean = open(z).average().orElseThrow();
    return Math.sqrt(open(z).map(zi -> (zi - mean) * (zi - mean)).average().orElseThrow());
  }

  private static DoubleStream open(double[] z) {
    return Arrays.stream(z).filter(zi -> zi != MASKED);
  }

  /** The gradient in z of what has the gradient d in the standardised logits, NOTES (E41). */
  public static double[] standardisedGradient(double[] z, double[] d) {
    double[] scaled = standardised(z);
    double deviation = deviation(z);
    double count = open(z).count();
    double mean = 0;
    double along = 0;
    for (int i = 0; i < z.length; i++) {
      mean += z[i] == MASKED ? 0 : d[i] / count;
      along += z[i] == MASKED ? 0 : d[i] * scaled[i] / count;
    }
    double[] dz = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      dz[i] = z[i] == MASKED ? 0 : (d[i] - mean - scaled[i] * along) / deviation;
    }
    return dz;
  }
}
