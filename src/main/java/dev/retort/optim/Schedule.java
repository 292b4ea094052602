package dev.retort.optim;

/** The learning rate as a function of the step, NOTES (E34). */
@FunctionalInterface
public interface Schedule {
  /**
   * The learning rate.
   *
   * @param step 0 to steps - 1
   * @param steps how many there will be
   * @return the rate, at least 0
   */
  double rate(int step, int steps);

  /**
   * The same rate at every step.
   *
   * @param rate finite and at least 0
   * @return a schedule of that rate
   */
  static Schedule constant(double rate) {
    ParallelUpdate.checked("learning rate", rate, Float.MAX_VALUE);
    return (step, steps) -> rate;
  }

  /**
   * A staircase: after each share of the steps, the rate falls to a factor of itself.
   *
   * @param rate of the first stair, finite and at least 0
   * @param share length of a stair as a share of all steps, above 0
   * @param factor what the rate is multiplied by at each stair, at least 0 and below 1
   * @return a schedule that falls by stairs
   */
  static Schedule step(double rate, double share, double factor) {
    ParallelUpdate.checked("learning rate", rate, Float.MAX_VALUE);
    ParallelUpdate.checked("factor", factor, 1);
    if (!(share > 0)) {
      throw new IllegalArgumentException("the share of a stair must be above 0, not " + share);
    }
    return (step, steps) -> rate * StrictMath.pow(factor, Math.floor(step / (share * steps)));
  }

  /**
   * A straight line, NOTES (E42): for a temperature or the weight of a loss as well as for a rate.
   *
   * @param from at the first step, finite and at least 0
   * @param to at the last step, finite and at least 0
   * @return a schedule between the two
   */
  static Schedule linear(double from, double to) {
    ParallelUpdate.checked("first value", from, Float.MAX_VALUE);
    ParallelUpdate.checked("last value", to, Float.MAX_VALUE);
    return (step, steps) -> from + (to - from) * step / Math.max(1, steps - 1);
  }

  /**
   * Half a cosine from the rate down to 0 (Loshchilov and Hutter 2017, eq. 5, one period).
   *
   * @param rate at the first step, finite and at least 0
   * @return a schedule that falls to 0
   */
  static Schedule cosine(double rate) {
    ParallelUpdate.checked("learning rate", rate, Float.MAX_VALUE);
    return (step, steps) -> {
      // (1 + cos 4x) / 2 = (2 cos^2 x - 1)^2; StrictMath.cos allocates for angles above pi / 4.
      double cos = StrictMath.cos(Math.PI / 4 * step / steps);
      double root = 2 * cos * cos - 1;
      return rate * (root * root);
    };
  }

  /**
   * This schedule behind a straight rise from 0 to its first rate.
   *
   * @param warmSteps how many steps the rise takes, at least 0
   * @return a schedule of which the rise is the first part
   */
  default Schedule withWarmUp(int warmSteps) {
    if (warmSteps < 0) {
      throw new IllegalArgumentException("warm-up steps must be at least 0, not " + warmSteps);
    }
    return (step, steps) ->
        step < warmSteps
            ? rate(0, steps) * (step + 1) / (warmSteps + 1)
            : rate(step - warmSteps, Math.max(1, steps - warmSteps));
  }
}
