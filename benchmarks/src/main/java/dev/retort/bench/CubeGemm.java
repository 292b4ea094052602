package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Square matrix products. */
public class CubeGemm extends Timed {
  /** m = n = k. */
  @Param({"32", "48", "64", "96", "128", "192", "256", "384", "512", "768", "1024"})
  public int size;

  /** Checks the product. */
  @Setup
  public void setUp() {
    GemmCase gemm = GemmCase.cube(size);
    measure(implementation().gemm(gemm, threads), gemm.cost(), gemm.expected());
  }

  /** One product. */
  @Benchmark
  public void gemm(Rates rates) {
    run(rates);
  }
}
