package dev.retort.kernel;

final class VectorGemm {
  private static final ScalarKernels SCALAR = new ScalarKernels();

  private VectorGemm() {}

  static void gemm(
      float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int ss,
      boolean relu, int m, int n, int k) {
    SCALAR.gemm(c, co, ldc, a, ao, ars, acs, b, bo, brs, bcs, start, so, ss, relu, m, n, k);
  }
}
