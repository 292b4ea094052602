package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A dense layer, bias and rectifier included, forward and backward. */
public class DenseLayer extends Measured {
  /** Threads that may share the work. */
  @Param("1")
  public int threads;

  /** Inputs and outputs. */
  @Param({"784x1200", "1200x1200", "784x30", "30x10"})
  public String layer;

  /** Rows. */
  @Param("128")
  public int batch;

  /** Which way. */
  @Param public DenseCase.Direction direction;

  /** Checks and takes the work on. */
  @Setup
  public void setUp() {
    int[] sizes = Sizes.parse(layer, "x");
    DenseCase dense = new DenseCase(direction, sizes[0], sizes[1], batch);
    measure(Contender.named(by).dense(dense, threads), dense.cost(), dense.answer());
  }

  /** One pass. */
  @Benchmark
  public void pass(Rates rates) {
    run(rates);
  }
}
