package dev.retort.bench;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;

/** OpenBLAS, native. */
public final class OpenBlas implements Implementation {
  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public String describe() {
    return version();
  }

  /** Version and the kernels that it chose for this processor. */
  @SuppressWarnings("restricted")
  static String version() {
    Loader.load(openblas.class);
    MemorySegment config = SymbolLookup.loaderLookup().findOrThrow("openblas_get_config");
    FunctionDescriptor string =
        FunctionDescriptor.of(
            ValueLayout.ADDRESS.withTargetLayout(
                MemoryLayout.sequenceLayout(Long.MAX_VALUE, ValueLayout.JAVA_BYTE)));
    try {
      MemorySegment text =
          (MemorySegment) Linker.nativeLinker().downcallHandle(config, string).invokeExact();
      return text.getString(0).strip();
    } catch (Throwable e) {
      throw new IllegalStateException("OpenBLAS does not tell its version", e);
    }
  }

  @Override
  public Work gemm(GemmCase gemm, int threads) {
    openblas.blas_set_num_threads(threads);
    return NativeGemm.work(openblas::cblas_sgemm, gemm);
  }
}
