package dev.retort.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A step of an optimiser. */
public class OptimizerStep extends Timed {
  /** How the step follows from the gradient. */
  public enum Rule {
    /** Momentum. */
    SGD,
    /** Adam. */
    ADAM
  }

  /** Momentum or Adam. */
  @Param public Rule rule;

  /** How many parameters, those of 784-30-30-10 and of 784-1200-1200-10. */
  @Param({"24790", "2395210"})
  public int parameters;

  /** Checks two steps. */
  @Setup
  public void setUp() {
    OptimizerCase optimizer = new OptimizerCase(rule, parameters);
    optimizer.check(implementation(), threads);
    measure(
        implementation().optimizerStep(optimizer, threads, StepCase.TIMED_RATE),
        optimizer.cost());
  }

  /** One step. */
  @Benchmark
  public void step(Rates rates) {
    run(rates);
  }
}
