package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every float that is not positive, through every loop with an exponential, and every float for the
 * logarithm: {@code mvn test -Pexhaustive}, some minutes, prints the table of NOTES.
 */
@Tag("exhaustive")
final class ExpExhaustiveTest {
  private static final String[] NAMES = {
    "Retort", "(float) Math.exp", "lanewise(EXP)"
  };

  private static void platform(float[] y, float[] x) {
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) Math.exp(x[i]);
    }
  }

  private static void lanewise(float[] y, float[] x) {
    for (int i = 0; i < x.length; i += VectorExp.SPECIES.length()) {
      FloatVector.fromArray(VectorExp.SPECIES, x, i)
          .lanewise(VectorOperators.EXP)
          .intoArray(y, i);
    }
  }

  /** What one thread of the sweep has measured. */
  private static final class Sweep {
    final float[] x = new float[ExpAccuracy.CHUNK];
    final double[] exact = new double[ExpAccuracy.CHUNK];
    final float[] y = new float[ExpAccuracy.CHUNK];
    final ExpAccuracy.Wide wide = new ExpAccuracy.Wide();
    final ExpAccuracy[] of = {
      new ExpAccuracy(ExpAccuracy::scalar),
      new ExpAccuracy(ExpExhaustiveTest::platform),
      new ExpAccuracy(ExpExhaustiveTest::lanewise)
    };

    void add(int chunk) {
      for (int i = 0; i < x.length; i++) {
        x[i] = Float.intBitsToFloat(Integer.MIN_VALUE + chunk * x.length + i);
        exact[i] = StrictMath.exp(x[i]);
      }
      float[] scalar = of[0].add(x, exact);
      ExpAccuracy.narrow(y, x);
      Bits.assertSame(scalar, y, "few classes, exp of " + x[0] + " on");
      wide.of(y, x);
      Bits.assertSame(scalar, y, "many classes, exp of " + x[0] + " on");
      of[1].add(x, exact);
      of[2].add(x, exact);
    }

    void merge(Sweep other) {
      for (int i = 0; i < of.length; i++) {
        of[i].merge(other.of[i]);
      }
    }
  }

  @Test
  void everyFloat() {
    int chunks = (int) ((1L << 31) / ExpAccuracy.CHUNK);
    Sweep sweep =
        IntStream.range(0, chunks).parallel().collect(Sweep::new, Sweep::add, Sweep::merge);
    System.out.println("| exponential | at most, ulp | at | not correctly rounded | of |");
    System.out.println("|---|---|---|---|---|");
    for (int i = 0; i < NAMES.length; i++) {
      ExpAccuracy of = sweep.of[i];
      System.out.printf(
          Locale.ROOT, "| %s | %.6f | %s | %,d (%.3f%%) | %,d |%n",
          NAMES[i], of.maxUlp, Float.toHexString(of.worst), of.notCorrectlyRounded,
          100.0 * of.notCorrectlyRounded / of.measured, of.measured);
    }
    assertTrue(sweep.of[0].maxUlp <= ExpTest.BOUND);
    assertEquals(0, sweep.of[0].wrongSpecials);
  }

  @Test
  void everyLogarithmOfASum() {
    int one = Float.floatToRawIntBits(1f);
    int end = Float.floatToRawIntBits(0x1p127f);
    double log =
        IntStream.range(one, end).parallel()
            .mapToDouble(bits -> ExpTest.logUlps(Float.intBitsToFloat(bits))).max().orElseThrow();
    double log1p =
        IntStream.rangeClosed(0, one).parallel()
            .mapToDouble(bits -> ExpTest.log1pUlps(Float.intBitsToFloat(bits))).max().orElseThrow();
    System.out.printf(Locale.ROOT, "log: %.3f ulp, log1p: %.3f ulp%n", log, log1p);
    assertTrue(log <= ExpTest.LOG_BOUND);
    assertTrue(log1p <= ExpTest.LOG1P_BOUND);
  }
}
