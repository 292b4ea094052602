package dev.retort.bench.peers;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.retort.bench.Contender;
import dev.retort.bench.GemmCase;
import dev.retort.bench.Work;

/** netlib's VectorBLAS: Java, on the Vector API, one thread. */
public final class VectorBlas implements Contender {
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
    float[] c = new float[gemm.m() * gemm.n()];
    return new Work() {
      // Column-major, hence C^T = B^T A^T.
      @Override
      public void run() {
        blas.sgemm(
            gemm.transposedB() ? "T" : "N", gemm.transposedA() ? "T" : "N",
            gemm.n(), gemm.m(), gemm.k(), 1f,
            gemm.b(), gemm.transposedB() ? gemm.k() : gemm.n(),
            gemm.a(), gemm.transposedA() ? gemm.m() : gemm.k(),
            0f, c, gemm.n());
      }

      @Override
      public double[] result() {
        double[] result = new double[c.length];
        for (int i = 0; i < c.length; i++) {
          result[i] = c[i];
        }
        return result;
      }
    };
  }
}
