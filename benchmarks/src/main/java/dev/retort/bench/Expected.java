package dev.retort.bench;

import java.util.stream.Stream;

/** The right result of a case, in double precision, and how far from it a result is wrong. */
interface Expected {
  /**
   * Returns if the result is right.
   *
   * @throws WrongResultException if it is not
   */
  void check(String who, double[] got);

  /** Runs the work once and checks its result. */
  default void check(String who, Work work) {
    work.run();
    check(who, work.result());
  }

  /** Each element within its own tolerance. */
  static Expected within(double[] want, double[] tolerance) {
    return (who, got) -> {
      requireLength(who, want.length, got.length);
      for (int i = 0; i < want.length; i++) {
        if (!(Math.abs(got[i] - want[i]) <= tolerance[i])) {
          throw new WrongResultException(
              who + " is wrong at element " + i + ": " + got[i] + " instead of " + want[i]
                  + ", off by more than " + tolerance[i]);
        }
      }
    };
  }

  /** Each block within a fraction of its own Euclidean norm. */
  static Expected inNorm(double[][] want, double fraction) {
    return (who, got) -> {
      requireLength(who, Stream.of(want).mapToInt(block -> block.length).sum(), got.length);
      int from = 0;
      for (int block = 0; block < want.length; block++) {
        double error = 0;
        double norm = 0;
        for (double right : want[block]) {
          error += (got[from] - right) * (got[from] - right);
          norm += right * right;
          from++;
        }
        if (!(error <= fraction * fraction * norm)) {
          throw new WrongResultException(
              who + " is wrong in block " + block + ": off by " + Math.sqrt(error / norm)
                  + " of its norm, more than " + fraction);
        }
      }
    };
  }

  private static void requireLength(String who, int want, int got) {
    if (got != want) {
      throw new WrongResultException(
          who + " is wrong: " + got + " elements instead of " + want);
    }
  }
}
