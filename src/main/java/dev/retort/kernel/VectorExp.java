package dev.retort.kernel;

import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link Exp}, step for step, many lanes at a time. */
final class VectorExp {
  /** The machine's own vectors, up to the {@value Kernels#LANES} lanes of a sum. */
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  private static final int L = SPECIES.length();

  /**
   * The zero to blend with: a field, since C2 boxes a broadcast that is both a constant and what a
   * sum in the same compilation starts from. The other constants are broadcasts: loads of fields
   * stay inside the loop.
   */
  static final FloatVector ZERO = splat(0f);

  private VectorExp() {}

  static void exp(float[] y, int yo, float[] x, int xo, int n) {
    int whole = SPECIES.loopBound(n);
    for (int i = 0; i < whole; i += L) {
      exp(FloatVector.fromArray(SPECIES, x, xo + i)).intoArray(y, yo + i);
    }
    for (int i = whole; i < n; i++) {
      y[yo + i] = Exp.exp(x[xo + i]);
    }
  }

  private static FloatVector exp(FloatVector vx) {
    FloatVector vt = vx.fma(splat(Exp.LOG2E), splat(Exp.MAGIC));
    IntVector vBits = polynomial(vx, vt.sub(splat(Exp.MAGIC))).reinterpretAsInts();
    FloatVector vy =
        vBits
            .add(vt.reinterpretAsInts().lanewise(LSHL, 23))
            .sub(127 << 23)
            .reinterpretAsFloats()
            .blend(ZERO, vx.compare(LT, splat(Exp.LOWEST)));
    FloatVector vBeyond = vx.mul(splat(Float.POSITIVE_INFINITY));
    return vBeyond.blend(vy, vx.compare(LE, splat(Exp.HIGHEST)));
  }

  /** {@link Exp#nonPositive}. */
  static FloatVector nonPositive(FloatVector vx) {
    FloatVector vt = vx.fma(splat(Exp.LOG2E), splat(Exp.MAGIC));
    FloatVector vPower = vt.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
    FloatVector vy = polynomial(vx, vt.sub(splat(Exp.MAGIC))).mul(vPower);
    return vy.blend(ZERO, vx.compare(LT, splat(Exp.LOWEST)));
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
}
