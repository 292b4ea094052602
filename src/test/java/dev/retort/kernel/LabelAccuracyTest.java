package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Value and gradient of hard labels keep relative accuracy while the label's logit is a gap above
 * all others, within the bounds that {@link Kernels} states. The reference adds the other
 * exponentials in double, which cancels nothing.
 */
@Tag("bits")
@Tag("vector")
final class LabelAccuracyTest {
  private static final double U = 0x1p-24;
  private static final double SMOOTHING = 0.1;
  private static final float SCALE = 0.37f;
  private static final int ROWS = 40;

  /** How far below the largest of them the logits of the other classes go. */
  private static final double SPREAD = 8;

  /** A row whose label is the largest by a gap, with its value, gradient and bounds. */
  private static final class Row {
    final float[] z;
    final int label;

    Row(float[] z, int label) {
      this.z = z;
      this.label = label;
    }

    static Row of(double gap, int cols, SplittableRandom random) {
      float[] z = new float[cols];
      int label = random.nextInt(cols);
      for (int i = 0; i < cols; i++) {
        z[i] = (float) random.nextDouble(-SPREAD, 0);
      }
      z[(label + 1) % cols] = 0f;
      z[label] = (float) gap;
      return new Row(z, label);
    }

    int cols() {
      return z.length;
    }

    double k() {
      return 3 * Math.log(cols()) + Math.ceilDiv(cols(), 16) + 12;
    }

    double distance(int i) {
      return (double) z[label] - z[i];
    }

    /** Sum over the other classes of the exponentials, each times 3 |x_i| weight + constant. */
    double others(double weight, double constant) {
      double sum = 0;
      for (int i = 0; i < cols(); i++) {
        double term = weight * distance(i) + constant;
        sum += i == label ? 0 : term * StrictMath.exp(-distance(i));
      }
      return sum;
    }

    /** The v of the bounds, in units of u. */
    double v() {
      return others(3, k()) / (1 + others(0, 1));
    }

    /** What is flushed to zero, at most. */
    double flushed() {
      return cols() * 0x1p-126;
    }

    /** 1 - t_y: the targets of all other classes. */
    double allOthers(double smoothing) {
      return smoothing * (cols() - 1) / cols();
    }

    /** sum t_j |x_j|. */
    double spread(double smoothing) {
      double sum = 0;
      for (int i = 0; i < cols(); i++) {
        sum += smoothing / cols() * distance(i);
      }
      return sum;
    }

    double value(double smoothing) {
      return StrictMath.log1p(others(0, 1)) + spread(smoothing);
    }

    double gradient(double smoothing) {
      double rest = others(0, 1);
      return SCALE * (allOthers(smoothing) - rest / (1 + rest));
    }

    void assertValue(double actual, double smoothing) {
      double units = v() + k() * spread(smoothing);
      assertWithin(units, flushed(), actual, value(smoothing), "value");
    }

    void assertGradient(double actual, double smoothing) {
      double units = (v() + 4 * allOthers(smoothing)) * SCALE;
      assertWithin(units, flushed(), actual, gradient(smoothing), "gradient");
    }

    void assertSumsToZero(float[] dz) {
      double sum = 0;
      for (float each : dz) {
        sum += each;
      }
      double units = (Math.ceilDiv(cols(), 16) + 5) * Math.abs(dz[label]);
      assertWithin(units, cols() * 0x1p-149, sum, 0, "sum of the gradient");
    }

    private void assertWithin(
        double units, double absolute, double actual, double exact, String what) {
      double bound = units * U * (1 + 1e-3) + absolute;
      assertTrue(
          Math.abs(actual - exact) <= bound,
          () -> what + " of " + cols() + " classes, gap " + distance((label + 1) % cols()) + ": "
              + actual + ", not " + exact + " within " + bound);
    }
  }

  /** NOTES (E48), (E49), (E50). */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 5, 10, 15, 17, 20, 30, 40, 50, 60, 70, 80})
  void aLabelFarAboveKeepsItsValueAndGradient(int gap) {
    for (int cols : new int[] {2, 3, 10, 16, 17, 33, 100, 1000}) {
      SplittableRandom random = new SplittableRandom(gap * 1001 + cols);
      for (int i = 0; i < ROWS; i++) {
        Row row = Row.of(gap, cols, random);
        for (Kernels kernels : new Kernels[] {new ScalarKernels(), new VectorKernels()}) {
          assertCrossEntropy(row, kernels, 0);
          assertCrossEntropy(row, kernels, SMOOTHING);
          assertDistillation(row, kernels);
        }
      }
    }
  }

  private static void assertCrossEntropy(Row row, Kernels kernels, double smoothing) {
    double[] value = new double[1];
    float[] dz = new float[row.cols()];
    int[] labels = {row.label};
    kernels.crossEntropy(
        value, 0, dz, 0, row.z, 0, labels, 0, smoothing, SCALE, 1, row.cols());
    row.assertValue(value[0], smoothing);
    row.assertGradient(dz[row.label], smoothing);
    if (smoothing == 0) {
      row.assertSumsToZero(dz);
    }
  }

  /** The hard half alone: without a weight, the soft half adds nothing. */
  private static void assertDistillation(Row row, Kernels kernels) {
    double[] value = new double[1];
    double[] soft = new double[1];
    int cols = row.cols();
    float[] dz = new float[cols];
    int[] labels = {row.label};
    kernels.distillation(
        value, soft, 0, dz, 0, row.z, 0, new float[cols], 0, labels, 0, 0.5f, SCALE, 0f, 1, cols);
    row.assertValue(value[0], 0);
    row.assertGradient(dz[row.label], 0);
    row.assertSumsToZero(dz);
  }

  /** The plain forms, q_y - 1 and log S, lose what the bounds demand. */
  @Test
  void theBoundsRejectThePlainForms() {
    Row row = Row.of(10, 10, new SplittableRandom(1));
    float sum = 1f + (float) row.others(0, 1);
    double value = Math.log(sum);
    float gradient = Math.fma(1f, 1f / sum * SCALE, -SCALE);
    assertThrows(AssertionError.class, () -> row.assertValue(value, 0));
    assertThrows(AssertionError.class, () -> row.assertGradient(gradient, 0));
    assertThrows(AssertionError.class, () -> row.assertGradient(Float.NaN, 0));
    row.assertValue(row.value(0), 0);
    row.assertGradient(row.gradient(0), 0);
    float[] dz = new float[10];
    dz[row.label] = -1f;
    assertThrows(AssertionError.class, () -> row.assertSumsToZero(dz));
  }
}
