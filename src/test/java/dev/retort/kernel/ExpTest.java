package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The exponential and the logarithm: one bit pattern in a thousand; all of them in another run. */
@Tag("bits")
@Tag("vector")
final class ExpTest {
  /** Prime, so that the low bits take every value. */
  private static final int STRIDE = 1009;

  /** The exhaustive run finds 0.8812 ulp. */
  static final double BOUND = 0.882;

  static final double LOG_BOUND = 2;
  static final double LOG1P_BOUND = 2;

  /** Measures on inputs spread over all that are not positive, and compares all loops' bits. */
  private static ExpAccuracy sweep(ExpAccuracy accuracy) {
    ExpAccuracy.Wide wide = new ExpAccuracy.Wide();
    float[] x = new float[ExpAccuracy.CHUNK];
    float[] actual = new float[ExpAccuracy.CHUNK];
    double[] exact = new double[ExpAccuracy.CHUNK];
    for (long bits = 1L << 31; bits < 1L << 32; bits += (long) STRIDE * x.length) {
      for (int i = 0; i < x.length; i++) {
        x[i] = Float.intBitsToFloat((int) Math.min(bits + (long) STRIDE * i, (1L << 32) - 1));
        exact[i] = StrictMath.exp(x[i]);
      }
      float[] expected = accuracy.add(x, exact);
      ExpAccuracy.narrow(actual, x);
      Bits.assertSame(expected, actual, "few classes, exp of " + Float.toHexString(x[0]) + " on");
      wide.of(actual, x);
      Bits.assertSame(expected, actual, "many classes, exp of " + Float.toHexString(x[0]) + " on");
    }
    return accuracy;
  }

  @Test
  void isWithinItsBoundAndExactOutside() {
    ExpAccuracy accuracy = sweep(new ExpAccuracy(ExpAccuracy::scalar));
    assertTrue(accuracy.maxUlp <= BOUND, () -> accuracy.maxUlp + " at " + accuracy.worst);
    assertEquals(0, accuracy.wrongSpecials, () -> "at " + accuracy.wrongSpecial);
    assertTrue(accuracy.measured > 1_000_000);
  }

  /** The ruler rejects: one unit more in the last place, and a result below the normal floats. */
  @Test
  void theMeasureSeesOneUlpAndAFalseSpecial() {
    float[] x = new float[ExpAccuracy.CHUNK];
    double[] exact = new double[ExpAccuracy.CHUNK];
    x[0] = -100f;
    for (int i = 0; i < x.length; i++) {
      exact[i] = StrictMath.exp(x[i]);
    }
    ExpAccuracy off =
        new ExpAccuracy(
            (y, in) -> {
              for (int i = 0; i < in.length; i++) {
                y[i] = Math.nextUp((float) StrictMath.exp(in[i]));
              }
            });
    off.add(x, exact);
    assertEquals(1.0, off.maxUlp);
    assertEquals(x.length - 1, off.notCorrectlyRounded);
    assertEquals(1, off.wrongSpecials);
  }

  @Test
  void theThresholdIsTheLastOne() {
    assertTrue(StrictMath.exp(Exp.LOWEST) >= Float.MIN_NORMAL);
    assertTrue(StrictMath.exp(Math.nextDown(Exp.LOWEST)) < Float.MIN_NORMAL);
  }

  /** The bounds are those of the exhaustive run. */
  @Test
  void theLogarithmIsAsGoodAsADouble() {
    for (int bits = 0x3F800000; bits < 0x7F000000; bits += STRIDE) {
      assertTrue(logUlps(Float.intBitsToFloat(bits)) <= LOG_BOUND, "log of bits " + bits);
    }
    for (int bits = 0; bits <= 0x3F800000; bits += STRIDE) {
      assertTrue(log1pUlps(Float.intBitsToFloat(bits)) <= LOG1P_BOUND, "log1p of bits " + bits);
    }
    assertEquals(0.0, Log.log(1f, 0f));
    assertEquals(0.0, Log.log(0f, 1f));
  }

  /** Error of the logarithm of x, from 1 to 2^127, in units in the last place. */
  static double logUlps(float x) {
    double exact = StrictMath.log(x);
    return Math.abs(Log.log(x, 0f) - exact) / Math.ulp(exact);
  }

  /** Error of the logarithm of 1 + x, x from 0 to 1, in units in the last place. */
  static double log1pUlps(float x) {
    double exact = StrictMath.log1p(x);
    return Math.abs(Log.log(x, 1f) - exact) / Math.ulp(exact);
  }

  /** The sum that is rounded to a float first has lost what log1p keeps. */
  @Test
  void theMeasureOfTheLogarithmRejects() {
    float x = 0x1p-30f;
    assertTrue(log1pUlps(x) <= LOG1P_BOUND);
    assertEquals(0.0, Log.log(1f + x, 0f));
    assertTrue(Math.abs(Log.log(2 * x, 1f) - StrictMath.log1p(x)) > LOG1P_BOUND * Math.ulp(x));
  }

  @Test
  void bothLogarithmsHaveTheSameBits() {
    int lanes = Kernels.LANES;
    float[] x = new float[lanes];
    float[] own = new float[lanes];
    double[] buffer = new double[lanes];
    double[] expected = new double[lanes];
    double[] actual = new double[lanes];
    for (int bits = 0; bits < 0x7F000000; bits += STRIDE * lanes) {
      for (int i = 0; i < lanes; i++) {
        x[i] = Float.intBitsToFloat(bits + STRIDE * i);
        own[i] = x[i] < 1 ? 1f : i % 2;
        expected[i] = Log.log(x[i], own[i]);
      }
      Log.log(actual, x, own, buffer, lanes);
      Bits.assertSame(expected, actual, "log of " + x[0] + " on");
    }
  }
}
