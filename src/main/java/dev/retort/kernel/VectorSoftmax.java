package dev.retort.kernel;

/** Softmax and its logarithms, a strip of rows at a time; NOTES (E7), (E10), (E11). */
final class VectorSoftmax {
  private VectorSoftmax() {}

  static int softmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    Rows strip = Rows.of(cols);
    for (int i = 0; i < rows; i += strip.rows) {
      int at = i * cols;
      strip.take(z, zo + at, rows - i, cols, s);
      strip.soften(s, y, yo + at);
      strip.softmax(y, yo + at);
      int bad = strip.firstNaN(strip.softSum);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int logSoftmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    Rows strip = Rows.of(cols);
    for (int i = 0; i < rows; i += strip.rows) {
      int at = i * cols;
      strip.take(z, zo + at, rows - i, cols, s);
      strip.soften(s, null, 0);
      strip.logSoftSums();
      strip.logSoftmax(y, yo + at, s);
      int bad = strip.firstNaN(strip.softSum);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  static int logSumExp(double[] value, int vo, float[] z, int zo, float s, int rows, int cols) {
    Rows strip = Rows.of(cols);
    for (int i = 0; i < rows; i += strip.rows) {
      strip.take(z, zo + i * cols, rows - i, cols, s);
      strip.soften(s, null, 0);
      strip.logSoftSums();
      for (int r = 0; r < strip.rows; r++) {
        value[vo + i + r] = strip.max[r] * (s * 0.5) + strip.softLog[r];
      }
      int bad = strip.firstNaN(strip.softSum);
      if (bad >= 0) {
        return i + bad;
      }
    }
    return Kernels.NO_BAD_ROW;
  }
}
