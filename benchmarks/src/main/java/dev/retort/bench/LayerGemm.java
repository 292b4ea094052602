package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The three matrix products of a dense layer. */
public class LayerGemm extends Measured {
  /** Threads that may share the product. */
  @Param("1")
  public int threads;

  /** Inputs and outputs of the layer. */
  @Param({
    "784x1200", "1200x1200", "1200x10", "784x800", "800x800", "800x10",
    "784x300", "300x300", "300x10", "784x30", "30x30", "30x10"
  })
  public String layer;

  /** Rows of the batch. */
  @Param({"1", "32", "128"})
  public int batch;

  /** Y = X W, dX = dY W^T or dW = X^T dY. */
  @Param public GemmCase.Kind product;

  /** Checks and takes the work on. */
  @Setup
  public void setUp() {
    int[] sizes = Sizes.parse(layer, "x");
    GemmCase gemm = GemmCase.ofLayer(product, sizes[0], sizes[1], batch);
    measure(Contender.named(by).gemm(gemm, threads), gemm.cost(), gemm.answer());
  }

  /** One product. */
  @Benchmark
  public void gemm(Rates rates) {
    run(rates);
  }
}
