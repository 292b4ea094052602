package dev.retort.kernel;

import module java.base;

/**
 * What an exponential is measured by, input by input: its error in units in the last place of the
 * true value, against StrictMath in double, where e^x is a normal float; below, it must be 0, and NaN
 * for NaN.
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
    if (exact >= Float.MIN_NORMAL) {
      measured++;
      notCorrectlyRounded += got == rounded ? 0 : 1;
      double ulp = Math.abs(got - exact) * 0x1p23 / Double.longBitsToDouble(
          Double.doubleToRawLongBits(exact) & 0x7FF0_0000_0000_0000L);
      if (!(ulp <= maxUlp)) {
        maxUlp = ulp;
        worst = x;
      }
    } else if (!(Double.isNaN(exact) ? Float.isNaN(got) : got == 0f)) {
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
    for (int i = 0; i < x.length; i++) {
      y[i] = Exp.nonPositive(x[i]);
    }
  }

  /** The loop over few classes. */
  static void narrow(float[] y, float[] x) {
    VectorExp.nonPositive(y, x, 1f, x.length);
  }

  /** The loops over many classes: rows that begin with 0, so that z is the exponent at T = 1. */
  static final class Wide implements Exponential {
    private static final int COLS = 1 + CHUNK / 16;

    private final WideRows strip = new WideRows();
    private final float[] z = new float[COLS];
    private final float[] noTargets = new float[COLS];
    private final int[] label = {0};

    @Override
    public void of(float[] y, float[] x) {
      for (int i = 0; i < x.length; i += COLS - 1) {
        System.arraycopy(x, i, z, 1, COLS - 1);
        strip.take(z, 0, 1, COLS, 2f);
        strip.soften(2f, null, 0);
        float[] e = Arrays.copyOf(strip.soft.e, COLS);
        strip.both(label, 0, noTargets, 0, 2f, null, 0);
        Bits.assertSame(e, Arrays.copyOf(strip.soft.e, COLS), "soft exponentials in one loop");
        e[0] = strip.hard.e[0];
        Bits.assertSame(e, Arrays.copyOf(strip.hard.e, COLS), "hard exponentials in one loop");
        System.arraycopy(e, 1, y, i, COLS - 1);
      }
    }
  }
}
