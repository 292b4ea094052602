package dev.retort.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.derivation.Tolerances;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientCheckTest {
  private static final double TOLERANCE = Tolerances.DIFFERENCES;

  /** sum_i i * exp(x_i) / (1 + x_0^2): neither a polynomial nor the same in every coordinate. */
  private static double smooth(double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (i + 1) * Math.exp(x[i]);
    }
    return sum / (1 + x[0] * x[0]);
  }

  private static double[] smoothGradient(double[] x) {
    double bottom = 1 + x[0] * x[0];
    double[] gradient = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      gradient[i] = (i + 1) * Math.exp(x[i]) / bottom;
    }
    gradient[0] -= 2 * x[0] * smooth(x) / bottom;
    return gradient;
  }

  private static final double[] POINT = {0.7, -1.2, 2.5, 0};

  @Test
  void acceptsTheGradientOfASmoothFunction() {
    double[] gradient = smoothGradient(POINT);
    GradientCheck.Report all =
        GradientCheck.coordinates(GradientCheckTest::smooth, POINT, gradient);
    assertTrue(all.passes(TOLERANCE), all.toString());
    assertEquals(4, all.checked());
    assertEquals(0, all.kinks());
    GradientCheck.Report some =
        GradientCheck.directions(GradientCheckTest::smooth, POINT, gradient, 5, 1);
    assertTrue(some.passes(TOLERANCE), some.toString());
    assertEquals(5, some.checked());
  }

  @ParameterizedTest
  @ValueSource(doubles = {2e-9, -2e-9, 1, -2, Double.NaN, Double.POSITIVE_INFINITY})
  void rejectsAnElementThatIsOff(double relative) {
    double[] gradient = smoothGradient(POINT);
    double norm = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
    gradient[1] += relative * norm;
    GradientCheck.Report all =
        GradientCheck.coordinates(GradientCheckTest::smooth, POINT, gradient);
    assertFalse(all.passes(TOLERANCE), all.toString());
    assertEquals(1, all.where());
    assertFalse(
        GradientCheck.directions(GradientCheckTest::smooth, POINT, gradient, 1, 1)
            .passes(TOLERANCE));
  }

  @Test
  void rejectsZeroForASlopeWhereTheValueIsZero() {
    GradientCheck.Report report =
        GradientCheck.coordinates(x -> Math.sin(x[0]), new double[] {0}, new double[] {0});
    assertFalse(report.passes(TOLERANCE), report.toString());
    assertEquals(1, report.checked());
  }

  @Test
  void skipsAndCountsKinks() {
    ToDoubleFunction<double[]> hinges = x -> Math.abs(x[0]) + Math.max(0, x[1] - 1e-9) + x[2];
    GradientCheck.Report report =
        GradientCheck.coordinates(hinges, new double[] {0, 0, 0}, new double[] {0, 0, 1});
    assertEquals(2, report.kinks());
    assertEquals(1, report.checked());
    assertTrue(report.passes(TOLERANCE), report.toString());
  }

  @Test
  void aKinkNearbyIsNoObstacle() {
    DoubleUnaryOperator hinge = x -> Math.max(0, x - 0.01);
    assertEquals(0, GradientCheck.slope(hinge, 1), TOLERANCE);
    assertEquals(1, GradientCheck.slope(x -> hinge.applyAsDouble(x + 0.02), 1), TOLERANCE);
  }

  @Test
  void aFunctionInFloat32HasNoSlopes() {
    ToDoubleFunction<double[]> rounded = x -> (float) Math.exp(x[0]);
    GradientCheck.Report report =
        GradientCheck.coordinates(rounded, new double[] {1}, new double[] {Math.E});
    assertEquals(new GradientCheck.Report(0, 1, 0, -1, 0, 0), report);
    assertFalse(report.passes(TOLERANCE));
  }

  @Test
  void nothingCheckedIsNotAPass() {
    assertFalse(
        GradientCheck.coordinates(x -> 1, new double[0], new double[0]).passes(TOLERANCE));
  }

  @Test
  void refusesWhatCannotBeCompared() {
    assertThrows(
        IllegalArgumentException.class,
        () -> GradientCheck.coordinates(x -> 1, new double[2], new double[3]));
    assertThrows(
        IllegalArgumentException.class,
        () -> GradientCheck.coordinates(x -> Double.NaN, new double[2], new double[2]));
  }

  @Test
  void theReportIsOneLine() {
    assertEquals(
        "3 checked, 1 kinks skipped; worst relative error 2.0e-09 at 2: claimed 0.5, measured 0.25",
        new GradientCheck.Report(3, 1, 2e-9, 2, 0.5, 0.25).toString());
  }
}
