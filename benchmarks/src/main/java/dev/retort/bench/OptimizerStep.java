package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A step of an optimiser. */
public class OptimizerStep extends Measured {
  /** Threads that may share the parameters. */
  @Param("1")
  public int threads;

  /** Momentum or Adam. */
  @Param public OptimizerCase.Rule rule;

  /** How many parameters, those of 784-30-30-10 and of 784-1200-1200-10. */
  @Param({"24790", "2395210"})
  public int parameters;

  /** Checks and takes the work on. */
  @Setup
  public void setUp() {
    OptimizerCase optimizer = new OptimizerCase(rule, parameters);
    Contender contender = Contender.named(by);
    optimizer.check(contender, threads);
    measure(
        contender.optimizerStep(optimizer, threads, StepCase.TIMED_RATE), optimizer.cost());
  }

  /** One step. */
  @Benchmark
  public void step(Rates rates) {
    run(rates);
  }
}
