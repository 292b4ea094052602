package dev.retort.bench;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;

/** netlib's VectorBLAS: Java, on the Vector API, one thread. */
public final class VectorBlas implements Implementation {
  @Override
  public String name() {
    return "vectorblas";
  }

  @Override
  public String describe() {
    return "netlib VectorBLAS";
  }

  @Override
  public Work gemm(GemmCase gemm, int threads) {
    BLAS blas = JavaBLAS.getInstance();
    if (!blas.getClass().getSimpleName().equals("VectorBLAS")) {
      throw new IllegalStateException("netlib gave " + blas.getClass() + ", not its VectorBLAS");
    }
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
