package dev.retort.kernel;

/** Softmax and its logarithms for many classes, {@link WideRows}' passes. */
final class WideSoftmax {
  private static final int LANES = Kernels.LANES;

  private WideSoftmax() {}

  static int softmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    Workspace scratch = Workspace.ofThread();
    int strip = WideRows.strip(cols);
    float[] e = scratch.softRows(strip * cols);
    for (int i = 0; i < rows; i += strip) {
      int count = Math.min(strip, rows - i);
      maxima(scratch, z, zo + i * cols, count, cols);
      exponentials(scratch, e, scratch.softSum, z, zo + i * cols, s, count, cols);
      for (int r = 0; r < count; r++) {
        float sum = scratch.softSum[r];
        if (Float.isNaN(sum)) {
          return i + r;
        }
        WideRows.multiply(y, yo + (i + r) * cols, e, r * cols, 1f / sum, 0f, cols);
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int logSoftmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    Workspace scratch = Workspace.ofThread();
    int strip = WideRows.strip(cols);
    float[] e = scratch.softRows(strip * cols);
    for (int i = 0; i < rows; i += strip) {
      int count = Math.min(strip, rows - i);
      maxima(scratch, z, zo + i * cols, count, cols);
      exponentials(scratch, e, scratch.softSum, z, zo + i * cols, s, count, cols);
      Log.log(scratch.softLog, scratch.softSum, scratch.zeros, scratch.exponents, count);
      for (int r = 0; r < count; r++) {
        if (Float.isNaN(scratch.softSum[r])) {
          return i + r;
        }
        int at = (i + r) * cols;
        WideRows.logarithms(
            y, yo + at, z, zo + at, scratch.max[r], s, (float) scratch.softLog[r], cols);
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int logSumExp(double[] value, int vo, float[] z, int zo, float s, int rows, int cols) {
    Workspace scratch = Workspace.ofThread();
    int strip = WideRows.strip(cols);
    float[] e = scratch.softRows(strip * cols);
    for (int i = 0; i < rows; i += strip) {
      int count = Math.min(strip, rows - i);
      maxima(scratch, z, zo + i * cols, count, cols);
      exponentials(scratch, e, scratch.softSum, z, zo + i * cols, s, count, cols);
      Log.log(scratch.softLog, scratch.softSum, scratch.zeros, scratch.exponents, count);
      for (int r = 0; r < count; r++) {
        if (Float.isNaN(scratch.softSum[r])) {
          return i + r;
        }
        value[vo + i + r] = scratch.max[r] * (s * 0.5) + scratch.softLog[r];
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  /** The maximum of each row of a strip. */
  static void maxima(Workspace scratch, float[] z, int zo, int rows, int cols) {
    int lanes = VectorExp.SPECIES.length();
    for (int r = 0; r < rows; r++) {
      WideRows.maxLanes(scratch.dot, r * lanes, z, zo + r * cols, cols);
    }
    Fold.max(scratch.max, scratch.dot, rows, lanes, scratch.fold);
  }

  /** e = exp(d s) for each row of a strip, with the sums. */
  static void exponentials(
      Workspace scratch, float[] e, float[] sum, float[] z, int zo, float s, int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      WideRows.exp(
          e, r * cols, z, zo + r * cols, scratch.max[r], s, cols,
          scratch.dot, r * LANES, scratch.fold);
    }
    Fold.sum(sum, scratch.dot, rows, LANES, scratch.fold);
  }
}
