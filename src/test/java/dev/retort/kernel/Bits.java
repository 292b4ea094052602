package dev.retort.kernel;

import module java.base;

/**
 * Arrays compared bit by bit, guards included: both backends write into copies of one array, larger
 * than the output, so that a stray write shows as a difference. Any NaN equals any NaN; which of its
 * payloads an operation passes on is the machine's choice.
 */
final class Bits {
  /** What guards are filled with: no kernel computes it. */
  static final float GUARD = 0x1.2BADF0p-77f;

  private static final float[] AWKWARD = {
    0f, -0f, 1f, -1f, Float.MIN_VALUE, -Float.MIN_VALUE, 0x0.8p-126f, Float.MIN_NORMAL,
    Float.MAX_VALUE, -Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN
  };

  private Bits() {}

  static void assertSame(float[] expected, float[] actual, String what) {
    if (expected.length != actual.length) {
      throw new AssertionError(what + ": lengths " + expected.length + ", " + actual.length);
    }
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(actual[i])) {
        throw new AssertionError(
            what + ": element " + i + " is " + Float.toHexString(actual[i]) + ", not "
                + Float.toHexString(expected[i]));
      }
    }
  }

  static void assertSame(double[] expected, double[] actual, String what) {
    if (expected.length != actual.length) {
      throw new AssertionError(what + ": lengths " + expected.length + ", " + actual.length);
    }
    for (int i = 0; i < expected.length; i++) {
      if (Double.doubleToLongBits(expected[i]) != Double.doubleToLongBits(actual[i])) {
        throw new AssertionError(
            what + ": element " + i + " is " + Double.toHexString(actual[i]) + ", not "
                + Double.toHexString(expected[i]));
      }
    }
  }

  /** Only guards. */
  static float[] guards(int n) {
    float[] x = new float[n];
    Arrays.fill(x, GUARD);
    return x;
  }

  /** Both signs, eight binary orders of magnitude. */
  static float[] ordinary(int n, SplittableRandom random) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = Math.scalb((float) random.nextDouble(-1, 1), random.nextInt(-4, 4));
    }
    return x;
  }

  /** Ordinary values, one in {@code every} replaced by a zero, subnormal, huge, infinity or NaN. */
  static float[] awkward(int n, int every, SplittableRandom random) {
    float[] x = ordinary(n, random);
    for (int i = 0; i < n; i++) {
      if (random.nextInt(every) == 0) {
        x[i] = AWKWARD[random.nextInt(AWKWARD.length)];
      }
    }
    return x;
  }
}
