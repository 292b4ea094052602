package dev.retort.kernel;

/** The bits of {@link ScalarKernels}, many lanes at a time. One family of operations a file. */
public final class VectorKernels implements Kernels {

  /** Width of a vector in bits. */
  int bits() {
    return VectorExp.SPECIES.vectorBitSize();
  }

  @Override
  public void gemm(Product p, int row, int rows, int column, int columns) {
    VectorGemm.gemm(p, row, rows, column, columns);
  }

  @Override
  public void addColumnSums(float[] s, int so, float[] x, int xo, int rows, int cols) {
    VectorElements.addColumnSums(s, so, x, xo, rows, cols);
  }

  @Override
  public void relu(float[] y, int yo, float[] x, int xo, int n) {
    VectorElements.relu(y, yo, x, xo, n);
  }

  @Override
  public void reluBackward(float[] dx, int dxo, float[] dy, int dyo, float[] y, int yo, int n) {
    VectorElements.reluBackward(dx, dxo, dy, dyo, y, yo, n);
  }

  @Override
  public void dropout(
      float[] y, int yo, float[] x, int xo,
      long key, int firstRow, int threshold, float scale, int rows, int cols) {
    VectorElements.dropout(y, yo, x, xo, key, firstRow, threshold, scale, rows, cols);
  }

  @Override
  public int softmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    return VectorSoftmax.softmax(y, yo, z, zo, s, rows, cols);
  }

  @Override
  public int logSoftmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols) {
    return VectorSoftmax.logSoftmax(y, yo, z, zo, s, rows, cols);
  }

  @Override
  public int logSumExp(double[] value, int vo, float[] z, int zo, float s, int rows, int cols) {
    return VectorSoftmax.logSumExp(value, vo, z, zo, s, rows, cols);
  }

  @Override
  public int crossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, int[] labels, int lo,
      double smoothing, float scale, int rows, int cols) {
    return VectorLoss.crossEntropy(
        value, vo, dz, dzo, z, zo, labels, lo, smoothing, scale, rows, cols);
  }

  @Override
  public int softCrossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po,
      float s, float scale, int rows, int cols) {
    return VectorLoss.softCrossEntropy(
        value, vo, dz, dzo, z, zo, p, po, s, scale, rows, cols);
  }

  @Override
  public int distillation(
      double[] hardValue, double[] softValue, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po, int[] labels, int lo,
      float s, float hardScale, float softScale, int rows, int cols) {
    return VectorLoss.distillation(
        hardValue, softValue, vo, dz, dzo, z, zo, p, po, labels, lo,
        s, hardScale, softScale, rows, cols);
  }

  @Override
  public void sgd(
      float[] w, int wo, float[] v, int vo, float[] dw, int dwo,
      float rate, float momentum, boolean nesterov, float decay, int n) {
    VectorElements.sgd(w, wo, v, vo, dw, dwo, rate, momentum, nesterov, decay, n);
  }

  @Override
  public void adam(
      float[] w, int wo, float[] m, int mo, float[] v, int vo, float[] dw, int dwo,
      float rate, float beta1, float beta2, float epsilon, float correction, float shrink, int n) {
    VectorElements.adam(
        w, wo, m, mo, v, vo, dw, dwo, rate, beta1, beta2, epsilon, correction, shrink, n);
  }
}
