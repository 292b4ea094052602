package dev.retort.kernel;

/** Chooses by the number of classes between blocks of rows and a row at a time. */
final class VectorSoftmax {
  private VectorSoftmax() {}

  static int softmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    return cols <= Kernels.LANES
        ? NarrowSoftmax.softmax(y, yo, z, zo, s, rows, cols)
        : WideSoftmax.softmax(y, yo, z, zo, s, rows, cols);
  }

  static int logSoftmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    return cols <= Kernels.LANES
        ? NarrowSoftmax.logSoftmax(y, yo, z, zo, s, rows, cols)
        : WideSoftmax.logSoftmax(y, yo, z, zo, s, rows, cols);
  }

  static int logSumExp(double[] value, int vo, float[] z, int zo, float s, int rows, int cols) {
    return cols <= Kernels.LANES
        ? NarrowSoftmax.logSumExp(value, vo, z, zo, s, rows, cols)
        : WideSoftmax.logSumExp(value, vo, z, zo, s, rows, cols);
  }
}
