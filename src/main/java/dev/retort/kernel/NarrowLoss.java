package dev.retort.kernel;

/** The losses for few classes, {@link NarrowRows}' passes; NOTES (E14), (E17), (E21). */
final class NarrowLoss {
  private NarrowLoss() {}

  static int crossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, int[] labels, int lo,
      double smoothing, float scale, int rows, int cols) {
    Workspace scratch = Workspace.ofThread();
    float others = scale * (float) (smoothing / cols);
    float allOthers = scale * (float) (smoothing - smoothing / cols);
    for (int i = 0; i < rows; i += Workspace.ROWS) {
      int count = Math.min(Workspace.ROWS, rows - i);
      NarrowSoftmax.half(scratch, z, zo + i * cols, count, cols);
      hardValues(scratch, value, vo + i, labels, lo + i, 1 - smoothing, count, cols);
      if (smoothing > 0) {
        NarrowRows.shares(scratch.dot, scratch.d, 1f / cols, count * cols);
        Fold.sum(scratch.dotSum, scratch.dot, count, cols, scratch.fold);
        for (int r = 0; r < count; r++) {
          value[vo + i + r] -= smoothing * (2.0 * scratch.dotSum[r]);
        }
      }
      if (dz != null) {
        NarrowRows.rates(scratch.hardSum, scratch.hardSum, scale, count);
        NarrowRows.multiply(scratch.hard, scratch.hardSum, others, count, cols);
        for (int r = 0; r < count; r++) {
          scratch.hard[r * cols + labels[lo + i + r]] =
              Math.fma(0f - scratch.rest[r], scratch.hardSum[r], allOthers);
        }
        System.arraycopy(scratch.hard, 0, dz, dzo + i * cols, count * cols);
      }
      int bad = Fold.firstNaN(scratch.hardSum, count);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int softCrossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po,
      float s, float scale, int rows, int cols) {
    Workspace scratch = Workspace.ofThread();
    for (int i = 0; i < rows; i += Workspace.ROWS) {
      int count = Math.min(Workspace.ROWS, rows - i);
      NarrowSoftmax.half(scratch, z, zo + i * cols, count, cols);
      softValues(scratch, value, vo + i, p, po + i * cols, s, count, cols);
      if (dz != null) {
        NarrowRows.rates(scratch.softSum, scratch.softSum, 1f, count);
        NarrowRows.softGradient(
            scratch.soft, scratch.softSum, scratch.p, scale, count, cols);
        System.arraycopy(scratch.soft, 0, dz, dzo + i * cols, count * cols);
      }
      int bad = Fold.firstNaN(scratch.softSum, count);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int distillation(
      double[] hardValue, double[] softValue, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po, int[] labels, int lo,
      float s, float hardScale, float softScale, int rows, int cols) {
    Workspace scratch = Workspace.ofThread();
    for (int i = 0; i < rows; i += Workspace.ROWS) {
      int count = Math.min(Workspace.ROWS, rows - i);
      NarrowSoftmax.half(scratch, z, zo + i * cols, count, cols);
      hardValues(scratch, hardValue, vo + i, labels, lo + i, 1, count, cols);
      softValues(scratch, softValue, vo + i, p, po + i * cols, s, count, cols);
      if (dz != null) {
        NarrowRows.rates(scratch.softSum, scratch.softSum, 1f, count);
        NarrowRows.rates(scratch.hardSum, scratch.hardSum, hardScale, count);
        for (int r = 0; r < count; r++) {
          scratch.hard[r * cols + labels[lo + i + r]] = 0f - scratch.rest[r];
        }
        NarrowRows.gradient(
            scratch.soft, scratch.softSum, scratch.p, softScale,
            scratch.hard, scratch.hardSum, count, cols);
        System.arraycopy(scratch.soft, 0, dz, dzo + i * cols, count * cols);
      }
      int bad = Fold.firstNaN(scratch.hardSum, count);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  /** Exponentials and sums at T = 1, and value = log - weight 2 d_y. */
  private static void hardValues(
      Workspace scratch, double[] value, int vo, int[] labels, int lo, double weight,
      int rows, int cols) {
    NarrowRows.exp(scratch.hard, scratch.d, 2f, rows * cols, scratch.fold);
    for (int r = 0; r < rows; r++) {
      int y = r * cols + labels[lo + r];
      scratch.own[r] = scratch.hard[y];
      scratch.hard[y] = 0f;
    }
    Fold.sum(scratch.rest, scratch.hard, rows, cols, scratch.fold);
    Log.log(scratch.hardLog, scratch.rest, scratch.own, scratch.exponents, rows);
    for (int r = 0; r < rows; r++) {
      scratch.hardSum[r] = scratch.rest[r] + scratch.own[r];
      double dy = scratch.d[r * cols + labels[lo + r]];
      value[vo + r] = scratch.hardLog[r] - weight * (2.0 * dy);
    }
  }

  /** Exponentials and sums at a temperature, and value = log - s P. */
  private static void softValues(
      Workspace scratch, double[] value, int vo, float[] p, int po, float s, int rows, int cols) {
    System.arraycopy(p, po, scratch.p, 0, rows * cols);
    NarrowRows.exp(scratch.soft, scratch.d, s, rows * cols, scratch.fold);
    Fold.sum(scratch.softSum, scratch.soft, rows, cols, scratch.fold);
    Log.log(scratch.softLog, scratch.softSum, scratch.zeros, scratch.exponents, rows);
    NarrowRows.targetProducts(scratch.dot, scratch.d, scratch.p, rows * cols);
    Fold.sum(scratch.dotSum, scratch.dot, rows, cols, scratch.fold);
    for (int r = 0; r < rows; r++) {
      value[vo + r] = scratch.softLog[r] - (double) s * scratch.dotSum[r];
    }
  }
}
