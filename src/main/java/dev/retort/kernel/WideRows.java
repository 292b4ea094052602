package dev.retort.kernel;

import static dev.retort.kernel.VectorExp.SPECIES;
import static dev.retort.kernel.VectorExp.splat;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Passes over one row of logits, many classes at a time; one small method each, so that every vector
 * stays in a register.
 *
 * <p>A row reduction has {@value Kernels#LANES} lanes whatever the width: it goes over the row once
 * for every strip of lanes that a vector holds, and each strip ends in its place of the lanes.
 */
final class WideRows {
  private static final int L = SPECIES.length();
  private static final int LANES = Kernels.LANES;

  private WideRows() {}

  /** The largest element, NaN aside. */
  static float max(float[] z, int zo, int n) {
    FloatVector vm0 = splat(Float.NEGATIVE_INFINITY);
    FloatVector vm1 = vm0;
    int i = 0;
    for (; i <= n - 2 * L; i += 2 * L) {
      vm0 = VectorExp.larger(vm0, FloatVector.fromArray(SPECIES, z, zo + i));
      vm1 = VectorExp.larger(vm1, FloatVector.fromArray(SPECIES, z, zo + i + L));
    }
    vm0 = VectorExp.larger(vm0, vm1);
    for (; i < n; i += L) {
      vm0 = VectorExp.larger(vm0, load(z, zo, i, n));
    }
    return max(vm0);
  }

  /** The largest lane, none of them NaN, by way of integers in the order of floats. */
  private static float max(FloatVector v) {
    IntVector vBits = v.reinterpretAsInts();
    IntVector vOrdered =
        vBits.lanewise(ASHR, 31).lanewise(LSHR, 1).lanewise(
            XOR, vBits);
    int ordered = vOrdered.reduceLanes(MAX);
    return Float.intBitsToFloat(ordered ^ ((ordered >> 31) >>> 1));
  }

  /** e = exp(d s), with e's lane sum. */
  static float expSum(
      float[] e, int eo, float[] z, int zo, float m, float s, int n, float[] lanes) {
    for (int strip = 0; strip < LANES; strip += L) {
      expStrip(e, eo, z, zo, m, s, n, lanes, strip);
    }
    return Scratch.fold(lanes);
  }

  private static void expStrip(
      float[] e, int eo, float[] z, int zo, float m, float s, int n, float[] lanes, int strip) {
    FloatVector vShift = splat(-0.5f * m);
    FloatVector vSum = splat(0f);
    int i = strip;
    for (; i <= n - L; i += LANES) {
      FloatVector vz = FloatVector.fromArray(SPECIES, z, zo + i);
      FloatVector ve = VectorExp.nonPositive(vz.fma(splat(0.5f), vShift).mul(s));
      ve.intoArray(e, eo + i);
      vSum = vSum.add(ve);
    }
    if (i < n) {
      FloatVector ve = VectorExp.nonPositive(load(z, zo, i, n).fma(splat(0.5f), vShift).mul(s));
      ve.intoArray(e, eo + i, SPECIES.indexInRange(i, n));
      vSum = vSum.add(ve);
    }
    vSum.intoArray(lanes, strip);
  }

  /** The lane sum of d. */
  static float halfSum(float[] z, int zo, float m, int n, float[] lanes) {
    for (int strip = 0; strip < LANES; strip += L) {
      halfStrip(z, zo, m, n, lanes, strip);
    }
    return Scratch.fold(lanes);
  }

  private static void halfStrip(
      float[] z, int zo, float m, int n, float[] lanes, int strip) {
    FloatVector vShift = splat(-0.5f * m);
    FloatVector vSum = splat(0f);
    int i = strip;
    for (; i <= n - L; i += LANES) {
      vSum = vSum.add(FloatVector.fromArray(SPECIES, z, zo + i).fma(splat(0.5f), vShift));
    }
    if (i < n) {
      FloatVector vd = load(z, zo, i, n).fma(splat(0.5f), vShift);
      vSum = vSum.add(vd, SPECIES.indexInRange(i, n));
    }
    vSum.intoArray(lanes, strip);
  }

  /**
   * The lane dot product of p and d, elements with p = 0 left out. Leaving out matters only where d
   * is -inf, and then shows as a NaN: the plain product serves until it does.
   */
  static float targetDot(
      float[] z, int zo, float[] p, int po, float m, int n, float[] lanes) {
    for (int strip = 0; strip < LANES; strip += L) {
      dotStrip(z, zo, p, po, m, n, lanes, strip);
    }
    float dot = Scratch.fold(lanes);
    if (!Float.isNaN(dot)) {
      return dot;
    }
    for (int strip = 0; strip < LANES; strip += L) {
      maskedDotStrip(z, zo, p, po, m, n, lanes, strip);
    }
    return Scratch.fold(lanes);
  }

  private static void dotStrip(
      float[] z, int zo, float[] p, int po, float m, int n, float[] lanes, int strip) {
    FloatVector vShift = splat(-0.5f * m);
    FloatVector vSum = splat(0f);
    int i = strip;
    for (; i <= n - L; i += LANES) {
      FloatVector vd = FloatVector.fromArray(SPECIES, z, zo + i).fma(splat(0.5f), vShift);
      vSum = FloatVector.fromArray(SPECIES, p, po + i).fma(vd, vSum);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector vd = FloatVector.fromArray(SPECIES, z, zo + i, tail).fma(splat(0.5f), vShift);
      vSum = vSum.blend(FloatVector.fromArray(SPECIES, p, po + i, tail).fma(vd, vSum), tail);
    }
    vSum.intoArray(lanes, strip);
  }

  private static void maskedDotStrip(
      float[] z, int zo, float[] p, int po, float m, int n, float[] lanes, int strip) {
    FloatVector vShift = splat(-0.5f * m);
    FloatVector vSum = splat(0f);
    for (int i = strip; i < n; i += LANES) {
      VectorMask<Float> row = SPECIES.indexInRange(i, n);
      FloatVector vd = FloatVector.fromArray(SPECIES, z, zo + i, row).fma(splat(0.5f), vShift);
      FloatVector vp = FloatVector.fromArray(SPECIES, p, po + i, row);
      vSum = vSum.blend(vp.fma(vd, vSum), vp.compare(NE, 0f));
    }
    vSum.intoArray(lanes, strip);
  }

  /** The vector at element i of a row, with -inf behind the row's end: no maximum, exponential 0. */
  private static FloatVector load(float[] z, int zo, int i, int n) {
    VectorMask<Float> row = SPECIES.indexInRange(i, n);
    return splat(Float.NEGATIVE_INFINITY)
        .blend(FloatVector.fromArray(SPECIES, z, zo + i, row), row);
  }
}
