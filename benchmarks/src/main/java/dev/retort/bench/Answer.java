package dev.retort.bench;

/** The right result of a case, in double, and how far from it a result is wrong. */
public interface Answer {
  /**
   * Lets a right result pass.
   *
   * @throws WrongResultException if it is not right
   */
  void check(String who, double[] got);

  /** Runs the work and refuses it if its result is wrong. */
  default void check(String who, Work work) {
    work.run();
    check(who, work.result());
  }

  /** Every element within its own tolerance. */
  static Answer within(double[] want, double[] tolerance) {
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

  /** Every block within a share of its own Euclidean norm. */
  static Answer inNorm(double[] want, int[] blocks, double share) {
    return (who, got) -> {
      requireLength(who, want.length, got.length);
      int from = 0;
      for (int block = 0; block < blocks.length; block++) {
        double error = 0;
        double norm = 0;
        for (int i = from; i < from + blocks[block]; i++) {
          error += (got[i] - want[i]) * (got[i] - want[i]);
          norm += want[i] * want[i];
        }
        if (!(error <= share * share * norm)) {
          throw new WrongResultException(
              who + " is wrong in block " + block + ": off by " + Math.sqrt(error / norm)
                  + " of its norm, more than " + share);
        }
        from += blocks[block];
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
