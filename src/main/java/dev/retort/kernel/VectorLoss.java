package dev.retort.kernel;

/** The losses, a strip of rows at a time; NOTES (E13), (E14), (E17), (E21). */
final class VectorLoss {
  private VectorLoss() {}

  static int crossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, int[] labels, int lo,
      double smoothing, float scale, int rows, int cols) {
    Rows strip = Rows.of(cols);
    float others = scale * (float) (smoothing / cols);
    float allOthers = scale * (float) (smoothing - smoothing / cols);
    for (int i = 0; i < rows; i += strip.rows) {
      int at = i * cols;
      strip.take(z, zo + at, rows - i, cols, 2f);
      if (smoothing > 0) {
        strip.means();
      }
      strip.harden(labels, lo + i, dz, dzo + at);
      hardValues(strip, value, vo + i, 1 - smoothing);
      if (smoothing > 0) {
        for (int r = 0; r < strip.rows; r++) {
          value[vo + i + r] -= smoothing * (2.0 * strip.dot[r]);
        }
      }
      if (dz != null) {
        strip.hardGradient(dz, dzo + at, labels, lo + i, scale, others, allOthers);
      }
      int bad = strip.firstNaN(strip.hardSum);
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
    Rows strip = Rows.of(cols);
    for (int i = 0; i < rows; i += strip.rows) {
      int at = i * cols;
      strip.take(z, zo + at, rows - i, cols, s);
      strip.dots(p, po + at);
      strip.soften(s, apartFrom(p, dz), dzo + at);
      softValues(strip, value, vo + i, s);
      if (dz != null) {
        strip.softGradient(dz, dzo + at, p, po + at, scale);
      }
      int bad = strip.firstNaN(strip.softSum);
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
    Rows strip = Rows.of(cols);
    for (int i = 0; i < rows; i += strip.rows) {
      int at = i * cols;
      strip.take(z, zo + at, rows - i, cols, Math.max(s, 2f));
      strip.both(labels, lo + i, p, po + at, s, apartFrom(p, dz), dzo + at);
      hardValues(strip, hardValue, vo + i, 1);
      softValues(strip, softValue, vo + i, s);
      if (dz != null) {
        strip.gradient(dz, dzo + at, p, po + at, hardScale, softScale);
      }
      int bad = strip.firstNaN(strip.hardSum);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  /** The gradient's array for the exponentials too, or null where the targets are still read from it. */
  @SuppressWarnings("ReferenceEquality") // the same array
  private static float[] apartFrom(float[] p, float[] dz) {
    return dz == p ? null : dz;
  }

  /** value = log (R + e_y) - weight 2 d_y. */
  private static void hardValues(Rows strip, double[] value, int vo, double weight) {
    strip.logHardSums();
    for (int r = 0; r < strip.rows; r++) {
      value[vo + r] = strip.hardLog[r] - weight * (2.0 * strip.labelHalf[r]);
    }
  }

  /** value = log S - s P. */
  private static void softValues(Rows strip, double[] value, int vo, float s) {
    strip.logSoftSums();
    for (int r = 0; r < strip.rows; r++) {
      value[vo + r] = strip.softLog[r] - (double) s * strip.dot[r];
    }
  }
}
