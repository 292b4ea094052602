package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
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

  /** {@code e_i = Exp.nonPositive(d_i s)} for n elements, a multiple of the lanes. */
  static void nonPositive(float[] e, float[] d, float s, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector vx = fromArray(F, d, i).mul(broadcast(F, s));
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
      vp.mul(vPower).blend(0f, vx.compare(LT, Exp.LOWEST)).intoArray(e, i);
    }
  }
}
