package dev.retort.kernel;

/**
 * The logarithm of a sum of exponentials, in double, the same steps for every backend. The sum comes
 * as two floats, rest and own, so that rest keeps its accuracy where own is 1 and rest is small.
 *
 * <pre>
 * x = rest + own = 2^k f,  f in [sqrt(1/2), sqrt 2)         k from the bits of the float sum
 * t = (f - 1) / (f + 1) = (rest + (own - 2^k)) / (rest + (own + 2^k)),  |t| &lt; 0.1716
 * log x = k ln 2 + 2 t (1 + t^2/3 + t^4/5 + ... + t^18/19)
 * </pre>
 *
 * <p>The series is the inverse hyperbolic tangent's; it is truncated below 2^-55 of log f. Where own
 * is 1 and rest below 1, own - 2^k is exact, so that the result is log1p(rest), NOTES (E44). Verified
 * on all floats: within 2 ulp of {@code StrictMath.log} for x from 1 to 2^127 and own = 0, and of
 * {@code StrictMath.log1p} for own = 1 and rest from 0 to 1. The logarithm of 1 is 0.
 */
final class Log {
  /** The bits of sqrt(1/2); subtracting them makes the exponent field floor where f begins anew. */
  static final int ROOT_HALF = 0x3F3504F3;

  static final double LN2 = 0x1.62e42fefa39efp-1;

  /** 2/3, 2/5 ... 2/19: the series' coefficients after the leading 2. */
  static final double C3 = 2.0 / 3;

  static final double C5 = 2.0 / 5;
  static final double C7 = 2.0 / 7;
  static final double C9 = 2.0 / 9;
  static final double C11 = 2.0 / 11;
  static final double C13 = 2.0 / 13;
  static final double C15 = 2.0 / 15;
  static final double C17 = 2.0 / 17;
  static final double C19 = 2.0 / 19;

  private Log() {}

  /** log (rest + own) for a sum from 1 to 2^127. */
  static double log(float rest, float own) {
    int k = exponent(rest + own);
    double power = power(k);
    return k * LN2 + series((rest + (own - power)) / (rest + (own + power)));
  }

  /**
   * log[i] = log (rest[i] + own[i]) for n sums, in two plain loops that the compiler vectorizes.
   * (Written in vectors, they were boxed: types of half the width come with the conversion to double.)
   *
   * @param k buffer for n numbers
   */
  static void log(double[] log, float[] rest, float[] own, double[] k, int n) {
    for (int i = 0; i < n; i++) {
      int exponent = exponent(rest[i] + own[i]);
      double power = power(exponent);
      k[i] = exponent;
      log[i] = (rest[i] + (own[i] - power)) / (rest[i] + (own[i] + power));
    }
    for (int i = 0; i < n; i++) {
      log[i] = k[i] * LN2 + series(log[i]);
    }
  }

  private static int exponent(float x) {
    return (Float.floatToRawIntBits(x) - ROOT_HALF) >> 23;
  }

  private static double power(int k) {
    return Float.intBitsToFloat((k + 127) << 23);
  }

  /** 2 artanh t. */
  private static double series(double t) {
    double q = t * t;
    double p = C19 * q + C17;
    p = p * q + C15;
    p = p * q + C13;
    p = p * q + C11;
    p = p * q + C9;
    p = p * q + C7;
    p = p * q + C5;
    p = p * q + C3;
    p = p * q + 2;
    return p * t;
  }
}
