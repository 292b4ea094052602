package dev.retort.train;

import dev.retort.kernel.CounterRandom;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * Compares a gradient that somebody derived with differences of the function itself.
 *
 * {@snippet :
 * ToDoubleFunction<double[]> loss = z -> Math.log(Math.exp(z[0]) + Math.exp(z[1]));
 * double[] gradient = {0.5, 0.5};
 * GradientCheck.Report report = GradientCheck.coordinates(loss, new double[] {1, 1}, gradient);
 * assert report.passes(1e-9) : report;
 * }
 *
 * <p>The function must compute in double: differences of float32 results are mostly rounding. Errors
 * are relative to the Euclidean norm of the gradient, or to 1% of the function's value where that
 * is larger, since a slope far below it drowns in the rounding of the value.
 *
 * <p>Central differences with Richardson's extrapolation (Ridders 1982); where the slopes from the
 * left and from the right do not meet however short the step, there is a kink, which is skipped and
 * counted.
 */
public final class GradientCheck {
  private static final int LEVELS = 5;
  private static final double LONGEST_STEP = 1;
  private static final double SHORTEST_STEP = 0x1p-14;

  /** A slope is settled when its estimated error, relative, is at most this. */
  private static final double SETTLED = 1e-10;

  /** A slope below this share of the function's value drowns in the value's rounding. */
  private static final double FLOOR = 1e-2;

  /**
   * Coordinates of a direction are uniform in +-sqrt 3, which has variance 1: slopes are then of the
   * size of the gradient's norm. Random signs would let errors cancel that are equal in size.
   */
  private static final double SPREAD = Math.sqrt(3);

  /** What errors are set against where the function is 0 all around. */
  private static final double LEAST_SCALE = 1e-300;

  /**
   * What a check found.
   *
   * @param checked how many slopes were compared
   * @param kinks how many were skipped, because the function has no slope there
   * @param worst the largest relative error, NaN if a slope claimed or measured was none
   * @param where coordinate or direction of the worst, -1 if nothing was checked
   * @param analytic the slope there, as claimed
   * @param numeric the slope there, as measured
   */
  public record Report(
      int checked, int kinks, double worst, int where, double analytic, double numeric) {
    /**
     * Whether something was checked and nothing was further off than the tolerance.
     *
     * @param tolerance of the relative error, at least 0
     * @return true for a check that passed
     */
    public boolean passes(double tolerance) {
      return checked > 0 && worst <= tolerance;
    }

    /** One line. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d checked, %d kinks skipped; worst relative error %.1e at %d: claimed %s, measured %s",
          checked, kinks, worst, where, analytic, numeric);
    }
  }

  private final ToDoubleFunction<double[]> function;
  private final double[] at;
  private final double[] gradient;
  private final double scale;
  private int checked;
  private int kinks;
  private double worst;
  private int where = -1;
  private double analytic;
  private double numeric;

  private GradientCheck(
      ToDoubleFunction<double[]> function, double[] at, double[] gradient) {
    if (gradient.length != at.length) {
      throw new IllegalArgumentException(
          "a gradient of " + gradient.length + " elements at a point of " + at.length);
    }
    double value = function.applyAsDouble(at.clone());
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("the function is " + value + " at the point");
    }
    this.function = function;
    this.at = at;
    this.gradient = gradient;
    double squares = 0;
    for (double g : gradient) {
      squares += Double.isFinite(g) ? g * g : 0;
    }
    double floor = Math.max(FLOOR * Math.abs(value), LEAST_SCALE);
    scale = Math.max(Math.sqrt(squares), floor);
  }

  /**
   * Checks every coordinate.
   *
   * @param function what is differentiated; it gets a fresh array at every call
   * @param at the point, not modified
   * @param gradient claimed for that point, not modified
   * @return what was found over all coordinates
   * @throws IllegalArgumentException if gradient and point differ in length, or the function is not
   *     finite at the point
   */
  public static Report coordinates(
      ToDoubleFunction<double[]> function, double[] at, double[] gradient) {
    GradientCheck check = new GradientCheck(function, at, gradient);
    for (int i = 0; i < at.length; i++) {
      double[] direction = new double[at.length];
      direction[i] = 1;
      check.along(direction, i);
    }
    return check.report();
  }

  /**
   * Checks the slope along random directions: one direction tests all of a gradient at once, at the
   * price of not saying which element is wrong.
   *
   * @param function what is differentiated; it gets a fresh array at every call
   * @param at the point, not modified
   * @param gradient claimed for that point, not modified
   * @param count how many directions
   * @param seed what they are drawn from
   * @return what was found over all directions
   * @throws IllegalArgumentException if gradient and point differ in length, or the function is not
   *     finite at the point
   * @see #coordinates
   */
  public static Report directions(
      ToDoubleFunction<double[]> function, double[] at, double[] gradient, int count, long seed) {
    GradientCheck check = new GradientCheck(function, at, gradient);
    for (int n = 0; n < count; n++) {
      long key = CounterRandom.key(seed, n);
      double[] direction = new double[at.length];
      for (int i = 0; i < at.length; i++) {
        direction[i] = (CounterRandom.bits24(key, i) * 0x1p-23 - 1) * SPREAD;
      }
      check.along(direction, n);
    }
    return check.report();
  }

  private void along(double[] direction, int index) {
    double claimed = 0;
    for (int i = 0; i < at.length; i++) {
      claimed += direction[i] == 0 ? 0 : gradient[i] * direction[i];
    }
    double measured = slope(t -> function.applyAsDouble(moved(direction, t)), scale);
    if (Double.isNaN(measured)) {
      kinks++;
      return;
    }
    double error =
        claimed == measured
            ? 0
            : Math.abs(claimed - measured) / Math.max(scale, Math.abs(measured));
    if (checked == 0 || Double.compare(error, worst) > 0) { // NaN is the worst of all
      worst = error;
      where = index;
      analytic = claimed;
      numeric = measured;
    }
    checked++;
  }

  private Report report() {
    return new Report(checked, kinks, worst, where, analytic, numeric);
  }

  private double[] moved(double[] direction, double t) {
    double[] point = at.clone();
    for (int i = 0; i < point.length; i++) {
      point[i] += direction[i] == 0 ? 0 : t * direction[i];
    }
    return point;
  }

  /** The slope of f at 0, or NaN where steps of every length fail to settle on one. */
  static double slope(DoubleUnaryOperator f, double scale) {
    double value = f.applyAsDouble(0);
    double best = Double.NaN;
    double bestError = Double.POSITIVE_INFINITY;
    for (double step = LONGEST_STEP; step >= SHORTEST_STEP; step /= 2) {
      double rounding = 2 * Math.ulp(value) / Math.scalb(step, 1 - LEVELS);
      if (rounding >= bestError) {
        break;
      }
      double[] means = new double[LEVELS];
      double[] gaps = new double[LEVELS];
      for (int k = 0; k < LEVELS; k++) {
        double h = Math.scalb(step, -k);
        double right = (f.applyAsDouble(h) - value) / h;
        double left = (value - f.applyAsDouble(-h)) / h;
        means[k] = (right + left) / 2;
        gaps[k] = right - left;
      }
      // The error of a mean has even powers of h, a gap at a smooth point has odd ones.
      double change = extrapolate(means, 2);
      extrapolate(gaps, 1);
      double error = rounding + change + Math.abs(gaps[LEVELS - 1]);
      if (error < bestError) {
        best = means[LEVELS - 1];
        bestError = error;
      }
    }
    return bestError <= SETTLED * Math.max(scale, Math.abs(best)) ? best : Double.NaN;
  }

  /**
   * Richardson: takes the powers first, first + 2, first + 4 ... of the step out of estimates at
   * halved steps, leaves the best in the last place and returns what the last power changed.
   */
  private static double extrapolate(double[] estimates, int first) {
    double change = 0;
    for (int m = 1; m < LEVELS; m++) {
      double factor = Math.scalb(1.0, first + 2 * (m - 1));
      for (int k = LEVELS - 1; k >= m; k--) {
        double better = (factor * estimates[k] - estimates[k - 1]) / (factor - 1);
        change = Math.abs(better - estimates[k]);
        estimates[k] = better;
      }
    }
    return change;
  }
}
