package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Exp}, step for step, many lanes at a time.
 *
 * <p>Here and in all vector kernels, vectors go through no method but the vectors' own, which the
 * compiler is told to inline: a helper of ours that takes or returns one, however small, is at times
 * not inlined, and then boxes it.
 */
final class VectorExp {
  /** The machine's own vectors, up to the {@value Kernels#LANES} lanes of a sum. */
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  private static final VectorSpecies<Float> F = SPECIES;
  private static final int L = F.length();

  private VectorExp() {}

  static void exp(float[] y, int yo, float[] x, int xo, int n) {
    int whole = F.loopBound(n);
    for (int i = 0; i < whole; i += L) {
      FloatVector vx = fromArray(F, x, xo + i);
      FloatVector vt = vx.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
      FloatVector vn = vt.sub(broadcast(F, Exp.MAGIC));
      FloatVector vr = vn.fma(broadcast(F, -Exp.LN2_HIGH), vx);
      vr = vn.fma(broadcast(F, -Exp.LN2_LOW), vr);
      FloatVector vp = broadcast(F, Exp.C6).fma(vr, broadcast(F, Exp.C5));
      vp = vp.fma(vr, broadcast(F, Exp.C4));
      vp = vp.fma(vr, broadcast(F, Exp.C3));
      vp = vp.fma(vr, broadcast(F, Exp.C2));
      vp = vp.fma(vr, broadcast(F, 1f));
      vp = vp.fma(vr, broadcast(F, 1f));
      IntVector vPower = vt.reinterpretAsInts().lanewise(LSHL, 23).sub(127 << 23);
      FloatVector vy = vp.reinterpretAsInts().add(vPower).reinterpretAsFloats();
      vy = vy.blend(0f, vx.compare(LT, Exp.LOWEST));
      FloatVector vBeyond = vx.mul(Float.POSITIVE_INFINITY);
      vBeyond.blend(vy, vx.compare(LE, Exp.HIGHEST)).intoArray(y, yo + i);
    }
    for (int i = whole; i < n; i++) {
      y[yo + i] = Exp.exp(x[xo + i]);
    }
  }

  /**
   * {@link Exp#nonPositive}, with a lane sum: {@code e_i = exp((x_i * factor + shift) * s)} for the
   * whole vectors among n elements, every {@code step}th from {@code lane} on; their sum goes to
   * {@code lanes} from {@code lo + lane} on.
   */
  static void nonPositive(
      float[] e, int eo, float[] x, int xo, float factor, float shift, float s,
      int lane, int step, int n, float[] lanes, int lo) {
    FloatVector vSum = broadcast(F, 0f);
    for (int i = lane; i <= n - L; i += step) {
      FloatVector vx = fromArray(F, x, xo + i).fma(broadcast(F, factor), broadcast(F, shift));
      vx = vx.mul(broadcast(F, s));
      FloatVector vt = vx.fma(broadcast(F, Exp.LOG2E), broadcast(F, Exp.MAGIC));
      FloatVector vn = vt.sub(broadcast(F, Exp.MAGIC));
      FloatVector vr = vn.fma(broadcast(F, -Exp.LN2_HIGH), vx);
      vr = vn.fma(broadcast(F, -Exp.LN2_LOW), vr);
      FloatVector vp = broadcast(F, Exp.C6).fma(vr, broadcast(F, Exp.C5));
      vp = vp.fma(vr, broadcast(F, Exp.C4));
      vp = vp.fma(vr, broadcast(F, Exp.C3));
      vp = vp.fma(vr, broadcast(F, Exp.C2));
      vp = vp.fma(vr, broadcast(F, 1f));
      vp = vp.fma(vr, broadcast(F, 1f));
      FloatVector vPower = vt.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
      FloatVector ve = vp.mul(vPower).blend(0f, vx.compare(LT, Exp.LOWEST));
      ve.intoArray(e, eo + i);
      vSum = vSum.add(ve);
    }
    vSum.intoArray(lanes, lo + lane);
  }
}
