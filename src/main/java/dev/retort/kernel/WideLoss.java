package dev.retort.kernel;

/** The losses for many classes, {@link WideRows}' passes; NOTES (E14), (E17), (E21). */
final class WideLoss {
  private static final int LANES = Kernels.LANES;

  private WideLoss() {}

  static int crossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, int[] labels, int lo,
      double smoothing, float scale, int rows, int cols) {
    Workspace scratch = Workspace.ofThread();
    int strip = WideRows.strip(cols);
    float[] h = scratch.hardRows(strip * cols);
    float others = scale * (float) (smoothing / cols);
    float allOthers = scale * (float) (smoothing - smoothing / cols);
    for (int i = 0; i < rows; i += strip) {
      int count = Math.min(strip, rows - i);
      int at = zo + i * cols;
      WideSoftmax.maxima(scratch, z, at, count, cols);
      hardValues(scratch, h, value, vo + i, z, at, labels, lo + i, 1 - smoothing, count, cols);
      if (smoothing > 0) {
        subtractMeans(scratch, value, vo + i, z, at, smoothing, count, cols);
      }
      for (int r = 0; r < count; r++) {
        float sum = scratch.hardSum[r];
        if (Float.isNaN(sum)) {
          return i + r;
        }
        if (dz != null) {
          int to = dzo + (i + r) * cols;
          float rate = 1f / sum * scale;
          WideRows.multiply(dz, to, h, r * cols, rate, others, cols);
          dz[to + labels[lo + i + r]] = Math.fma(0f - scratch.rest[r], rate, allOthers);
        }
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int softCrossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po,
      float s, float scale, int rows, int cols) {
    Workspace scratch = Workspace.ofThread();
    int strip = WideRows.strip(cols);
    float[] e = scratch.softRows(strip * cols);
    for (int i = 0; i < rows; i += strip) {
      int count = Math.min(strip, rows - i);
      int at = i * cols;
      WideSoftmax.maxima(scratch, z, zo + at, count, cols);
      softValues(scratch, e, value, vo + i, z, zo + at, p, po + at, s, count, cols);
      for (int r = 0; r < count; r++, at += cols) {
        float sum = scratch.softSum[r];
        if (Float.isNaN(sum)) {
          return i + r;
        }
        if (dz != null) {
          WideRows.softGradient(
              dz, dzo + at, e, r * cols, p, po + at, 1f / sum, scale, cols);
        }
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int distillation(
      double[] hardValue, double[] softValue, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po, int[] labels, int lo,
      float s, float hardScale, float softScale, int rows, int cols) {
    Workspace scratch = Workspace.ofThread();
    int strip = WideRows.strip(cols);
    float[] e = scratch.softRows(strip * cols);
    float[] h = scratch.hardRows(strip * cols);
    for (int i = 0; i < rows; i += strip) {
      int count = Math.min(strip, rows - i);
      int at = i * cols;
      WideSoftmax.maxima(scratch, z, zo + at, count, cols);
      hardValues(scratch, h, hardValue, vo + i, z, zo + at, labels, lo + i, 1, count, cols);
      softValues(scratch, e, softValue, vo + i, z, zo + at, p, po + at, s, count, cols);
      for (int r = 0; r < count; r++, at += cols) {
        float hardSum = scratch.hardSum[r];
        if (Float.isNaN(hardSum)) {
          return i + r;
        }
        if (dz != null) {
          h[r * cols + labels[lo + i + r]] = 0f - scratch.rest[r];
          WideRows.gradient(
              dz, dzo + at, h, 1f / hardSum * hardScale, e, r * cols, p, po + at,
              1f / scratch.softSum[r], softScale, cols);
        }
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  /** Exponentials and sums at T = 1, and value = log - weight 2 d_y. */
  private static void hardValues(
      Workspace scratch, float[] h, double[] value, int vo, float[] z, int zo,
      int[] labels, int lo, double weight, int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      WideRows.exp(
          h, r * cols, z, zo + r * cols, scratch.max[r], 2f, cols,
          scratch.dot, r * LANES, scratch.fold);
      int y = labels[lo + r];
      scratch.own[r] = h[r * cols + y];
      float lane = 0f;
      for (int j = y % LANES; j < cols; j += LANES) {
        lane += j == y ? 0f : h[r * cols + j];
      }
      scratch.dot[r * LANES + y % LANES] = lane;
    }
    Fold.sum(scratch.rest, scratch.dot, rows, LANES, scratch.fold);
    Log.log(scratch.hardLog, scratch.rest, scratch.own, scratch.exponents, rows);
    for (int r = 0; r < rows; r++) {
      scratch.hardSum[r] = scratch.rest[r] + scratch.own[r];
      double dy = WideRows.half(z[zo + r * cols + labels[lo + r]], scratch.max[r]);
      value[vo + r] = scratch.hardLog[r] - weight * (2.0 * dy);
    }
  }

  /** Takes off smoothing times twice the mean of d. */
  private static void subtractMeans(
      Workspace scratch, double[] value, int vo, float[] z, int zo, double smoothing,
      int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      WideRows.meanLanes(z, zo + r * cols, scratch.max[r], cols, scratch.dot, r * LANES);
    }
    Fold.sum(scratch.dotSum, scratch.dot, rows, LANES, scratch.fold);
    for (int r = 0; r < rows; r++) {
      value[vo + r] -= smoothing * (2.0 * scratch.dotSum[r]);
    }
  }

  /** Exponentials and sums at a temperature, and value = log - s P. */
  private static void softValues(
      Workspace scratch, float[] e, double[] value, int vo, float[] z, int zo,
      float[] p, int po, float s, int rows, int cols) {
    WideSoftmax.exponentials(scratch, e, scratch.softSum, z, zo, s, rows, cols);
    Log.log(scratch.softLog, scratch.softSum, scratch.zeros, scratch.exponents, rows);
    targetDots(scratch, z, zo, p, po, rows, cols);
    for (int r = 0; r < rows; r++) {
      value[vo + r] = scratch.softLog[r] - (double) s * scratch.dotSum[r];
    }
  }

  /**
   * The lane dot product of p and d, elements with p = 0 left out. Leaving out matters only where d
   * is -inf, and then shows as a NaN: the plain product serves until it does.
   */
  private static void targetDots(
      Workspace scratch, float[] z, int zo, float[] p, int po, int rows, int cols) {
    float[] lanes = scratch.dot;
    for (int r = 0; r < rows; r++) {
      WideRows.dotLanes(
          z, zo + r * cols, p, po + r * cols, scratch.max[r], cols, lanes, r * LANES);
    }
    Fold.sum(scratch.dotSum, lanes, rows, LANES, scratch.fold);
    if (Fold.firstNaN(scratch.dotSum, rows) >= 0) {
      for (int r = 0; r < rows; r++) {
        WideRows.maskedDotLanes(
            z, zo + r * cols, p, po + r * cols, scratch.max[r], cols, lanes, r * LANES);
      }
      Fold.sum(scratch.dotSum, lanes, rows, LANES, scratch.fold);
    }
  }
}
