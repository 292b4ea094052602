package dev.retort.bench.peers;

import dev.retort.bench.Contender;
import dev.retort.bench.GemmCase;
import dev.retort.bench.Work;
import org.bytedeco.openblas.global.openblas;

/** OpenBLAS, native. */
public final class OpenBlas implements Contender {
  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public Work gemm(GemmCase gemm, int threads) {
    openblas.blas_set_num_threads(threads);
    return new NativeGemm(openblas::cblas_sgemm, gemm);
  }
}
