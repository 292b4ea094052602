package dev.retort.kernel;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** {@link Exp}, step for step, many lanes at a time. */
final class VectorExp {
  /** The widest vector that the machine does well, up to the {@value Kernels#LANES} lanes of a sum. */
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  private static final int L = SPECIES.length();

  private VectorExp() {}

  static void exp(float[] y, int yo, float[] x, int xo, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      exp(FloatVector.fromArray(SPECIES, x, xo + i)).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      exp(FloatVector.fromArray(SPECIES, x, xo + i, tail)).intoArray(y, yo + i, tail);
    }
  }

  private static FloatVector exp(FloatVector vx) {
    FloatVector vt = vx.fma(Exp.LOG2E, Exp.MAGIC);
    IntVector vBits = polynomial(vx, vt.sub(Exp.MAGIC)).reinterpretAsInts();
    FloatVector vy =
        vBits
            .add(vt.reinterpretAsInts().lanewise(LSHL, 23))
            .sub(127 << 23)
            .reinterpretAsFloats()
            .blend(0f, vx.compare(LT, Exp.LOWEST));
    return vx.mul(Float.POSITIVE_INFINITY).blend(vy, vx.compare(LE, Exp.HIGHEST));
  }

  /** {@link Exp#nonPositive}. */
  static FloatVector nonPositive(FloatVector vx) {
    FloatVector vt = vx.fma(Exp.LOG2E, Exp.MAGIC);
    FloatVector vPower = vt.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
    return polynomial(vx, vt.sub(Exp.MAGIC)).mul(vPower).blend(0f, vx.compare(LT, Exp.LOWEST));
  }

  private static FloatVector polynomial(FloatVector vx, FloatVector vn) {
    FloatVector vr = vn.fma(splat(-Exp.LN2_HIGH), vx);
    vr = vn.fma(splat(-Exp.LN2_LOW), vr);
    FloatVector vp = splat(Exp.C6).fma(vr, splat(Exp.C5));
    vp = vp.fma(vr, splat(Exp.C4));
    vp = vp.fma(vr, splat(Exp.C3));
    vp = vp.fma(vr, splat(Exp.C2));
    vp = vp.fma(vr, splat(1f));
    return vp.fma(vr, splat(1f));
  }

  static FloatVector splat(float x) {
    return FloatVector.broadcast(SPECIES, x);
  }

  /** The larger of each lane; a NaN in {@code vx} leaves {@code vm}. */
  static FloatVector larger(FloatVector vm, FloatVector vx) {
    return vm.blend(vx, vx.compare(GT, vm));
  }
}
