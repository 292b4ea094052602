package dev.retort.kernel;

final class VectorElements {
  private static final ScalarKernels SCALAR = new ScalarKernels();

  private VectorElements() {}

  static void addColumnSums(
      float[] s, int so, float[] x, int xo, int rows, int cols) {
    SCALAR.addColumnSums(s, so, x, xo, rows, cols);
  }

  static void relu(
      float[] y, int yo, float[] x, int xo, int n) {
    SCALAR.relu(y, yo, x, xo, n);
  }

  static void reluBackward(
      float[] dx, int dxo, float[] dy, int dyo, float[] y, int yo, int n) {
    SCALAR.reluBackward(dx, dxo, dy, dyo, y, yo, n);
  }

  static void dropout(
      float[] y, int yo, float[] x, int xo,
      long key, int firstRow, int threshold, float scale, int rows, int cols) {
    SCALAR.dropout(y, yo, x, xo, key, firstRow, threshold, scale, rows, cols);
  }

  static void sgd(
      float[] w, int wo, float[] v, int vo, float[] dw, int dwo,
      float rate, float momentum, boolean nesterov, float decay, int n) {
    SCALAR.sgd(w, wo, v, vo, dw, dwo, rate, momentum, nesterov, decay, n);
  }

  static void adam(
      float[] w, int wo, float[] m, int mo, float[] v, int vo, float[] dw, int dwo,
      float rate, float beta1, float beta2, float epsilon, float correction, float shrink, int n) {
    SCALAR.adam(
        w, wo, m, mo, v, vo, dw, dwo, rate, beta1, beta2, epsilon, correction, shrink, n);
  }
}
