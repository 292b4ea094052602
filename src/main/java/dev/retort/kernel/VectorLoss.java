package dev.retort.kernel;

final class VectorLoss {
  private static final ScalarKernels SCALAR = new ScalarKernels();

  private VectorLoss() {}

  static int crossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, int[] labels, int lo,
      double smoothing, float scale, int rows, int cols) {
    return SCALAR.crossEntropy(
        value, vo, dz, dzo, z, zo, labels, lo, smoothing, scale, rows, cols);
  }

  static int softCrossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po,
      float s, float scale, int rows, int cols) {
    return SCALAR.softCrossEntropy(
        value, vo, dz, dzo, z, zo, p, po, s, scale, rows, cols);
  }

  static int distillation(
      double[] hardValue, double[] softValue, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po, int[] labels, int lo,
      float s, float hardScale, float softScale, int rows, int cols) {
    return SCALAR.distillation(
        hardValue, softValue, vo, dz, dzo, z, zo, p, po, labels, lo,
        s, hardScale, softScale, rows, cols);
  }
}
