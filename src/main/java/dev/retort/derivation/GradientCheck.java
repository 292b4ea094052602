package dev.retort.derivation;

import module java.base;

/**
 * Compares a derived gradient with differences of the function itself.
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
 * is larger, since a slope far below it is lost in the rounding of the value.
 *
 * <p>Slopes are central differences with Richardson's extrapolation (Ridders 1982), at shorter and
 * shorter steps until rounding outweighs what a shorter step gains. There is a kink where the slopes
 * from the left and from the right both settle, on different numbers: a derived slope is right there if
 * it lies between the two. Where they do not settle the slope is unsettled, and the check fails.
 */
public final class GradientCheck {
  private static final int LEVELS = 5;

  /** Few bits, so that a coordinate plus a step is exact. Not a power of 2: that may be a multiple of a period. */
  private static final double LONGEST_STEP = 0x1.6ap0;

  private static final double SHORTEST_STEP = 0x1p-40;

  /** Over such a step, and ten halvings of it, a smooth function is straight but for its rounding. */
  private static final double STRAIGHT = LONGEST_STEP * 0x1p-34;

  private static final int HALVINGS = 10;

  /** A slope is settled when its estimated error, relative, is at most this. */
  private static final double SETTLED = 1e-10;

  /** Slopes that differ by this many times their estimated errors cannot both be right. */
  private static final double DOUBT = 1e4;

  /** A slope below this share of the function's value is lost in the rounding of the value. */
  private static final double FLOOR = 1e-2;

  /** What errors are relative to where the function is 0 all around. */
  private static final double LEAST_SCALE = 1e-300;

  /**
   * What a check found.
   *
   * @param checked how many slopes were compared
   * @param kinks how many points had one slope on the left and another on the right
   * @param unsettled how many slopes could not be measured
   * @param worst the largest relative error, NaN if a derived slope is NaN
   * @param where coordinate of the worst, -1 if nothing was compared
   * @param derived the slope there, as derived
   * @param measured the slope there, as measured; at a kink the nearer of the two
   */
  public record Report(
      int checked, int kinks, int unsettled, double worst, int where, double derived, double measured) {
    /**
     * Whether slopes were compared, all could be measured, and none is further off than the tolerance.
     *
     * @param tolerance of the relative error, at least 0
     * @return true for a check that passed
     */
    public boolean passes(double tolerance) {
      return checked > 0 && unsettled == 0 && worst <= tolerance;
    }

    /** This and one slope more. */
    private Report with(int coordinate, double claim, Slopes slopes, double scale) {
      if (!slopes.settled(scale)) {
        return new Report(checked, kinks, unsettled + 1, worst, where, derived, measured);
      }
      boolean kink = slopes.least != slopes.greatest;
      int smooth = checked + (kink ? 0 : 1);
      int bent = kinks + (kink ? 1 : 0);
      double nearest = Math.min(Math.max(claim, slopes.least), slopes.greatest);
      double error = claim == nearest ? 0 : Math.abs(claim - nearest) / Math.max(scale, Math.abs(nearest));
      return where < 0 || Double.compare(error, worst) > 0 // NaN is the worst of all
          ? new Report(smooth, bent, unsettled, error, coordinate, claim, nearest)
          : new Report(smooth, bent, unsettled, worst, where, derived, measured);
    }

    /** One line. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d checked, %d kinks, %d unsettled; worst relative error %.1e at %d: derived %s, measured %s",
          checked, kinks, unsettled, worst, where, derived, measured);
    }
  }

  /** The least and the greatest slope at 0, which differ at a kink alone, and a bound on their errors. */
  private record Slopes(double least, double greatest, double error) {
    static final Slopes NONE = new Slopes(Double.NaN, Double.NaN, Double.POSITIVE_INFINITY);

    boolean settled(double scale) {
      double size = Math.max(Math.abs(least), Math.abs(greatest));
      return error <= SETTLED * Math.max(scale, size);
    }

    /**
     * The slope with the smaller error: this one, or the last of the estimates, which is from shorter steps. If they
     * differ by far more than their errors, it is the last: steps longer than a period can agree by chance.
     */
    Slopes orBetter(double[] estimates, double itsError) {
      double slope = estimates[LEVELS - 1];
      double difference = Math.abs(slope - least);
      if (difference > DOUBT * (error + itsError)) {
        return new Slopes(slope, slope, Math.max(difference, itsError));
      }
      return itsError < error ? new Slopes(slope, slope, itsError) : this;
    }

    /** The slopes from the left and from the right, where the slope of both sides together does not settle. */
    static Slopes kink(Slopes left, Slopes right) {
      return new Slopes(
          Math.min(left.least, right.least), Math.max(left.least, right.least), Math.max(left.error, right.error));
    }
  }

  private GradientCheck() {}

  /**
   * Checks every coordinate.
   *
   * @param function what is differentiated; it gets a fresh array at every call
   * @param at the point, not modified
   * @param gradient derived for that point, not modified
   * @return what was found over all coordinates
   * @throws IllegalArgumentException if gradient and point differ in length, or the function is not finite at the point
   */
  public static Report coordinates(ToDoubleFunction<double[]> function, double[] at, double[] gradient) {
    if (gradient.length != at.length) {
      throw new IllegalArgumentException("a gradient of " + gradient.length + " elements at a point of " + at.length);
    }
    double value = function.applyAsDouble(at.clone());
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("the function is " + value + " at the point");
    }
    double norm = Math.sqrt(Arrays.stream(gradient).filter(Double::isFinite).map(g -> g * g).sum());
    double scale = Math.max(norm, Math.max(FLOOR * Math.abs(value), LEAST_SCALE));
    Report report = new Report(0, 0, 0, 0, -1, 0, 0);
    for (int i = 0; i < at.length; i++) {
      int coordinate = i;
      DoubleUnaryOperator along = step -> {
            double[] point = at.clone();
            point[coordinate] += step;
            return function.applyAsDouble(point);
          };
      report = report.with(i, gradient[i], slopes(along, scale), scale);
    }
    return report;
  }

  private static Slopes slopes(DoubleUnaryOperator f, double scale) {
    double value = f.applyAsDouble(0);
    double scatter = Math.max(scatter(f, value, -STRAIGHT), scatter(f, value, STRAIGHT));
    Slopes both = Slopes.NONE;
    Slopes left = Slopes.NONE;
    Slopes right = Slopes.NONE;
    for (double step = LONGEST_STEP; step >= SHORTEST_STEP; step /= 2) {
      double ulps = 2 * Math.ulp(value) / Math.scalb(step, 1 - LEVELS);
      if (ulps >= both.error && both.settled(scale)) {
        break;
      }
      double rounding = ulps + scatter / step;
      double[] means = new double[LEVELS];
      double[] gaps = new double[LEVELS];
      double[] lefts = new double[LEVELS];
      double[] rights = new double[LEVELS];
      for (int k = 0; k < LEVELS; k++) {
        double h = Math.scalb(step, -k);
        rights[k] = (f.applyAsDouble(h) - value) / h;
        lefts[k] = (value - f.applyAsDouble(-h)) / h;
        means[k] = (rights[k] + lefts[k]) / 2;
        gaps[k] = rights[k] - lefts[k];
      }
      // At a smooth point the error of a mean has the even powers of h, a gap the odd ones, a side all.
      double change = extrapolate(means, 2, 2);
      extrapolate(gaps, 1, 2);
      both = both.orBetter(means, change + Math.abs(gaps[LEVELS - 1]) + rounding);
      left = left.orBetter(lefts, extrapolate(lefts, 1, 1) + rounding);
      right = right.orBetter(rights, extrapolate(rights, 1, 1) + rounding);
    }
    return both.settled(scale) ? both : Slopes.kink(left, right);
  }

  /** How far rounding scatters the values: where large terms cancel, by much more than an ulp of what is left. */
  private static double scatter(DoubleUnaryOperator f, double value, double straight) {
    double scatter = 0;
    double far = f.applyAsDouble(straight);
    for (int k = 1; k <= HALVINGS; k++) {
      double near = f.applyAsDouble(Math.scalb(straight, -k));
      scatter = Math.max(scatter, Math.abs(near - (value + far) / 2) / 2);
      far = near;
    }
    return scatter;
  }

  /**
   * Richardson's extrapolation: takes the error terms in the powers first, first + stride, first + 2 stride ... of the
   * step out of estimates at halved steps. The best estimate is in the last place then; returns by how much the last
   * power changed it.
   */
  private static double extrapolate(double[] estimates, int first, int stride) {
    double change = 0;
    for (int m = 1; m < LEVELS; m++) {
      double factor = Math.scalb(1.0, first + stride * (m - 1));
      for (int k = LEVELS - 1; k >= m; k--) {
        double better = (factor * estimates[k] - estimates[k - 1]) / (factor - 1);
        change = Math.abs(better - estimates[k]);
        estimates[k] = better;
      }
    }
    return change;
  }
}
