package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;
import static dev.retort.derivation.Closeness.error;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The limits are limits: the law is how fast the error falls, never that it is none. */
class HighTemperatureTest {
  /** A temperature high against logits of at most 16 from their mean. */
  private static final double HIGH = 1024;

  private static Case moderate(Case any) {
    return Rearranged.each(any, x -> Math.max(x, -8));
  }

  static double[] gradient(double[] z, double[] v, double t) {
    return Losses.crossEntropyGradient(Losses.softmax(v, t), z, t);
  }

  /**
   * Whether doubling T halves the error, in units of the limit that the largest logit alone would
   * have; the slack is for the term behind the one that falls so.
   */
  private static boolean fallsAsOneOverT(DoubleFunction<double[]> formula, double[] z, double[] v) {
    double size = Math.max(1, Math.max(largest(z), largest(v)));
    double slack = Math.pow(size / HIGH, 2);
    double half = errorAt(2 * HIGH, formula, size, z, v);
    return half <= 0.55 * errorAt(HIGH, formula, size, z, v) + slack;
  }

  private static double errorAt(
      double t, DoubleFunction<double[]> formula, double size, double[] z, double[] v) {
    double[] zero = new double[z.length];
    double[] difference = gradient(z, v, t);
    double[] formulaAtT = formula.apply(t);
    for (int i = 0; i < z.length; i++) {
      difference[i] -= formulaAtT[i];
    }
    return error(difference, zero, size / (z.length * t * t));
  }

  private static double largest(double[] z) {
    return Arrays.stream(z).map(Math::abs).max().orElseThrow();
  }

  /** NOTES (E23), (E25): on any logits, centred or not. */
  @Property(tries = 1000)
  void theExpansionsErrorFallsAsOneOverT(@ForAll(supplier = Case.Gentle.class) Case any) {
    double[] z = moderate(any).z()[0];
    double[] v = moderate(any).v()[0];
    assertTrue(fallsAsOneOverT(t -> HighTemperature.expansion(z, v, t), z, v));
  }

  /** A common shift, which the limit of centred logits does not see, counts here. */
  @Test
  void theExpansionsErrorFallsSoFarFromZero() {
    double[] z = {-5.4, -7.2};
    double[] v = {5, 6.93};
    assertTrue(fallsAsOneOverT(t -> HighTemperature.expansion(z, v, t), z, v));
  }

  /** NOTES (E24), (E25). */
  @Property(tries = 1000)
  void theLimitsErrorFallsAsOneOverT(@ForAll(supplier = Case.Gentle.class) Case any) {
    double[] z = HighTemperature.centred(moderate(any).z()[0]);
    double[] v = HighTemperature.centred(moderate(any).v()[0]);
    assertTrue(fallsAsOneOverT(t -> HighTemperature.limit(z, v, t), z, v));
  }

  /** NOTES (E24): logits that are not centred keep an error for ever. */
  @Property(tries = 1000)
  void withoutCentringTheErrorStays(@ForAll(supplier = Case.Gentle.class) Case any) {
    double[] z = HighTemperature.centred(moderate(any).z()[0]);
    double[] v = HighTemperature.centred(moderate(any).v()[0]);
    z[0] += 1; // so that teacher and student differ
    double[] shifted = Arrays.stream(v).map(vi -> vi + 4).toArray();
    assertFalse(fallsAsOneOverT(t -> HighTemperature.limit(z, shifted, t), z, shifted));
  }

  /** NOTES (E25): what is left out of q falls as 1 / T^3, to an eighth where T is doubled. */
  @Property(tries = 1000)
  void theSecondOrderOfTheSoftmax(@ForAll(supplier = Case.Gentle.class) Case any) {
    assertFallsToAnEighth(moderate(any).z()[0]);
  }

  /** But for the next term, and rounding. */
  private static void assertFallsToAnEighth(double... z) {
    double size = largest(HighTemperature.centred(z)) / HIGH;
    double at = error(HighTemperature.secondOrder(z, HIGH), Losses.softmax(z, HIGH), 0);
    double half = error(HighTemperature.secondOrder(z, 2 * HIGH), Losses.softmax(z, 2 * HIGH), 0);
    double rounding = 1e-15;
    assertTrue(at <= Math.pow(size, 3) * Math.sqrt(z.length) + rounding);
    assertTrue(half <= at / 8 + Math.pow(size, 4) / 24 + rounding);
  }

  /** Logits whose third order is so small that the fourth shows. */
  @Test
  void theThirdOrderMayBeSmall() {
    assertFallsToAnEighth(-8, -8, 4.63, 0, 0, 0, 0, 0, 0, 0);
    assertFallsToAnEighth(-8, -8, 8, 2.159, 2.159, 2.159, 2.159, 2.159, 2.159, 2.159);
  }

  /** NOTES (E26): times T^2, the gradient of logit matching over C. */
  @Property(tries = 1000)
  void theLimitIsLogitMatching(@ForAll(supplier = Case.Gentle.class) Case any) {
    double[] z = moderate(any).z()[0];
    double[] v = moderate(any).v()[0];
    double[] matching = HighTemperature.matching(z, v);
    GradientCheck.Report report =
        GradientCheck.coordinates(x -> 1 + distance(x, v), z, matching);
    assertTrue(report.passes(Tolerances.DIFFERENCES), report::toString);
    double t = 1e5;
    double[] held = Arrays.stream(gradient(z, v, t)).map(g -> t * t * g).toArray();
    assertClose(held, matching, 1, 100 / t);
  }

  private static double distance(double[] z, double[] v) {
    double[] student = HighTemperature.centred(z);
    double[] teacher = HighTemperature.centred(v);
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      sum += Math.pow(student[i] - teacher[i], 2);
    }
    return sum / (2 * z.length);
  }
}
