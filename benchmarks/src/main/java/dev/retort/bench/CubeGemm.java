package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Square matrix products. */
public class CubeGemm extends Measured {
  /** Threads that may share the product. */
  @Param("1")
  public int threads;

  /** m = n = k. */
  @Param({"32", "48", "64", "96", "128", "192", "256", "384", "512", "768", "1024"})
  public int size;

  /** Checks and takes the work on. */
  @Setup
  public void setUp() {
    GemmCase gemm = GemmCase.cube(size);
    measure(Contender.named(by).gemm(gemm, threads), gemm.cost(), gemm.answer());
  }

  /** One product. */
  @Benchmark
  public void gemm(Rates rates) {
    run(rates);
  }
}
