package dev.retort.bench.tour;

/** A short time of the same work again and again. */
final class Slice {
  private static final double SECONDS = 0.02;

  private final Runnable work;
  private int runs = 1;

  /** Finds how often to run, which also warms up. */
  Slice(Runnable work) {
    this.work = work;
    while (seconds() < SECONDS && runs < 1 << 28) {
      runs *= 2;
    }
  }

  /** Runs a second. */
  double rate() {
    return runs / seconds();
  }

  private double seconds() {
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      work.run();
    }
    return (System.nanoTime() - start) * 1e-9;
  }
}
