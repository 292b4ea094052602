package dev.retort.derivation;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
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
  }

  @Test
  void rejectsZeroForASlopeWhereTheValueIsZero() {
    GradientCheck.Report report =
        GradientCheck.coordinates(x -> Math.sin(x[0]), new double[] {0}, new double[] {0});
    assertFalse(report.passes(TOLERANCE), report.toString());
    assertEquals(1, report.checked());
  }

  /** Beside a slope of 10^9 the long steps see next to nothing of the wave. */
  @Test
  void aSlopeThatLongStepsAgreeOnByChanceIsDoubted() {
    ToDoubleFunction<double[]> wave = z -> Math.sin(1e6 * z[0]) + 1e9 * z[1];
    GradientCheck.Report report =
        GradientCheck.coordinates(wave, new double[] {0.3, 0}, new double[] {0, 1e9});
    assertFalse(report.passes(TOLERANCE), report.toString());
    ToDoubleFunction<double[]> periodic = z -> Math.sin(2 * Math.PI * 1024 * z[0]) + z[1];
    assertFalse(
        GradientCheck.coordinates(periodic, new double[] {0, 0}, new double[] {0, 1})
            .passes(TOLERANCE));
  }

  /** A kink a billionth away is none: the steps get shorter than that. */
  @Test
  void countsKinks() {
    ToDoubleFunction<double[]> hinges = x -> Math.abs(x[0]) + Math.max(0, x[1] - 1e-9) + x[2];
    double[] origin = {0, 0, 0};
    GradientCheck.Report report =
        GradientCheck.coordinates(hinges, origin, new double[] {0, 0, 1});
    assertEquals(new GradientCheck.Report(2, 1, 0, 0, 0, 0, 0), report);
    assertTrue(report.passes(TOLERANCE), report.toString());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1.5, 0.99, 1, 1.5, 2, 2.01})
  void aSlopeAtAKinkLiesBetweenLeftAndRight(double claimed) {
    ToDoubleFunction<double[]> bend =
        x -> (x[0] < 0 ? Math.expm1(x[0]) : 2 * Math.sin(x[0])) + x[1];
    GradientCheck.Report report =
        GradientCheck.coordinates(bend, new double[] {0, 1}, new double[] {claimed, 1});
    assertEquals(1, report.kinks());
    assertEquals(claimed >= 1 && claimed <= 2, report.passes(TOLERANCE), report.toString());
  }

  /** Differences of the function that is dy's sum over the positive coordinates, the first of which is on its kink. */
  private static GradientCheck.Report hinges(double[] dy, double... x) {
    double[] gradient = new double[x.length];
    Arrays.setAll(gradient, i -> x[i] > 0 ? dy[i] : 0);
    return GradientCheck.coordinates(
        t -> IntStream.range(0, t.length).mapToDouble(i -> dy[i] * Math.max(0, t[i])).reduce(0, Double::sum), x, gradient);
  }

  /** The terms beside the kink add up to almost 0, so that the value's ulp says nothing of the rounding. */
  @Test
  void aKinkWhereTheValueCancelsIsMeasured() {
    for (GradientCheck.Report report :
        List.of(
            hinges(
                new double[] {-1.5209536978219158, 0.17315785266587122, -0.3260787288794992, 0.31634180830620784},
                0, -0.47457398372864446, 1.280541571267859, 1.3199953677279566),
            hinges(
                new double[] {-0.3627542577107246, -0.9575290942446019, -0.652793359646581, 1.321415940425457},
                0, 2.4865357678413593, 0.3827141333383398, 1.990867149390583),
            hinges(
                new double[] {1.3456823468526014, 0.33684447677774654, -1.1401196034626115, 1.18306662017906},
                0, 0.2232523522551494, 2.0663985708845187, 1.9278205965320425))) {
      assertEquals(1, report.kinks());
      assertTrue(report.passes(TOLERANCE), report.toString());
    }
  }

  /** A period far below the longest step. */
  @ParameterizedTest
  @ValueSource(doubles = {1e3, 1e5, 1e6})
  void aFastOscillationIsMeasured(double frequency) {
    ToDoubleFunction<double[]> wave = z -> Math.sin(frequency * z[0]) + z[1];
    double[] at = {0.3, 1};
    GradientCheck.Report wrong = GradientCheck.coordinates(wave, at, new double[] {0, 1});
    assertFalse(wrong.passes(TOLERANCE), wrong.toString());
    assertEquals(0, wrong.kinks());
    double slope = frequency * Math.cos(frequency * at[0]);
    GradientCheck.Report right = GradientCheck.coordinates(wave, at, new double[] {slope, 1});
    assertEquals(2, right.checked(), right.toString());
    assertTrue(right.passes(frequency * 1e-14 + TOLERANCE), right.toString());
  }

  @Test
  void aKinkNearbyIsNoObstacle() {
    ToDoubleFunction<double[]> hinge = x -> Math.max(0, x[0] - 0.01);
    for (double at : new double[] {0, 0.02}) {
      GradientCheck.Report report =
          GradientCheck.coordinates(hinge, new double[] {at}, new double[] {at > 0.01 ? 1 : 0});
      assertTrue(report.passes(TOLERANCE) && report.kinks() == 0, report.toString());
    }
  }

  @Test
  void aFunctionInFloat32IsUnsettled() {
    ToDoubleFunction<double[]> rounded = x -> (float) Math.exp(x[0]);
    GradientCheck.Report report =
        GradientCheck.coordinates(rounded, new double[] {1}, new double[] {Math.E});
    assertEquals(new GradientCheck.Report(0, 0, 1, 0, -1, 0, 0), report);
    assertFalse(report.passes(TOLERANCE));
    GradientCheck.Report both =
        GradientCheck.coordinates(
            x -> rounded.applyAsDouble(x) + x[1], new double[] {1, 1}, new double[] {Math.E, 1});
    assertEquals(1, both.checked());
    assertEquals(1, both.unsettled());
    assertFalse(both.passes(TOLERANCE), "one slope is right, the other unknown");
  }

  @Test
  void nothingCheckedIsNotAPass() {
    assertFalse(
        GradientCheck.coordinates(x -> 1, new double[0], new double[0]).passes(TOLERANCE));
  }

  @Test
  void refusesWhatCannotBeCompared() {
    refuses(
        "a gradient of 3 elements at a point of 2",
        () -> GradientCheck.coordinates(x -> 1, new double[2], new double[3]));
    refuses(
        "the function is NaN at the point",
        () -> GradientCheck.coordinates(x -> Double.NaN, new double[2], new double[2]));
  }

  @Test
  void theReportIsOneLine() {
    assertEquals(
        "3 checked, 1 kinks, 2 unsettled; worst relative error 2.0e-09 at 2: derived 0.5, measured 0.25",
        new GradientCheck.Report(3, 1, 2, 2e-9, 2, 0.5, 0.25).toString());
  }
}
