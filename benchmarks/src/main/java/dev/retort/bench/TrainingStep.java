package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Forward, loss, backward and a step of SGD with momentum on one batch. */
public class TrainingStep extends Timed {
  /** What the batch is taught by. */
  public enum Loss {
    /** Labels. */
    CROSS_ENTROPY,
    /** Labels and soft targets, which the teacher gave before training. */
    DISTILLATION
  }

  /** Features, hidden units, classes. */
  @Param({"784-1200-1200-10", "784-800-800-10", "784-30-30-10"})
  public String network;

  /** Rows. */
  @Param("128")
  public int batch;

  /** What the batch is taught by. */
  @Param public Loss loss;

  /** Checks two steps. */
  @Setup
  public void setUp() {
    StepCase step = new StepCase(loss, batch, sizes(network));
    step.check(implementation(), threads);
    measure(implementation().trainingStep(step, threads, StepCase.TIMED_RATE), step.cost());
  }

  /** One step. */
  @Benchmark
  public void step(Rates rates) {
    run(rates);
  }
}
