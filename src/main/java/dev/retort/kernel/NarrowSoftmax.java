package dev.retort.kernel;

/** Softmax and its logarithms for few classes, {@link NarrowRows}' passes. */
final class NarrowSoftmax {
  private NarrowSoftmax() {}

  static int softmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    Workspace scratch = Workspace.ofThread();
    for (int i = 0; i < rows; i += Workspace.ROWS) {
      int count = Math.min(Workspace.ROWS, rows - i);
      expSums(scratch, z, zo + i * cols, s, count, cols);
      NarrowRows.rates(scratch.softSum, scratch.softSum, 1f, count);
      NarrowRows.multiply(scratch.soft, scratch.softSum, 0f, count, cols);
      System.arraycopy(scratch.soft, 0, y, yo + i * cols, count * cols);
      int bad = Fold.firstNaN(scratch.softSum, count);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int logSoftmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    Workspace scratch = Workspace.ofThread();
    for (int i = 0; i < rows; i += Workspace.ROWS) {
      int count = Math.min(Workspace.ROWS, rows - i);
      expSums(scratch, z, zo + i * cols, s, count, cols);
      Log.log(scratch.softLog, scratch.softSum, scratch.zeros, scratch.exponents, count);
      for (int r = 0; r < count; r++) {
        scratch.dotSum[r] = (float) scratch.softLog[r];
      }
      NarrowRows.logarithms(scratch.d, s, scratch.dotSum, count, cols);
      System.arraycopy(scratch.d, 0, y, yo + i * cols, count * cols);
      int bad = Fold.firstNaN(scratch.softSum, count);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int logSumExp(double[] value, int vo, float[] z, int zo, float s, int rows, int cols) {
    Workspace scratch = Workspace.ofThread();
    for (int i = 0; i < rows; i += Workspace.ROWS) {
      int count = Math.min(Workspace.ROWS, rows - i);
      expSums(scratch, z, zo + i * cols, s, count, cols);
      Log.log(scratch.softLog, scratch.softSum, scratch.zeros, scratch.exponents, count);
      for (int r = 0; r < count; r++) {
        value[vo + i + r] = scratch.max[r] * (s * 0.5) + scratch.softLog[r];
      }
      int bad = Fold.firstNaN(scratch.softSum, count);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  /** From logits to d, the exponentials at a temperature and their sums. */
  private static void expSums(
      Workspace scratch, float[] z, int zo, float s, int rows, int cols) {
    half(scratch, z, zo, rows, cols);
    NarrowRows.exp(scratch.soft, scratch.d, s, rows * cols, scratch.fold);
    Fold.sum(scratch.softSum, scratch.soft, rows, cols, scratch.fold);
  }

  /** From logits to their maxima and d. */
  static void half(Workspace scratch, float[] z, int zo, int rows, int cols) {
    System.arraycopy(z, zo, scratch.d, 0, rows * cols);
    Fold.max(scratch.max, scratch.d, rows, cols, scratch.fold);
    NarrowRows.half(scratch.d, scratch.max, rows, cols);
  }
}
