package dev.retort.bench.peers;

import dev.retort.bench.GemmCase;
import dev.retort.bench.Work;
import org.bytedeco.javacpp.FloatPointer;

/** A product by a library with the interface of CBLAS. */
final class NativeGemm implements Work {
  /** {@code cblas_sgemm}. */
  interface Sgemm {
    /** C = alpha A B + beta C, with CBLAS's numbers for order and transposes. */
    void call(
        int order, int transA, int transB, int m, int n, int k, float alpha,
        FloatPointer a, int lda, FloatPointer b, int ldb, float beta, FloatPointer c, int ldc);
  }

  private static final int ROW_MAJOR = 101;
  private static final int PLAIN = 111;
  private static final int TRANSPOSED = 112;

  private final Sgemm sgemm;
  private final GemmCase gemm;
  private final FloatPointer a;
  private final FloatPointer b;
  private final FloatPointer c;

  NativeGemm(Sgemm sgemm, GemmCase gemm) {
    this.sgemm = sgemm;
    this.gemm = gemm;
    a = NativeArrays.aligned(gemm.a());
    b = NativeArrays.aligned(gemm.b());
    c = NativeArrays.aligned(gemm.m() * gemm.n());
  }

  @Override
  public void run() {
    sgemm.call(
        ROW_MAJOR,
        gemm.transposedA() ? TRANSPOSED : PLAIN,
        gemm.transposedB() ? TRANSPOSED : PLAIN,
        gemm.m(), gemm.n(), gemm.k(), 1f,
        a, gemm.transposedA() ? gemm.m() : gemm.k(),
        b, gemm.transposedB() ? gemm.k() : gemm.n(),
        0f, c, gemm.n());
  }

  @Override
  public double[] result() {
    return NativeArrays.doubles(c);
  }
}
