package dev.retort.kernel;

import static dev.retort.kernel.VectorExp.SPECIES;
import static dev.retort.kernel.VectorExp.splat;

import jdk.incubator.vector.FloatVector;

/** Softmax and its logarithms for many classes: a row at a time, {@link WideRows}' passes. */
final class WideSoftmax {
  private static final int L = SPECIES.length();

  private WideSoftmax() {}

  static int softmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    Scratch scratch = Scratch.ofThread();
    for (int i = 0; i < rows; i++, yo += cols, zo += cols) {
      float m = WideRows.max(z, zo, cols);
      float sum = WideRows.expSum(y, yo, z, zo, m, s, cols, scratch);
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
      float sum = WideRows.expSum(e, 0, z, zo, m, s, cols, scratch);
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
      float sum = WideRows.expSum(e, 0, z, zo, m, s, cols, scratch);
      if (Float.isNaN(sum)) {
        return i;
      }
      value[vo + i] = m * (s * 0.5) + Log.log(sum);
    }
    return Kernels.NO_BAD_ROW;
  }

  /** y = y r. */
  private static void multiply(float[] y, int yo, float r, int n) {
    FloatVector vLast = FloatVector.fromArray(SPECIES, y, yo + n - L).mul(r);
    for (int i = 0; i <= n - L; i += L) {
      FloatVector.fromArray(SPECIES, y, yo + i).mul(r).intoArray(y, yo + i);
    }
    vLast.intoArray(y, yo + n - L);
  }

  /** y = d s - log. */
  private static void logarithms(
      float[] y, int yo, float[] z, int zo, float m, float s, float log, int n) {
    FloatVector vLast = logarithm(z, zo + n - L, m, s, log);
    for (int i = 0; i <= n - L; i += L) {
      logarithm(z, zo + i, m, s, log).intoArray(y, yo + i);
    }
    vLast.intoArray(y, yo + n - L);
  }

  private static FloatVector logarithm(float[] z, int zo, float m, float s, float log) {
    return FloatVector.fromArray(SPECIES, z, zo).fma(splat(0.5f), splat(-0.5f * m)).mul(s).sub(log);
  }
}
