package dev.retort.kernel;

/**
 * What an exponential is measured by, input by input: its error in units in the last place of the
 * true value, against StrictMath in double, where e^x is a normal float; everywhere else it must be
 * exact.
 */
final class ExpAccuracy {
  static final int CHUNK = 1 << 14;

  /** An exponential of many floats. */
  interface Exponential {
    void of(float[] y, float[] x);
  }

  private final Exponential exponential;
  private final float[] y = new float[CHUNK];

  double maxUlp;
  float worst;
  long measured;
  long notCorrectlyRounded;
  long wrongSpecials;
  float wrongSpecial;

  ExpAccuracy(Exponential exponential) {
    this.exponential = exponential;
  }

  /** Adds {@link #CHUNK} inputs, their exponentials in double beside them. */
  float[] add(float[] x, double[] exact) {
    exponential.of(y, x);
    for (int i = 0; i < CHUNK; i++) {
      add(x[i], exact[i], y[i]);
    }
    return y;
  }

  private void add(float x, double exact, float got) {
    float rounded = (float) exact;
    if (exact >= Float.MIN_NORMAL && rounded != Float.POSITIVE_INFINITY) {
      measured++;
      notCorrectlyRounded += got == rounded ? 0 : 1;
      double ulp = Math.abs(got - exact) * 0x1p23 / Double.longBitsToDouble(
          Double.doubleToRawLongBits(exact) & 0x7FF0_0000_0000_0000L);
      if (!(ulp <= maxUlp)) {
        maxUlp = ulp;
        worst = x;
      }
    } else if (!(Double.isNaN(exact) ? Float.isNaN(got) : got == (exact < 1 ? 0f : rounded))) {
      wrongSpecials++;
      wrongSpecial = x;
    }
  }

  /** Takes what another has measured as well. */
  void merge(ExpAccuracy other) {
    if (!(other.maxUlp <= maxUlp)) {
      maxUlp = other.maxUlp;
      worst = other.worst;
    }
    if (other.wrongSpecials > 0) {
      wrongSpecial = other.wrongSpecial;
    }
    measured += other.measured;
    notCorrectlyRounded += other.notCorrectlyRounded;
    wrongSpecials += other.wrongSpecials;
  }

  static void scalar(float[] y, float[] x) {
    new ScalarKernels().exp(y, 0, x, 0, x.length);
  }

  static void vector(float[] y, float[] x) {
    new VectorKernels().exp(y, 0, x, 0, x.length);
  }
}
