package dev.retort.bench;

import dev.retort.bench.Implementation.Work;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/**
 * A benchmark of what an {@link Implementation} does for a case again and again, and does right. Subclasses are the
 * cases: fields that are the input, made from JMH's parameters.
 */
public abstract class Timed extends Measured {
  /** Two, so that a step shows in the next one. */
  static final int CHECKED_RUNS = 2;

  /** In seconds; tests, which measure nothing, set it to 0. */
  private static final long LONGEST_WARM_UP = Long.getLong("warmUp", 20) * 1_000_000_000;

  /** Learning rate of the runs that are checked. */
  double rate = 0.05;

  abstract void input();

  /** What the checked runs give for the input. */
  abstract Expected expected();

  /**
   * Warms up with a learning rate that leaves a network where it is, whoever is faster, then checks what is warm.
   *
   * @throws WrongResultException if the result is wrong
   */
  @Override
  protected final Runnable prepare() {
    input();
    Implementation implementation = Implementation.named(by);
    System.out.println(by + " is " + implementation.describe());
    double checkedRate = rate;
    rate = 1e-8;
    Runnable task = implementation.work(this).task();
    // Rows that come alone are scalar code's for the engine's first 2^31 multiply-adds.
    runUntilCompiled(task, Math.max(50, 0x1.2p32 / flops));
    rate = checkedRate;
    Work checked = implementation.work(this);
    for (int run = 0; run < CHECKED_RUNS; run++) {
      checked.task().run();
    }
    expected().check(by, checked.result().get());
    return task;
  }

  /**
   * Runs so often and until nothing is compiled for 160 ms. JMH's warm-up is as long for every case, but the first of a
   * JVM takes seconds, and one whose code is compiled, or native, next to none.
   */
  static void runUntilCompiled(Runnable task, double runs) {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    long end = System.nanoTime() + LONGEST_WARM_UP;
    int quiet = 0;
    for (int ran = 0; (quiet < 4 || ran < runs) && System.nanoTime() < end; ) {
      long compiled = compiler.getTotalCompilationTime();
      long period = System.nanoTime() + 40_000_000;
      do {
        task.run();
        ran++;
      } while (System.nanoTime() < period);
      quiet = compiler.getTotalCompilationTime() == compiled ? quiet + 1 : 0;
    }
  }
}
