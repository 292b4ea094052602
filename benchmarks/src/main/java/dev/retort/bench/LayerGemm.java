package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The three matrix products of a dense layer. */
public class LayerGemm extends Timed {
  /** Which product; what is stored transposed follows from it. */
  public enum Product {
    /** Y = X W. */
    FORWARD,
    /** dX = dY W^T. */
    DX,
    /** dW = X^T dY. */
    DW
  }

  /** Inputs and outputs of the layer. */
  @Param({
    "784x1200", "1200x1200", "1200x10", "784x800", "800x800", "800x10",
    "784x300", "300x300", "300x10", "784x30", "30x30", "30x10"
  })
  public String layer;

  /** Rows of the batch. */
  @Param({"1", "32", "128"})
  public int batch;

  /** Which product. */
  @Param public Product product;

  /** Checks the product. */
  @Setup
  public void setUp() {
    int[] sizes = sizes(layer);
    GemmCase gemm = GemmCase.ofLayer(product, sizes[0], sizes[1], batch);
    measure(implementation().gemm(gemm, threads), gemm.cost(), gemm.expected());
  }

  /** One product. */
  @Benchmark
  public void gemm(Rates rates) {
    run(rates);
  }
}
