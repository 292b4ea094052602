package dev.retort.bench;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;

/** netlib's VectorBLAS: Java, on the Vector API, one thread. */
public final class VectorBlas extends Implementation {
  public VectorBlas() {
    super("vectorblas", "blas-.*");
  }

  @Override
  Work work(Timed benchmark) {
    if (!(benchmark instanceof Gemm gemm)) {
      return super.work(benchmark);
    }
    BLAS blas = JavaBLAS.getInstance();
    float[] c = new float[gemm.m * gemm.n];
    // Column-major, hence C^T = B^T A^T.
    return new Work(
        () -> blas.sgemm(
            gemm.transposedB ? "T" : "N", gemm.transposedA ? "T" : "N",
            gemm.n, gemm.m, gemm.k, 1f,
            gemm.b, gemm.transposedB ? gemm.k : gemm.n,
            gemm.a, gemm.transposedA ? gemm.m : gemm.k,
            0f, c, gemm.n),
        () -> Data.doubles(c));
  }
}
