package dev.retort.optim;

/** A learning rate as a function of the step, NOTES (E34). */
@FunctionalInterface
public interface Schedule {
  /**
   * {@return the learning rate of a step, finite and at least 0}
   *
   * @param base the rate that the training was given, finite and at least 0
   * @param step 0 to steps - 1
   * @param steps how many there will be
   */
  double rate(double base, int step, int steps);

  /** {@return the base at every step} */
  static Schedule constant() {
    return (base, step, steps) -> base;
  }

  /**
   * {@return a staircase: after each share of the steps, the rate is multiplied by a factor}
   *
   * @param share length of a stair as a share of all steps, above 0
   * @param factor what the rate is multiplied by at each stair, at least 0 and below 1
   * @throws IllegalArgumentException if one is out of range
   */
  static Schedule step(double share, double factor) {
    Optimizer.requireRange("factor", factor, 1);
    if (!(share > 0)) {
      throw new IllegalArgumentException("the share of a stair must be above 0, not " + share);
    }
    return (base, step, steps) -> base * StrictMath.pow(factor, Math.floor(step / (share * steps)));
  }

  /**
   * {@return a straight line from the base at the first step to a multiple of it at the last, NOTES (E42)}
   *
   * @param factor of the base at the last step, finite and at least 0
   * @throws IllegalArgumentException if the factor is out of range
   */
  static Schedule linear(double factor) {
    Optimizer.requireRange("factor", factor, Float.MAX_VALUE);
    return (base, step, steps) -> base + (base * factor - base) * step / Math.max(1, steps - 1);
  }

  /** {@return half a cosine from the base down to 0 (Loshchilov and Hutter 2017, eq. 5, one period)} */
  static Schedule cosine() {
    return (base, step, steps) -> {
      // (1 + cos 4x) / 2 = (2 cos^2 x - 1)^2; StrictMath.cos allocates for angles above pi / 4.
      double cos = StrictMath.cos(Math.PI / 4 * step / steps);
      double root = 2 * cos * cos - 1;
      return base * (root * root);
    };
  }

  /**
   * {@return this schedule after a straight rise from 0 to its first rate}
   *
   * @param share of all steps that the rise takes, at least 0 and below 1
   * @throws IllegalArgumentException if the share is out of range
   */
  default Schedule withWarmUp(double share) {
    Optimizer.requireRange("warm-up share", share, 1);
    return (base, step, steps) -> {
      int warm = (int) (share * steps);
      return step < warm
          ? rate(base, 0, steps) * (step + 1) / (warm + 1)
          : rate(base, step - warm, Math.max(1, steps - warm));
    };
  }
}
