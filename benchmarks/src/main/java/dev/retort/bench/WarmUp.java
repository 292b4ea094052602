package dev.retort.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/**
 * Running until nothing is compiled any more. JMH's own warm-up is as long for every case, but the
 * first of a JVM takes seconds, uncompiled vectors being thousands of times as slow, and one whose
 * code is compiled, or native, takes none.
 */
final class WarmUp {
  private static final long PERIOD = 40_000_000;
  private static final int QUIET_PERIODS = 4;

  /** In seconds; tests, which measure nothing, set it to 0. */
  private static final long AT_MOST = Long.getLong("warmUp", 20) * 1_000_000_000;

  private WarmUp() {}

  /**
   * Runs the work for a while.
   *
   * @param runs at least; before so many a loop may still wait for the compiler
   */
  static void untilCompiled(Runnable work, int runs) {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    long end = System.nanoTime() + AT_MOST;
    int quiet = 0;
    for (int ran = 0; (quiet < QUIET_PERIODS || ran < runs) && System.nanoTime() < end; ) {
      long compiled = compiler.getTotalCompilationTime();
      long period = System.nanoTime() + PERIOD;
      do {
        work.run();
        ran++;
      } while (System.nanoTime() < period);
      quiet = compiler.getTotalCompilationTime() == compiled ? quiet + 1 : 0;
    }
  }
}
