package dev.retort.bench;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;

/** netlib's VectorBLAS: Java, on the Vector API, one thread. */
public final class VectorBlas extends Implementation {
  public VectorBlas() {
    super("vectorblas", "blas-.*");
  }

  @Override
  Work work(Measured benchmark) {
    if (!(benchmark instanceof Gemm given)) {
      return super.work(benchmark);
    }
    BLAS blas = JavaBLAS.getInstance();
    float[] c = new float[given.m * given.n];
    String transA = given.transposedA ? "T" : "N";
    String transB = given.transposedB ? "T" : "N";
    // Column-major, hence C^T = B^T A^T.
    return new Work(
        () -> blas.sgemm(
            transB, transA, given.n, given.m, given.k, 1f, given.b, given.ldb, given.a, given.lda, 0f, c, given.n),
        () -> Data.doubles(c));
  }
}
