package dev.retort.bench;

import module java.base;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.mkl.global.mkl_rt;
import org.bytedeco.openblas.global.openblas;

/** A native library with the interface of CBLAS. */
abstract class Cblas extends Implementation {
  private static final int ROW_MAJOR = 101;
  private static final int PLAIN = 111; // one more is transposed
  private static final int CACHE_LINE = 64;

  /** {@code cblas_sgemm}: C = alpha A B + beta C. */
  interface Sgemm {
    void call(int order, int transA, int transB, int m, int n, int k, float alpha,
        FloatPointer a, int lda, FloatPointer b, int ldb, float beta, FloatPointer c, int ldc);
  }

  Cblas(String name, String jars) {
    super(name, jars);
  }

  abstract Sgemm sgemm(int threads);

  @Override
  Work work(Measured benchmark) {
    if (!(benchmark instanceof Gemm given)) {
      return super.work(benchmark);
    }
    Sgemm sgemm = sgemm(given.threads);
    FloatPointer a = aligned(given.a.length).put(given.a);
    FloatPointer b = aligned(given.b.length).put(given.b);
    float[] result = new float[given.m * given.n];
    FloatPointer c = aligned(result.length);
    int transA = PLAIN + (given.transposedA ? 1 : 0);
    int transB = PLAIN + (given.transposedB ? 1 : 0);
    return new Work(
        () -> sgemm.call(
            ROW_MAJOR, transA, transB, given.m, given.n, given.k, 1f, a, given.lda, b, given.ldb, 0f, c, given.n),
        () -> {
          c.get(result);
          return Data.doubles(result);
        });
  }

  /** Outside the heap, from the beginning of a cache line, as native libraries like it best. */
  private static FloatPointer aligned(int n) {
    ByteBuffer bytes = Arena.global().allocate(4L * n, CACHE_LINE).asByteBuffer().order(ByteOrder.nativeOrder());
    return new FloatPointer(bytes.asFloatBuffer());
  }

  /** OpenBLAS, which itself tells its kernels at {@code OPENBLAS_VERBOSE=2}. */
  public static final class OpenBlas extends Cblas {
    public OpenBlas() {
      super("openblas", "openblas-.*");
    }

    @Override
    Sgemm sgemm(int threads) {
      openblas.blas_set_num_threads(threads);
      return openblas::cblas_sgemm;
    }
  }

  /** Intel's Math Kernel Library. */
  public static final class Mkl extends Cblas {
    public Mkl() {
      super("mkl", "mkl-.*");
    }

    @Override
    Sgemm sgemm(int threads) {
      mkl_rt.MKL_Set_Dynamic(0);
      mkl_rt.MKL_Set_Num_Threads(threads);
      return mkl_rt::cblas_sgemm;
    }
  }
}
