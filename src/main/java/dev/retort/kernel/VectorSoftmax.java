package dev.retort.kernel;

final class VectorSoftmax {
  private static final ScalarKernels SCALAR = new ScalarKernels();

  private VectorSoftmax() {}

  static int softmax(
      float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    return SCALAR.softmax(y, yo, z, zo, s, rows, cols);
  }

  static int logSoftmax(
      float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    return SCALAR.logSoftmax(y, yo, z, zo, s, rows, cols);
  }

  static int logSumExp(
      double[] value, int vo, float[] z, int zo, float s, int rows, int cols) {
    return SCALAR.logSumExp(value, vo, z, zo, s, rows, cols);
  }
}
