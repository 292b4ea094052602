package dev.retort.bench;

import java.nio.charset.StandardCharsets;
import org.bytedeco.mkl.global.mkl_rt;

/** Intel's Math Kernel Library, native. */
public final class Mkl implements Implementation {
  @Override
  public String name() {
    return "mkl";
  }

  @Override
  public String describe() {
    byte[] version = new byte[200];
    mkl_rt.MKL_Get_Version_String(version, version.length);
    return new String(version, StandardCharsets.US_ASCII).replace('\0', ' ').strip();
  }

  @Override
  public Work gemm(GemmCase gemm, int threads) {
    mkl_rt.MKL_Set_Dynamic(0);
    mkl_rt.MKL_Set_Num_Threads(threads);
    return NativeGemm.work(mkl_rt::cblas_sgemm, gemm);
  }
}
