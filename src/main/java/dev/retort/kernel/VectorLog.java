package dev.retort.kernel;

import static dev.retort.kernel.VectorExp.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.I2D;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link Log}, step for step, many lanes at a time. */
final class VectorLog {
  private static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));
  private static final VectorSpecies<Double> DOUBLE =
      VectorSpecies.of(double.class, SPECIES.vectorShape());

  private VectorLog() {}

  /** log[i] = log sum[i], one vector's worth. */
  static void log(double[] log, float[] sum) {
    for (int i = 0; i < SPECIES.length(); i += HALF.length()) {
      IntVector vBits = FloatVector.fromArray(HALF, sum, i).reinterpretAsInts();
      IntVector vk = vBits.sub(Log.ROOT_HALF).lanewise(ASHR, 23);
      FloatVector vHalf = vBits.sub(vk.lanewise(LSHL, 23)).reinterpretAsFloats();
      DoubleVector vf = (DoubleVector) vHalf.convertShape(F2D, DOUBLE, 0);
      DoubleVector vt = vf.sub(1).div(vf.add(1));
      DoubleVector vSeries = series(vt.mul(vt)).mul(vt);
      ((DoubleVector) vk.convertShape(I2D, DOUBLE, 0)).fma(splat(Log.LN2), vSeries)
          .intoArray(log, i);
    }
  }

  private static DoubleVector series(DoubleVector vq) {
    DoubleVector vp = splat(Log.C19).fma(vq, splat(Log.C17));
    vp = vp.fma(vq, splat(Log.C15));
    vp = vp.fma(vq, splat(Log.C13));
    vp = vp.fma(vq, splat(Log.C11));
    vp = vp.fma(vq, splat(Log.C9));
    vp = vp.fma(vq, splat(Log.C7));
    vp = vp.fma(vq, splat(Log.C5));
    vp = vp.fma(vq, splat(Log.C3));
    return vp.fma(vq, splat(2.0));
  }

  private static DoubleVector splat(double x) {
    return DoubleVector.broadcast(DOUBLE, x);
  }
}
