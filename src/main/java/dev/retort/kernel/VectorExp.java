package dev.retort.kernel;

import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link Exp}, step for step, many lanes at a time. */
final class VectorExp {
  /** The widest vector that the machine does well, up to the {@value Kernels#LANES} lanes of a sum. */
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  private static final int L = SPECIES.length();

  // Constants are fields and sums start from a broadcast: a field merged with a sum in a loop, or a
  // broadcast that is both a constant and a start, is boxed by C2 once a vector.
  static final FloatVector HALF = splat(0.5f);
  private static final FloatVector LOG2E = splat(Exp.LOG2E);
  private static final FloatVector MAGIC = splat(Exp.MAGIC);
  private static final FloatVector LN2_HIGH = splat(-Exp.LN2_HIGH);
  private static final FloatVector LN2_LOW = splat(-Exp.LN2_LOW);
  private static final FloatVector C6 = splat(Exp.C6);
  private static final FloatVector C5 = splat(Exp.C5);
  private static final FloatVector C4 = splat(Exp.C4);
  private static final FloatVector C3 = splat(Exp.C3);
  private static final FloatVector C2 = splat(Exp.C2);
  static final FloatVector ONE = splat(1f);
  static final FloatVector ZERO = splat(0f);
  private static final FloatVector LOWEST = splat(Exp.LOWEST);
  private static final FloatVector HIGHEST = splat(Exp.HIGHEST);
  private static final FloatVector INFINITY = splat(Float.POSITIVE_INFINITY);
  private static final IntVector BIAS =
      IntVector.broadcast(VectorSpecies.of(int.class, SPECIES.vectorShape()), 127 << 23);

  private VectorExp() {}

  static void exp(float[] y, int yo, float[] x, int xo, int n) {
    if (n < L) {
      for (int i = 0; i < n; i++) {
        y[yo + i] = Exp.exp(x[xo + i]);
      }
      return;
    }
    // The last vector may overlap the one before it; the loop may overwrite its input.
    FloatVector vLast = exp(FloatVector.fromArray(SPECIES, x, xo + n - L));
    for (int i = 0; i <= n - L; i += L) {
      exp(FloatVector.fromArray(SPECIES, x, xo + i)).intoArray(y, yo + i);
    }
    vLast.intoArray(y, yo + n - L);
  }

  private static FloatVector exp(FloatVector vx) {
    FloatVector vt = vx.fma(LOG2E, MAGIC);
    IntVector vBits = polynomial(vx, vt.sub(MAGIC)).reinterpretAsInts();
    FloatVector vy =
        vBits.add(vt.reinterpretAsInts().lanewise(LSHL, 23)).sub(BIAS).reinterpretAsFloats();
    vy = vy.blend(ZERO, vx.compare(LT, LOWEST));
    return vx.mul(INFINITY).blend(vy, vx.compare(LE, HIGHEST));
  }

  /** {@link Exp#nonPositive}. */
  static FloatVector nonPositive(FloatVector vx) {
    FloatVector vt = vx.fma(LOG2E, MAGIC);
    FloatVector vPower = vt.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
    return polynomial(vx, vt.sub(MAGIC)).mul(vPower).blend(ZERO, vx.compare(LT, LOWEST));
  }

  private static FloatVector polynomial(FloatVector vx, FloatVector vn) {
    FloatVector vr = vn.fma(LN2_LOW, vn.fma(LN2_HIGH, vx));
    FloatVector vp = C6.fma(vr, C5);
    vp = vp.fma(vr, C4);
    vp = vp.fma(vr, C3);
    vp = vp.fma(vr, C2);
    vp = vp.fma(vr, ONE);
    return vp.fma(vr, ONE);
  }

  static FloatVector splat(float x) {
    return FloatVector.broadcast(SPECIES, x);
  }
}
