package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.derivation.Losses;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernels over rows of logits within the error bounds that {@link Kernels} states, against the
 * longhand in double, on rows that are chosen to hurt.
 */
@Tag("bits")
@Tag("vector")
final class RowAccuracyTest {
  private static final double U = 0x1p-24;
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float[] TEMPERATURES = {1e-3f, 0.1f, 1, 4, 20, 1e6f};
  private static final double SMOOTHING = 0.1;
  private static final float SCALE = 0.37f;
  private static final float SOFT_SCALE = 0.73f;

  /** What makes a row hard. */
  private enum Row {
    ORDINARY, TIES, ALL_EQUAL, DOMINANT, HUGE, ONE_HUGE, SUBNORMAL, MASKED, ALL_BUT_ONE_MASKED,
    FAR_FROM_ZERO;

    float[] of(int n, SplittableRandom random) {
      float[] z = new float[n];
      for (int i = 0; i < n; i++) {
        float ordinary = (float) random.nextDouble(-9, 9);
        boolean odd = random.nextInt(3) == 0;
        z[i] =
            switch (this) {
              case ORDINARY -> ordinary;
              case TIES -> odd ? 2f : 1.5f;
              case ALL_EQUAL -> -7.25f;
              case DOMINANT -> i == n / 2 ? 60f : ordinary;
              case HUGE -> odd ? 3e38f : -3e38f;
              case ONE_HUGE -> i == n / 2 ? -3e38f : ordinary;
              case SUBNORMAL -> ordinary * 0x1p-140f;
              case MASKED -> odd && i != n / 2 ? -INF : ordinary;
              case ALL_BUT_ONE_MASKED -> i == n / 2 ? ordinary : -INF;
              case FAR_FROM_ZERO -> ordinary + 1e5f;
            };
      }
      return z;
    }
  }

  /** A row, its longhand, and how far from it each kernel may be. */
  private static final class Case {
    final String what;
    final int n;
    final float[] z;
    final double t;
    final float s;
    final float[] p;
    final int label;
    final double[] exactZ;
    final double[] exactP;
    final double max;
    final double k;

    Case(Row row, int n, float temperature) {
      SplittableRandom random = new SplittableRandom(n);
      what = row + " of " + n + " at T = " + temperature + ", ";
      this.n = n;
      z = row.of(n, random);
      t = temperature;
      s = (float) (2.0 / temperature);
      label = n / 2;
      exactZ = new double[n];
      exactP = new double[n];
      p = new float[n];
      for (int i = 0; i < n; i++) {
        exactZ[i] = z[i];
        p[i] = z[i] == -INF ? 0f : 2 * (float) random.nextDouble() / n;
        exactP[i] = p[i];
      }
      max = DoubleStream.of(exactZ).max().orElseThrow();
      k = 3 * Math.log(n) + Math.ceilDiv(n, 16) + 12;
    }

    /** |x_i| at a temperature. */
    double distance(int i, double temperature) {
      return (max - exactZ[i]) / temperature;
    }

    void softmax(Kernels kernels) {
      float[] y = new float[n];
      kernels.softmax(y, 0, z, 0, s, 1, n);
      double[] q = Losses.softmax(exactZ, t);
      for (int i = 0; i < n; i++) {
        double relative = q[i] == 0 ? 0 : 3 * distance(i, t) + k;
        assertWithin(relative * q[i], 0x1p-126, y[i], q[i], "softmax " + i);
      }
    }

    void crossEntropy(Kernels kernels, double smoothing) {
      double[] value = new double[1];
      float[] dz = new float[n];
      kernels.crossEntropy(
          value, 0, dz, 0, z, 0, new int[] {label}, 0, smoothing, SCALE, 1, n);
      double[] target = Losses.target(label, n, smoothing);
      assertValue(value[0], target, 1, "cross entropy " + smoothing);
      double[] bound = new double[n];
      double[] exact = new double[n];
      addGradient(exact, bound, target, 1, SCALE);
      assertGradient(dz, exact, bound, "gradient of cross entropy " + smoothing);
    }

    void softCrossEntropy(Kernels kernels) {
      double[] value = new double[1];
      kernels.softCrossEntropy(value, 0, z, 0, p, 0, s, 1, n);
      assertSoftValue(value[0], "soft cross entropy");
    }

    void distillation(Kernels kernels, float hardScale) {
      double[] hard = new double[1];
      double[] soft = new double[1];
      float[] dz = new float[n];
      kernels.distillation(
          hard, soft, 0, dz, 0, z, 0, p, 0, new int[] {label}, 0, s, hardScale, SOFT_SCALE,
          1, n);
      double[] target = Losses.target(label, n, 0);
      assertValue(hard[0], target, 1, "hard value");
      assertSoftValue(soft[0], "soft value");
      double[] bound = new double[n];
      double[] exact = new double[n];
      addGradient(exact, bound, target, 1, hardScale);
      addGradient(exact, bound, exactP, t, SOFT_SCALE);
      assertGradient(dz, exact, bound, "gradient of distillation");
    }

    private void addGradient(
        double[] exact, double[] bound, double[] target, double temperature, double scale) {
      double[] q = Losses.softmax(exactZ, temperature);
      for (int i = 0; i < n; i++) {
        exact[i] += scale * (q[i] - target[i]);
        double relative = q[i] == 0 ? 0 : 3 * distance(i, temperature) + k;
        bound[i] += scale * (relative * q[i] + 4 * target[i]);
      }
    }

    private void assertGradient(float[] dz, double[] exact, double[] bound, String which) {
      for (int i = 0; i < n; i++) {
        assertWithin(bound[i], 0x1p-125, dz[i], exact[i], which + " " + i);
      }
    }

    /** The soft value from the p that was given, whose sum is not quite 1: log S - sum p x. */
    private void assertSoftValue(double value, String which) {
      double exact = -DoubleStream.of(Losses.logSoftmax(exactZ, t)).max().orElseThrow();
      double spread = 0;
      for (int i = 0; i < n; i++) {
        spread += p[i] == 0 ? 0 : exactP[i] * distance(i, t);
      }
      assertWithin(k * (1 + spread), 1e-14, value, exact + spread, which);
    }

    private void assertValue(double value, double[] target, double temperature, String which) {
      double exact = Losses.crossEntropy(target, exactZ, temperature);
      if (Double.isInfinite(exact)) {
        assertTrue(value == exact, what + which);
        return;
      }
      double spread = 0;
      for (int i = 0; i < n; i++) {
        spread += target[i] == 0 ? 0 : target[i] * distance(i, temperature);
      }
      assertWithin(k * (1 + spread), 1e-14, value, exact, which);
    }

    private void assertWithin(
        double units, double absolute, double actual, double exact, String which) {
      RowAccuracyTest.assertWithin(units, absolute, actual, exact, what + which);
    }
  }

  /** Units of u, of which the first order is stated: k u / (1 - k u) is all of it. */
  private static void assertWithin(
      double units, double absolute, double actual, double exact, String what) {
    double ku = units * U;
    double bound = ku / (1 - Math.min(0.01, ku)) + absolute;
    double error = Math.abs(actual - exact);
    assertTrue(
        error <= bound,
        () -> what + ": " + actual + ", not " + exact + ", off by " + error + " > " + bound);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 16, 17, 100, 1000, 50_257})
  void everyKernelIsWithinItsBound(int n) {
    for (Kernels kernels : new Kernels[] {new ScalarKernels(), new VectorKernels()}) {
      for (Row row : Row.values()) {
        for (float temperature : TEMPERATURES) {
          Case c = new Case(row, n, temperature);
          c.softmax(kernels);
          c.crossEntropy(kernels, 0);
          c.crossEntropy(kernels, SMOOTHING);
          c.softCrossEntropy(kernels);
          c.distillation(kernels, SCALE);
          c.distillation(kernels, 0f);
        }
      }
    }
  }

  @Test
  void theComparisonRejects() {
    assertWithin(2, 0, 1 + 2 * U, 1, "at its bound");
    assertThrows(AssertionError.class, () -> assertWithin(2, 0, 1 + 2.01 * U, 1, "above"));
    assertThrows(AssertionError.class, () -> assertWithin(2, 0, Double.NaN, 1, "NaN"));
    assertThrows(AssertionError.class, () -> assertWithin(2, 0, INF, 1, "infinite"));
  }
}
