package dev.retort.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * e^t = 2^n e^r with n = round(t log2 e), in the parts that {@link SoftmaxVariant} needs, for vectors
 * and then for what is left of a row.
 */
final class PlainExp {
  private static final float LOG2_E = 0x1.715476p0f;
  private static final float LN2_HIGH = 0x1.62E4p-1f;
  private static final float LN2_LOW = 0x1.7F7D1Cp-20f;

  /** Adding it leaves no place for a fraction. */
  private static final float ROUND = 0x1.8p23f;

  /** Where e^t is the smallest normal number; below it stays there. */
  private static final float LEAST = -87.34f;

  private PlainExp() {}

  /** n, for |t| below 2^22. */
  static FloatVector powerOf2(FloatVector t) {
    return t.mul(LOG2_E).add(ROUND).sub(ROUND);
  }

  /** e^r for r = t - n ln 2, with the polynomial of XNNPACK's rr2-p5, good to some 2 ulp. */
  static FloatVector mantissa(FloatVector t, FloatVector n) {
    FloatVector r = n.fma(of(-LN2_HIGH), t);
    r = n.fma(of(-LN2_LOW), r);
    FloatVector p = of(0x1.0F9F9Cp-7f).fma(r, of(0x1.573A1Ap-5f));
    p = p.fma(r, of(0x1.555A8p-3f));
    p = p.fma(r, of(0x1.FFFDC6p-2f));
    p = p.fma(r, of(0x1.FFFFF6p-1f));
    return p.fma(r, of(1));
  }

  private static FloatVector of(float x) {
    return FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, x);
  }

  /** 2^n for integers n up to 0, and 0 below the smallest normal number. */
  static FloatVector twoTo(FloatVector n) {
    return n.max(-127)
        .add(127)
        .convert(VectorOperators.F2I, 0)
        .reinterpretAsInts()
        .lanewise(VectorOperators.LSHL, 23)
        .reinterpretAsFloats();
  }

  /** e^t for t up to 0; n + 127 comes to lie in the lowest bits and is shifted to the exponent. */
  static FloatVector exp(FloatVector t) {
    FloatVector clamped = t.max(LEAST);
    FloatVector rounded = clamped.fma(of(LOG2_E), of(ROUND + 127));
    FloatVector power =
        rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    return mantissa(clamped, rounded.sub(ROUND + 127)).mul(power);
  }

  static float powerOf2(float t) {
    return t * LOG2_E + ROUND - ROUND;
  }

  static float mantissa(float t, float n) {
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, t));
    float p = Math.fma(0x1.0F9F9Cp-7f, r, 0x1.573A1Ap-5f);
    p = Math.fma(p, r, 0x1.555A8p-3f);
    p = Math.fma(p, r, 0x1.FFFDC6p-2f);
    p = Math.fma(p, r, 0x1.FFFFF6p-1f);
    return Math.fma(p, r, 1);
  }

  static float twoTo(float n) {
    return Float.intBitsToFloat((int) (Math.max(n, -127) + 127) << 23);
  }

  static float exp(float t) {
    float clamped = Math.max(t, LEAST);
    float n = powerOf2(clamped);
    return mantissa(clamped, n) * twoTo(n);
  }
}
