package dev.retort.kernel;

import static dev.retort.kernel.VectorExp.SPECIES;
import static dev.retort.kernel.VectorExp.splat;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Passes over one row of more than {@value Kernels#LANES} logits, many classes at a time; one small
 * method each, so that every vector stays in a register.
 *
 * <p>A pass that maps ends with a vector that overlaps the one before it. It is computed ahead of
 * the loop, which may overwrite its inputs, and stored behind it. A reduction has {@value
 * Kernels#LANES} lanes whatever the width: it goes over the row once for every strip of lanes that a
 * vector holds, each strip ends in its place of the lanes, and what is left of the row is added there.
 */
final class WideRows {
  private static final int L = SPECIES.length();
  private static final int LANES = Kernels.LANES;

  private WideRows() {}

  /** The largest element; where one is NaN, any: the row is bad whatever it is. */
  static float max(float[] z, int zo, int n) {
    FloatVector vm0 = FloatVector.fromArray(SPECIES, z, zo);
    FloatVector vm1 = FloatVector.fromArray(SPECIES, z, zo + n - L);
    for (int i = L; i <= n - 2 * L; i += 2 * L) {
      FloatVector vz0 = FloatVector.fromArray(SPECIES, z, zo + i);
      FloatVector vz1 = FloatVector.fromArray(SPECIES, z, zo + i + L);
      vm0 = vm0.blend(vz0, vz0.compare(GT, vm0));
      vm1 = vm1.blend(vz1, vz1.compare(GT, vm1));
    }
    // What is left in front of the last vector, or what it starts with again.
    FloatVector vz = FloatVector.fromArray(SPECIES, z, zo + Math.max(0, n - 2 * L));
    vm0 = vm0.blend(vz, vz.compare(GT, vm0));
    vm0 = vm0.blend(vm1, vm1.compare(GT, vm0));
    return max(vm0);
  }

  /** The largest lane, by way of integers in the order of floats. */
  private static float max(FloatVector v) {
    IntVector vBits = v.reinterpretAsInts();
    IntVector vOrdered = vBits.lanewise(ASHR, 31).lanewise(LSHR, 1).lanewise(XOR, vBits);
    int ordered = vOrdered.reduceLanes(MAX);
    return Float.intBitsToFloat(ordered ^ ((ordered >> 31) >>> 1));
  }

  /** d, half the shifted logit. */
  static float half(float z, float m) {
    return Math.fma(z, 0.5f, -0.5f * m);
  }

  /** e = exp(d s), in place allowed, with e's lane sum. */
  static float expSum(
      float[] e, int eo, float[] z, int zo, float m, float s, int n, Scratch scratch) {
    int whole = SPECIES.loopBound(n);
    float[] lanes = scratch.lanes;
    float[] last = scratch.last;
    FloatVector.fromArray(SPECIES, z, zo + n - L).intoArray(last, 0);
    // One call for the last vector and the strips: two exponentials in one compilation are boxed.
    for (int strip = -L; strip < LANES; strip += L) {
      boolean ahead = strip < 0;
      expStrip(
          ahead ? last : e, ahead ? 0 : eo, ahead ? last : z, ahead ? 0 : zo,
          m, s, ahead ? L : whole, lanes, ahead ? 0 : strip);
    }
    FloatVector.fromArray(SPECIES, last, 0).intoArray(e, eo + n - L);
    for (int i = whole; i < n; i++) {
      lanes[i % LANES] += e[eo + i];
    }
    return Scratch.fold(lanes);
  }

  private static void expStrip(
      float[] e, int eo, float[] z, int zo, float m, float s, int n, float[] lanes, int strip) {
    FloatVector vShift = splat(-0.5f * m);
    FloatVector vs = splat(s);
    FloatVector vSum = splat(0f);
    for (int i = strip; i <= n - L; i += LANES) {
      FloatVector vz = FloatVector.fromArray(SPECIES, z, zo + i);
      FloatVector ve = VectorExp.nonPositive(vz.fma(splat(0.5f), vShift).mul(vs));
      ve.intoArray(e, eo + i);
      vSum = vSum.add(ve);
    }
    vSum.intoArray(lanes, strip);
  }

  /** The mean of d: the lane dot product of d and 1 / n. */
  static float halfMean(float[] z, int zo, float m, int n, float[] lanes) {
    int whole = SPECIES.loopBound(n);
    float share = 1f / n;
    for (int strip = 0; strip < LANES; strip += L) {
      meanStrip(z, zo, m, share, whole, lanes, strip);
    }
    for (int i = whole; i < n; i++) {
      lanes[i % LANES] = Math.fma(share, half(z[zo + i], m), lanes[i % LANES]);
    }
    return Scratch.fold(lanes);
  }

  private static void meanStrip(
      float[] z, int zo, float m, float share, int n, float[] lanes, int strip) {
    FloatVector vShift = splat(-0.5f * m);
    FloatVector vShare = splat(share);
    FloatVector vSum = splat(0f);
    for (int i = strip; i <= n - L; i += LANES) {
      FloatVector vd = FloatVector.fromArray(SPECIES, z, zo + i).fma(splat(0.5f), vShift);
      vSum = vShare.fma(vd, vSum);
    }
    vSum.intoArray(lanes, strip);
  }

  /**
   * The lane dot product of p and d, elements with p = 0 left out. Leaving out matters only where d
   * is -inf, and then shows as a NaN: the plain product serves until it does.
   */
  static float targetDot(
      float[] z, int zo, float[] p, int po, float m, int n, float[] lanes) {
    int whole = SPECIES.loopBound(n);
    for (int strip = 0; strip < LANES; strip += L) {
      dotStrip(z, zo, p, po, m, whole, lanes, strip);
    }
    float dot = dotRest(z, zo, p, po, m, whole, n, lanes);
    if (!Float.isNaN(dot)) {
      return dot;
    }
    for (int strip = 0; strip < LANES; strip += L) {
      maskedDotStrip(z, zo, p, po, m, whole, lanes, strip);
    }
    return dotRest(z, zo, p, po, m, whole, n, lanes);
  }

  private static void dotStrip(
      float[] z, int zo, float[] p, int po, float m, int n, float[] lanes, int strip) {
    FloatVector vShift = splat(-0.5f * m);
    FloatVector vSum = splat(0f);
    for (int i = strip; i <= n - L; i += LANES) {
      FloatVector vd = FloatVector.fromArray(SPECIES, z, zo + i).fma(splat(0.5f), vShift);
      vSum = FloatVector.fromArray(SPECIES, p, po + i).fma(vd, vSum);
    }
    vSum.intoArray(lanes, strip);
  }

  private static void maskedDotStrip(
      float[] z, int zo, float[] p, int po, float m, int n, float[] lanes, int strip) {
    FloatVector vShift = splat(-0.5f * m);
    FloatVector vSum = splat(0f);
    for (int i = strip; i <= n - L; i += LANES) {
      FloatVector vd = FloatVector.fromArray(SPECIES, z, zo + i).fma(splat(0.5f), vShift);
      FloatVector vp = FloatVector.fromArray(SPECIES, p, po + i);
      vSum = vSum.blend(vp.fma(vd, vSum), vp.compare(NE, 0f));
    }
    vSum.intoArray(lanes, strip);
  }

  private static float dotRest(
      float[] z, int zo, float[] p, int po, float m, int from, int n, float[] lanes) {
    for (int i = from; i < n; i++) {
      if (p[po + i] != 0f) {
        lanes[i % LANES] = Math.fma(p[po + i], half(z[zo + i], m), lanes[i % LANES]);
      }
    }
    return Scratch.fold(lanes);
  }
}
