package dev.retort.bench;

/** One contender's way of doing one case: set up once, run many times, always with the same end. */
public interface Work {
  /** Does the work; what is timed. */
  void run();

  /** What the last run computed, in the order of the case's {@link Answer}. */
  double[] result();
}
