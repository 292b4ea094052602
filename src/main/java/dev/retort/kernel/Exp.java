package dev.retort.kernel;

/**
 * The exponential, one range reduction and one polynomial for every backend, NOTES (E45).
 *
 * <pre>
 * t = fma(x, log2 e, MAGIC)        the add rounds x log2 e to an integer n, left in t's low bits
 * r = x - n ln 2                   in two fused steps, |r| &lt;= ln 2 / 2
 * e^x = 2^n e^r                    e^r by a polynomial of degree 6
 * </pre>
 *
 * <p>The first step of the reduction is exact: ln 2 has 21 bits in LN2_HIGH, and x - n LN2_HIGH fits
 * into a float; NOTES (E45) proves it. The polynomial starts from the minimax one in relative error with the
 * first two coefficients held at 1; its floats were then chosen for the smallest error of the whole
 * evaluation. Verified on every float that is not positive: at most 0.882 ulp, reached at
 * x = -0x1.76b83ap2.
 */
final class Exp {
  static final float LOG2E = 0x1.715476p0f;

  /** 1.5 * 2^23, where the spacing of floats is 1, plus the exponent bias. */
  static final float MAGIC = 0x1.8000FEp23f;

  static final float LN2_HIGH = 0x1.62E43p-1f;
  static final float LN2_LOW = -0x1.05C61p-29f;
  static final float C6 = 0x1.6a47fep-10f;
  static final float C5 = 0x1.123ffcp-7f;
  static final float C4 = 0x1.55582cp-5f;
  static final float C3 = 0x1.555488p-3f;
  static final float C2 = 0x1.fffffep-2f;

  /** Below this, e^x is not a normal float and the result is 0. */
  static final float LOWEST = -0x1.5D589Ep6f;

  private Exp() {}

  /** e^x for x &lt;= 0, or NaN, which the product lets through. */
  static float nonPositive(float x) {
    float t = Fma.fma(x, LOG2E, MAGIC);
    float y = polynomial(x, t - MAGIC) * Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23);
    return x < LOWEST ? 0f : y;
  }

  private static float polynomial(float x, float n) {
    float r = Fma.fma(n, -LN2_LOW, Fma.fma(n, -LN2_HIGH, x));
    float p = Fma.fma(C6, r, C5);
    p = Fma.fma(p, r, C4);
    p = Fma.fma(p, r, C3);
    p = Fma.fma(p, r, C2);
    p = Fma.fma(p, r, 1f);
    return Fma.fma(p, r, 1f);
  }
}
