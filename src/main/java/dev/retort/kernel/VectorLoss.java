package dev.retort.kernel;

/** Chooses by the number of classes between blocks of rows and a row at a time. */
final class VectorLoss {
  private VectorLoss() {}

  static int crossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, int[] labels, int lo,
      double smoothing, float scale, int rows, int cols) {
    return cols <= Kernels.LANES
        ? NarrowLoss.crossEntropy(
            value, vo, dz, dzo, z, zo, labels, lo, smoothing, scale, rows, cols)
        : WideLoss.crossEntropy(
            value, vo, dz, dzo, z, zo, labels, lo, smoothing, scale, rows, cols);
  }

  static int softCrossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po,
      float s, float scale, int rows, int cols) {
    return cols <= Kernels.LANES
        ? NarrowLoss.softCrossEntropy(value, vo, dz, dzo, z, zo, p, po, s, scale, rows, cols)
        : WideLoss.softCrossEntropy(value, vo, dz, dzo, z, zo, p, po, s, scale, rows, cols);
  }

  static int distillation(
      double[] hardValue, double[] softValue, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po, int[] labels, int lo,
      float s, float hardScale, float softScale, int rows, int cols) {
    return cols <= Kernels.LANES
        ? NarrowLoss.distillation(
            hardValue, softValue, vo, dz, dzo, z, zo, p, po, labels, lo,
            s, hardScale, softScale, rows, cols)
        : WideLoss.distillation(
            hardValue, softValue, vo, dz, dzo, z, zo, p, po, labels, lo,
            s, hardScale, softScale, rows, cols);
  }
}
