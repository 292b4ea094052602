package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Softmax and losses over rows of logits. */
public class Losses extends Measured {
  /** Threads that share the rows. */
  @Param("1")
  public int threads;

  /** Rows and classes. */
  @Param({"1024x10", "256x100", "256x127", "256x1000", "64x32000"})
  public String logits;

  /** What is computed. */
  @Param public LossCase.Operation operation;

  /** Checks and takes the work on. */
  @Setup
  public void setUp() {
    int[] sizes = Sizes.parse(logits, "x");
    LossCase loss = new LossCase(operation, sizes[0], sizes[1]);
    measure(Contender.named(by).loss(loss, threads), loss.cost(), loss.answer());
  }

  /** The operation over all rows. */
  @Benchmark
  public void loss(Rates rates) {
    run(rates);
  }
}
