package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The element-wise kernels, on the backend in use, within the error bounds that {@link Kernels}
 * states, against their formulas in double; and what it says of NaN, infinities and zeros.
 */
@Tag("bits")
@Tag("interpreted")
final class ElementAccuracyTest {
  private static final int N = 100;
  private static final double U = 0x1p-24;
  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  private final Kernels kernels = Backend.kernels();
  private final SplittableRandom random = new SplittableRandom(1);

  private float[] ordinary(int n) {
    return Bits.ordinary(n, random);
  }

  /** Bounds are of first order; the second is below one in a million of it. */
  private static void assertWithin(double bound, double actual, double exact, String what) {
    double error = Math.abs(actual - exact);
    assertTrue(error <= bound * U * (1 + 1e-5), () -> what + " is off by " + error / U + " u");
  }

  @Test
  void theComparisonRejects() {
    assertWithin(2, 1 + 2 * U, 1, "at its bound");
    assertThrows(AssertionError.class, () -> assertWithin(2, 1 + 2.01 * U, 1, "above"));
    assertThrows(AssertionError.class, () -> assertWithin(2, NAN, 1, "no number"));
  }

  @Test
  void columnSums() {
    int rows = 40;
    float[] before = ordinary(N);
    float[] s = before.clone();
    float[] x = ordinary(rows * N);
    kernels.addColumnSums(s, 0, x, 0, rows, N);
    for (int j = 0; j < N; j++) {
      double exact = before[j];
      double size = Math.abs(before[j]);
      for (int i = 0; i < rows; i++) {
        exact += x[i * N + j];
        size += Math.abs(x[i * N + j]);
      }
      assertWithin(rows * size, s[j], exact, "column sum " + j);
    }
  }

  @Test
  void dropout() {
    float[] x = ordinary(N);
    x[0] = NAN;
    x[1] = INF;
    float[] y = new float[N];
    kernels.dropout(y, 0, x, 0, 1L, 0, 0, 1.1f, 1, N);
    assertTrue(Float.isNaN(y[0]));
    assertEquals(INF, y[1]);
    for (int i = 2; i < N; i++) {
      double exact = (double) x[i] * 1.1f;
      assertWithin(Math.abs(exact), y[i], exact, "dropout " + i);
    }
    kernels.dropout(y, 0, x, 0, 1L, 0, 1 << 24, 1.1f, 1, N);
    for (int i = 0; i < N; i++) {
      assertEquals(0f, y[i]);
    }
  }

  @Test
  void theRectifierAndItsBackward() {
    float[] x = {NAN, INF, -INF, -0f, 0f, Float.MIN_VALUE, -Float.MIN_VALUE, 3f};
    float[] y = new float[x.length];
    kernels.relu(y, 0, x, 0, x.length);
    Bits.assertSame(new float[] {NAN, INF, 0, 0, 0, Float.MIN_VALUE, 0, 3}, y, "relu");
    float[] dy = {NAN, -0f, 1, NAN, INF, NAN, 2, -INF};
    kernels.reluBackward(dy, 0, dy, 0, y, 0, y.length);
    Bits.assertSame(new float[] {0, -0f, 0, 0, 0, NAN, 0, -INF}, dy, "its backward");
  }

  @Test
  void theExponential() {
    float[] x = {NAN, -INF, -0f, 0f, Exp.LOWEST, Math.nextDown(Exp.LOWEST), -Float.MIN_VALUE};
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = Exp.nonPositive(x[i]);
    }
    Bits.assertSame(new float[] {NAN, 0, 1, 1, y[4], 0, 1}, y, "exp");
    assertTrue(y[4] >= Float.MIN_NORMAL);
  }

  @Test
  void aProductSkipsNothing() {
    float[] c = new float[3];
    float[] b = {INF, NAN, -1f};
    kernels.gemm(
        new Product()
            .into(c, 0, 3)
            .left(new float[1], 0, 1, 1)
            .right(b, 0, 3, 1)
            .rectified(true)
            .sized(1, 3, 1),
        0, 1, 0, 3);
    Bits.assertSame(new float[] {NAN, NAN, 0f}, c, "0 times infinity, NaN, -1");
  }

  @Test
  void sgd() {
    for (boolean nesterov : new boolean[] {false, true}) {
      float[] w = ordinary(N);
      float[] v = ordinary(N);
      float[] dw = ordinary(N);
      float[] wAfter = w.clone();
      float[] vAfter = v.clone();
      kernels.sgd(wAfter, 0, vAfter, 0, dw, 0, 0.1f, 0.9f, nesterov, 0.01f, N);
      for (int i = 0; i < N; i++) {
        double g = (double) 0.01f * w[i] + dw[i];
        double velocity = (double) 0.9f * v[i] + g;
        double exact = w[i] - (double) 0.1f * (nesterov ? (double) 0.9f * velocity + g : velocity);
        double size = Math.abs(g);
        double speed = Math.abs(velocity);
        assertWithin(size + speed, vAfter[i], velocity, "velocity " + i);
        double bound = Math.abs(exact) + 0.1f * (3 * size + 2 * speed);
        assertWithin(bound, wAfter[i], exact, "weight " + i);
      }
    }
  }

  @Test
  void adam() {
    for (float beta : new float[] {0f, 0.3f, 0.9f}) {
      float[] w = ordinary(N);
      float[] m = ordinary(N);
      float[] v = ordinary(N);
      for (int i = 0; i < N; i++) {
        v[i] = Math.abs(v[i]);
      }
      adam(beta, w, m, v, ordinary(N));
    }
  }

  private void adam(float beta, float[] w, float[] m, float[] v, float[] dw) {
    float[] wAfter = w.clone();
    float[] mAfter = m.clone();
    float[] vAfter = v.clone();
    float rate = 0.01f;
    float correction = 1.7f;
    float epsilon = 1e-3f;
    float shrink = 0.99f;
    kernels.adam(
        wAfter, 0, mAfter, 0, vAfter, 0, dw, 0, rate, beta, beta, epsilon, correction, shrink, N);
    for (int i = 0; i < N; i++) {
      double fresh = (1.0 - beta) * dw[i];
      double mean = (double) beta * m[i] + fresh;
      double square = (double) beta * v[i] + fresh * dw[i];
      double divisor = Math.sqrt(square) * correction + epsilon;
      double kept = (double) w[i] * shrink;
      double exact = kept - rate * mean / divisor;
      double meanBound = Math.abs(mean) + 2 * Math.abs(fresh);
      assertWithin(meanBound, mAfter[i], mean, "mean " + i);
      assertWithin(4 * square, vAfter[i], square, "square " + i);
      double bound =
          Math.abs(exact) + Math.abs(kept) + rate * (meanBound + 5 * Math.abs(mean)) / divisor;
      assertWithin(bound, wAfter[i], exact, "weight " + i);
    }
  }

  @Test
  void adamWithASquareThatOverflowsOnlyShrinks() {
    float[] w = {2f};
    float[] v = {0f};
    kernels.adam(
        w, 0, new float[1], 0, v, 0, new float[] {1e30f}, 0, 1f, 0.9f, 0.9f, 1e-8f, 1f, 0.5f, 1);
    assertEquals(INF, v[0]);
    assertEquals(1f, w[0]);
  }
}
