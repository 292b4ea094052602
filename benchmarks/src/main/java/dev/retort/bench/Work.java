package dev.retort.bench;

import java.util.function.Supplier;

/**
 * One implementation's way of doing one case: set up once, run many times, always with the same end.
 *
 * @param task what is timed
 * @param read what the last run computed, in the order of the case's {@link Expected}
 */
record Work(Runnable task, Supplier<double[]> read) {
  void run() {
    task.run();
  }

  double[] result() {
    return read.get();
  }
}
