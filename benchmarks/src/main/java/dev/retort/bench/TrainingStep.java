package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Forward, loss, backward and a step of SGD with momentum on one batch. */
public class TrainingStep extends Measured {
  /** Threads that may share the work. */
  @Param("1")
  public int threads;

  /** Features, hidden units, classes. */
  @Param({"784-1200-1200-10", "784-800-800-10", "784-30-30-10"})
  public String network;

  /** Rows. */
  @Param("128")
  public int batch;

  /** What the batch is taught by. */
  @Param public StepCase.Loss loss;

  /** Checks and takes the work on. */
  @Setup
  public void setUp() {
    StepCase step = new StepCase(loss, batch, Sizes.parse(network, "-"));
    Contender contender = Contender.named(by);
    step.check(contender, threads);
    measure(contender.trainingStep(step, threads, StepCase.TIMED_RATE), step.cost());
  }

  /** One step. */
  @Benchmark
  public void step(Rates rates) {
    run(rates);
  }
}
