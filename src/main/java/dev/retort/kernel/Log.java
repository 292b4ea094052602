package dev.retort.kernel;

/**
 * The logarithm of a sum of exponentials, in double, the same steps for every backend.
 *
 * <pre>
 * x = 2^k f,  f in [sqrt(1/2), sqrt 2)         from the bits
 * t = (f - 1) / (f + 1),  |t| &lt; 0.1716
 * log x = k ln 2 + 2 t (1 + t^2/3 + t^4/5 + ... + t^18/19)
 * </pre>
 *
 * <p>The series is the inverse hyperbolic tangent's; what it leaves out is below 2^-55 of log f. Tried
 * on every float from 1 on: within 2 ulp of {@code StrictMath.log}; log 1 is 0.
 */
final class Log {
  /** The bits of sqrt(1/2); subtracting them makes the exponent field floor where f begins anew. */
  static final int ROOT_HALF = 0x3F3504F3;

  static final double LN2 = 0x1.62e42fefa39efp-1;

  /** 2/3, 2/5 ... 2/19: the series' coefficients behind the leading 2. */
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

  /** log x for a normal x > 0. */
  static double log(float x) {
    int k = exponent(x);
    return k * LN2 + logOfFraction(fraction(x, k));
  }

  /**
   * log[i] = log x[i] for n numbers, in two plain loops that the compiler makes vectors of. (Written
   * in vectors, they were boxed: types of half the width come with the conversion to double.)
   *
   * @param k room for n numbers
   */
  static void log(double[] log, float[] x, double[] k, int n) {
    for (int i = 0; i < n; i++) {
      int exponent = exponent(x[i]);
      k[i] = exponent;
      log[i] = fraction(x[i], exponent);
    }
    for (int i = 0; i < n; i++) {
      log[i] = k[i] * LN2 + logOfFraction(log[i]);
    }
  }

  private static int exponent(float x) {
    return (Float.floatToRawIntBits(x) - ROOT_HALF) >> 23;
  }

  private static double fraction(float x, int k) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) - (k << 23));
  }

  private static double logOfFraction(double f) {
    double t = (f - 1) / (f + 1);
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
