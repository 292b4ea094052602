package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** What soft targets are to labels, and the label's gradient in the form that loses nothing. */
class SoftTargetLawsTest {
  /** NOTES (E51): mean and covariance of the hard gradient, over every label with its probability. */
  @Property(tries = 200)
  void labelsDrawnFromTheTeacher(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.unmasked(any);
    double[] z = given.z()[0];
    double[] p = Losses.softmax(given.v()[0], 1);
    int classes = p.length;
    double[] mean = new double[classes];
    double[][] second = new double[classes][classes];
    double trace = 0;
    for (int y = 0; y < classes; y++) {
      double[] hard = Losses.crossEntropyGradient(Losses.target(y, classes, 0), z, 1);
      for (int i = 0; i < classes; i++) {
        mean[i] += p[y] * hard[i];
        for (int j = 0; j < classes; j++) {
          second[i][j] += p[y] * hard[i] * hard[j];
        }
      }
    }
    for (int i = 0; i < classes; i++) {
      trace += second[i][i] - mean[i] * mean[i];
      for (int j = 0; j < classes; j++) {
        second[i][j] -= mean[i] * mean[j];
      }
    }
    assertClose(mean, Losses.crossEntropyGradient(p, z, 1), 1, Tolerances.DOUBLE);
    assertClose(second, Losses.softmaxJacobian(given.v()[0], 1), 1, Tolerances.DOUBLE);
    assertClose(trace, 1 - Arrays.stream(p).map(pi -> pi * pi).sum(), 1, Tolerances.DOUBLE);
  }

  /** NOTES (E52): times T, the cross entropy at low T is how far the teacher's choice is from the largest. */
  @Property(tries = 200)
  void lowTemperatureLeavesTheChoice(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.unmasked(any);
    double[] z = given.z()[0];
    double[] v = given.v()[0].clone();
    int chosen = given.labels()[0];
    v[chosen] = Arrays.stream(v).max().orElseThrow() + 1;
    double t = 1e-3;
    double most = Arrays.stream(z).max().orElseThrow();
    assertClose(
        t * Losses.crossEntropy(Losses.softmax(v, t), z, t), most - z[chosen], 1,
        t * Math.log(z.length) + Tolerances.DOUBLE);
  }

  /** NOTES (E48), (E49): two classes have a closed form, and it loses nothing at any gap. */
  @Property(tries = 200)
  void theLabelsFormLosesNothing(@ForAll @DoubleRange(max = 700) double gap) {
    double[] z = {gap, 0};
    double exact = -1 / (1 + Math.exp(gap));
    assertClose(Losses.labelGradient(z, 0, 0), exact, 0, Tolerances.DOUBLE);
    assertClose(Losses.labelValue(z, 0), Math.log1p(Math.exp(-gap)), 0, Tolerances.DOUBLE);
  }

  /** NOTES (E48): with and without smoothing it is the gradient that (E17) says. */
  @Property(tries = 200)
  void theLabelsFormIsTheGradient(@ForAll(supplier = Case.Gentle.class) Case any) {
    double[] z = Rearranged.unmasked(any).z()[0];
    int y = any.labels()[0];
    for (double smoothing : new double[] {0, 0.1}) {
      double[] p = Losses.target(y, z.length, smoothing);
      assertClose(
          Losses.labelGradient(z, y, smoothing), Losses.crossEntropyGradient(p, z, 1)[y], 1,
          Tolerances.DOUBLE);
    }
  }

  /** NOTES (E48): what the plain difference loses. */
  @Test
  void theDifferenceLosesIt() {
    double[] z = {40, 0};
    assertTrue(Losses.crossEntropyGradient(Losses.target(0, 2, 0), z, 1)[0] == 0);
    assertTrue(Losses.labelGradient(z, 0, 0) < 0);
  }

  @Test
  void soTheDistilledStudentErrsLess() {
    for (int seed = 1; seed <= 3; seed++) {
      double[] rates = ThreeSteps.errorRates(seed);
      assertTrue(rates[2] < rates[1], () -> Arrays.toString(rates));
    }
  }
}
