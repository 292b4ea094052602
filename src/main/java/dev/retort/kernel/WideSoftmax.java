package dev.retort.kernel;

import static dev.retort.kernel.VectorExp.SPECIES;
import static dev.retort.kernel.VectorExp.splat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Softmax and its logarithms for many classes: a row at a time, {@link WideRows}' passes. */
final class WideSoftmax {
  private static final int L = SPECIES.length();

  private WideSoftmax() {}

  static int softmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    float[] lanes = Scratch.ofThread().lanes;
    for (int i = 0; i < rows; i++, yo += cols, zo += cols) {
      float m = WideRows.max(z, zo, cols);
      float sum = WideRows.expSum(y, yo, z, zo, m, s, cols, lanes);
      if (Float.isNaN(sum)) {
        return i;
      }
      multiply(y, yo, 1f / sum, cols);
    }
    return Kernels.NO_BAD_ROW;
  }

  static int logSoftmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    Scratch scratch = Scratch.ofThread();
    float[] e = scratch.softRow(cols);
    for (int i = 0; i < rows; i++, yo += cols, zo += cols) {
      float m = WideRows.max(z, zo, cols);
      float sum = WideRows.expSum(e, 0, z, zo, m, s, cols, scratch.lanes);
      if (Float.isNaN(sum)) {
        return i;
      }
      logarithms(y, yo, z, zo, m, s, (float) Log.log(sum), cols);
    }
    return Kernels.NO_BAD_ROW;
  }

  static int logSumExp(double[] value, int vo, float[] z, int zo, float s, int rows, int cols) {
    Scratch scratch = Scratch.ofThread();
    float[] e = scratch.softRow(cols);
    for (int i = 0; i < rows; i++, zo += cols) {
      float m = WideRows.max(z, zo, cols);
      float sum = WideRows.expSum(e, 0, z, zo, m, s, cols, scratch.lanes);
      if (Float.isNaN(sum)) {
        return i;
      }
      value[vo + i] = m * (s * 0.5) + Log.log(sum);
    }
    return Kernels.NO_BAD_ROW;
  }

  /** y = y r. */
  private static void multiply(float[] y, int yo, float r, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector.fromArray(SPECIES, y, yo + i).mul(r).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector.fromArray(SPECIES, y, yo + i, tail).mul(r).intoArray(y, yo + i, tail);
    }
  }

  /** y = d s - log. */
  private static void logarithms(
      float[] y, int yo, float[] z, int zo, float m, float s, float log, int n) {
    FloatVector vShift = splat(-0.5f * m);
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector vz = FloatVector.fromArray(SPECIES, z, zo + i);
      vz.fma(splat(0.5f), vShift).mul(s).sub(log).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector vz = FloatVector.fromArray(SPECIES, z, zo + i, tail);
      vz.fma(splat(0.5f), vShift).mul(s).sub(log).intoArray(y, yo + i, tail);
    }
  }
}
