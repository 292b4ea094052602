package dev.retort.derivation;

import static dev.retort.derivation.Indexed.sum;

import module java.base;

/**
 * Other losses on one row of logits z, given a teacher's logits v or probabilities p: the values as they are
 * defined. The engine derives their gradients, and differences of these values check them.
 */
public final class Variants {
  private static final double MASKED = Double.NEGATIVE_INFINITY;

  private Variants() {}

  /** Half the squared distance of the logits, NOTES (E35); a class that both mask does not count. */
  public static double matching(double[] z, double[] v) {
    return sum(z.length, i -> z[i] == v[i] ? 0 : (z[i] - v[i]) * (z[i] - v[i]) / 2);
  }

  /**
   * Cross entropy over the kept classes and one bin for all others, NOTES (E37).
   *
   * @param kept which classes are kept
   */
  public static double top(double[] p, IntPredicate kept, double[] z, double temperature) {
    double[] log = Losses.logSoftmax(z, temperature);
    double tail = sum(z.length, i -> kept.test(i) ? 0 : p[i]);
    double value = sum(z.length, i -> kept.test(i) ? Losses.term(p[i], log[i]) : 0);
    return tail == 0 ? value : value - tail * logShare(z, kept.negate(), temperature);
  }

  /** T^2 (labelWeight * label + otherWeight * others), NOTES (E38). */
  public static double decoupled(
      double[] z, double[] v, int y, double temperature, double labelWeight, double otherWeight) {
    double label = 0;
    for (IntPredicate part : new IntPredicate[] {i -> i == y, i -> i != y}) {
      double logP = logShare(v, part, temperature);
      double p = StrictMath.exp(logP);
      label += p == 0 ? 0 : p * (logP - logShare(z, part, temperature));
    }
    double[] otherZ = part(z, i -> i != y);
    double[] otherP = Losses.softmax(part(v, i -> i != y), temperature);
    double others = Losses.divergence(otherP, otherZ, temperature);
    return temperature * temperature * (labelWeight * label + otherWeight * others);
  }

  /** Mean 0 and standard deviation 1 over the classes that are not masked, NOTES (E40); equal ones become 0. */
  public static double[] standardised(double[] z) {
    double[] open = part(z, i -> z[i] != MASKED);
    double mean = Arrays.stream(open).average().orElseThrow();
    double deviation = Math.sqrt(Arrays.stream(open).map(zi -> (zi - mean) * (zi - mean)).average().orElseThrow());
    return Arrays.stream(z).map(zi -> (zi - mean) / (deviation < 0x1p-100 ? 1 : deviation)).toArray();
  }

  /** The logarithm of the probability that the softmax gives to some of the classes together. */
  private static double logShare(double[] z, IntPredicate classes, double temperature) {
    return Losses.logSumExp(part(z, classes), temperature) - Losses.logSumExp(z, temperature);
  }

  private static double[] part(double[] z, IntPredicate classes) {
    return IntStream.range(0, z.length).filter(classes).mapToDouble(i -> z[i]).toArray();
  }
}
