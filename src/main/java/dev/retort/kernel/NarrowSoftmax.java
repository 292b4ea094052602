package dev.retort.kernel;

import static dev.retort.kernel.NarrowRows.L;
import static dev.retort.kernel.VectorExp.SPECIES;
import static dev.retort.kernel.VectorExp.splat;

import jdk.incubator.vector.FloatVector;

/** Softmax and its logarithms for few classes: a block of rows at a time, {@link NarrowRows}. */
final class NarrowSoftmax {
  private NarrowSoftmax() {}

  static int softmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    Scratch scratch = Scratch.ofThread();
    NarrowRows.clearEmptyLanes(scratch.soft, cols);
    for (int i = 0; i < rows; i += L) {
      int count = Math.min(L, rows - i);
      expSum(scratch, z, zo + i * cols, s, count, cols);
      normalise(scratch.soft, scratch.softSum, cols);
      NarrowRows.scatter(y, yo + i * cols, scratch.soft, count, cols);
      int bad = NarrowRows.firstBad(scratch.softSum, count);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int logSoftmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    Scratch scratch = Scratch.ofThread();
    NarrowRows.clearEmptyLanes(scratch.soft, cols);
    for (int i = 0; i < rows; i += L) {
      int count = Math.min(L, rows - i);
      expSum(scratch, z, zo + i * cols, s, count, cols);
      VectorLog.log(scratch.softLog, scratch.softSum);
      for (int r = 0; r < L; r++) {
        scratch.dotSum[r] = (float) scratch.softLog[r];
      }
      logarithms(scratch.z, scratch.max, s, scratch.dotSum, cols);
      NarrowRows.scatter(y, yo + i * cols, scratch.z, count, cols);
      int bad = NarrowRows.firstBad(scratch.softSum, count);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int logSumExp(double[] value, int vo, float[] z, int zo, float s, int rows, int cols) {
    Scratch scratch = Scratch.ofThread();
    NarrowRows.clearEmptyLanes(scratch.soft, cols);
    for (int i = 0; i < rows; i += L) {
      int count = Math.min(L, rows - i);
      expSum(scratch, z, zo + i * cols, s, count, cols);
      VectorLog.log(scratch.softLog, scratch.softSum);
      for (int r = 0; r < count; r++) {
        value[vo + i + r] = scratch.max[r] * (s * 0.5) + scratch.softLog[r];
      }
      int bad = NarrowRows.firstBad(scratch.softSum, count);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  /** From logits to the block of exponentials at a temperature and their sums. */
  private static void expSum(
      Scratch scratch, float[] z, int zo, float s, int count, int cols) {
    NarrowRows.gather(scratch.z, z, zo, count, cols);
    NarrowRows.max(scratch.max, scratch.z, cols);
    NarrowRows.exp(scratch.soft, scratch.z, scratch.max, s, cols);
    NarrowRows.sum(scratch.softSum, scratch.soft);
  }

  /** e = e (1 / sum). */
  private static void normalise(float[] e, float[] sum, int cols) {
    FloatVector vr = splat(1f).div(FloatVector.fromArray(SPECIES, sum, 0));
    for (int j = 0; j < cols; j++) {
      FloatVector.fromArray(SPECIES, e, j * L).mul(vr).intoArray(e, j * L);
    }
  }

  /** z = d s - log. */
  private static void logarithms(float[] z, float[] m, float s, float[] log, int cols) {
    FloatVector vShift = FloatVector.fromArray(SPECIES, m, 0).mul(-0.5f);
    FloatVector vLog = FloatVector.fromArray(SPECIES, log, 0);
    for (int j = 0; j < cols; j++) {
      FloatVector vz = FloatVector.fromArray(SPECIES, z, j * L);
      vz.fma(splat(0.5f), vShift).mul(s).sub(vLog).intoArray(z, j * L);
    }
  }
}
