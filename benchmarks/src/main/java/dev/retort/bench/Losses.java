package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Softmax and losses over rows of logits. */
public class Losses extends Timed {
  /** What is computed. */
  public enum Operation {
    /** softmax(z / T). */
    SOFTMAX,
    /** Mean cross entropy of the labels, value and gradient. */
    CROSS_ENTROPY,
    /** Softens the teacher's logits, then value and gradient of hard and soft part. */
    DISTILLATION
  }

  /** Rows and classes. */
  @Param({"1024x10", "256x100", "256x127", "256x1000", "64x32000"})
  public String logits;

  /** What is computed. */
  @Param public Operation operation;

  /** Checks value and gradient. */
  @Setup
  public void setUp() {
    int[] sizes = sizes(logits);
    LossCase loss = new LossCase(operation, sizes[0], sizes[1]);
    measure(implementation().loss(loss, threads), loss.cost(), loss.expected());
  }

  /** The operation over all rows. */
  @Benchmark
  public void loss(Rates rates) {
    run(rates);
  }
}
