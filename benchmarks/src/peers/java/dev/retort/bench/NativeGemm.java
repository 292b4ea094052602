package dev.retort.bench;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** A product by a library with the interface of CBLAS. */
final class NativeGemm {
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
  private static final int CACHE_LINE = 64;

  private NativeGemm() {}

  static Work work(Sgemm sgemm, GemmCase gemm) {
    FloatPointer a = aligned(gemm.a.length).put(gemm.a);
    FloatPointer b = aligned(gemm.b.length).put(gemm.b);
    FloatPointer c = aligned(gemm.m * gemm.n);
    return new Work(
        () -> sgemm.call(
            ROW_MAJOR,
            gemm.transposedA ? TRANSPOSED : PLAIN, gemm.transposedB ? TRANSPOSED : PLAIN,
            gemm.m, gemm.n, gemm.k, 1f,
            a, gemm.transposedA ? gemm.m : gemm.k, b, gemm.transposedB ? gemm.k : gemm.n,
            0f, c, gemm.n),
        () -> {
          float[] result = new float[gemm.m * gemm.n];
          c.get(result);
          return Data.doubles(result);
        });
  }

  /** Outside the heap, from the beginning of a cache line, as native libraries like it best. */
  private static FloatPointer aligned(int n) {
    Pointer bytes = Pointer.malloc(4L * n + CACHE_LINE);
    long skip = (CACHE_LINE - bytes.address() % CACHE_LINE) % CACHE_LINE;
    return new FloatPointer(new FloatPointer(bytes).getPointer(skip / 4)).capacity(n);
  }
}
