package dev.retort.kernel;

/** The range of temperatures, in one place for losses and models. */
public final class Temperature {
  /** 2/T stays a normal float, far from the limits. */
  private static final double LOWEST = 1e-30;

  /** T (q - p) of logits that differ by 1 is off by some 10%: rounding errors alone are left above, NOTES (E44). */
  private static final double HIGHEST = 1e6;

  private Temperature() {}

  /** The kernels' s = 2/T. */
  public static float scale(double temperature) {
    if (!(temperature >= LOWEST && temperature <= HIGHEST)) {
      throw new IllegalArgumentException(
          "temperature must be finite and positive (1e-30 to 1e6), not " + temperature);
    }
    return (float) (2 / temperature);
  }
}
