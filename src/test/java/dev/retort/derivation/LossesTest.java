package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;
import static dev.retort.derivation.Closeness.flat;
import static dev.retort.derivation.Closeness.rows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The first link of the chain of trust: differences check the longhand gradients. */
class LossesTest {
  private static void check(ToDoubleFunction<double[]> f, double[] at, double[] gradient) {
    // A loss near 0 is the rounded difference of numbers near 1, so errors are set against 1.
    ToDoubleFunction<double[]> loss = x -> 1 + f.applyAsDouble(x);
    GradientCheck.Report report = GradientCheck.coordinates(loss, at, gradient);
    assertTrue(report.passes(Tolerances.DIFFERENCES) && report.kinks() == 0, report::toString);
  }

  /** NOTES (E7), (E10), (E11), (E12): without a shift, as the definitions stand. */
  @Property(tries = 1000)
  void valuesAreThoseOfTheDefinitions(@ForAll(supplier = Case.Gentle.class) Case given) {
    double t = given.temperature();
    double[] z = given.z()[0];
    double[] p = given.p()[0];
    double sum = 0;
    for (double zi : z) {
      sum += Math.exp(zi / t);
    }
    double[] q = new double[z.length];
    double[] log = new double[z.length];
    double crossEntropy = 0;
    for (int i = 0; i < z.length; i++) {
      q[i] = Math.exp(z[i] / t) / sum;
      log[i] = Math.log(q[i]);
      crossEntropy -= p[i] == 0 ? 0 : p[i] * log[i];
    }
    assertClose(Losses.softmax(z, t), q, 0, Tolerances.DOUBLE);
    assertClose(Losses.logSoftmax(z, t), log, 1, Tolerances.DOUBLE);
    assertClose(Losses.logSumExp(z, t), Math.log(sum), 1, Tolerances.DOUBLE);
    assertClose(Losses.crossEntropy(p, z, t), crossEntropy, 1, Tolerances.DOUBLE);
  }

  /** NOTES (E9). */
  @Property(tries = 1000)
  void jacobian(@ForAll(supplier = Case.Gentle.class) Case given) {
    double[] z = given.z()[0];
    double[][] jacobian = Losses.softmaxJacobian(z, given.temperature());
    int i = given.labels()[0];
    check(x -> Losses.softmax(x, given.temperature())[i], z, jacobian[i]);
  }

  /** NOTES (E10): the slope of the log-sum-exp is the softmax over T. */
  @Property(tries = 1000)
  void logSumExp(@ForAll(supplier = Case.Gentle.class) Case given) {
    double t = given.temperature();
    double[] q = Losses.softmax(given.z()[0], t);
    for (int i = 0; i < q.length; i++) {
      q[i] /= t;
    }
    check(x -> Losses.logSumExp(x, t), given.z()[0], q);
  }

  /** NOTES (E14), (E15). */
  @Property(tries = 1000)
  void softCrossEntropy(@ForAll(supplier = Case.Gentle.class) Case given) {
    double t = given.temperature();
    double[][] p = given.p();
    check(
        x -> Losses.meanCrossEntropy(p, rows(x, given.classes()), t),
        flat(given.z()),
        flat(Losses.meanCrossEntropyGradient(p, given.z(), t)));
  }

  /** NOTES (E16), (E17): on a row without masks, since smoothing gives every class a share. */
  @Property(tries = 1000)
  void smoothedCrossEntropy(@ForAll(supplier = Case.Gentle.class) Case given) {
    double[] z = given.z()[0].clone();
    for (int i = 0; i < z.length; i++) {
      z[i] = Math.max(z[i], -20);
    }
    double[] p = Losses.target(given.labels()[0], z.length, 0.1);
    check(x -> Losses.crossEntropy(p, x, 1), z, Losses.crossEntropyGradient(p, z, 1));
  }

  /** NOTES (E20), (E21). */
  @Property(tries = 1000)
  void distillation(@ForAll(supplier = Case.Gentle.class) Case given) {
    double t = given.temperature();
    double[][] p = given.p();
    check(
        x ->
            Losses.distillation(
                rows(x, given.classes()), given.labels(), p, t,
                given.hardWeight(), given.softWeight()),
        flat(given.z()),
        flat(
            Losses.distillationGradient(
                given.z(), given.labels(), p, t, given.hardWeight(), given.softWeight())));
  }

  /** NOTES (E22): the teacher's entropy does not depend on z, so both have one gradient. */
  @Property(tries = 1000)
  void divergence(@ForAll(supplier = Case.Gentle.class) Case given) {
    double t = given.temperature();
    double[] p = given.p()[0];
    double[] z = given.z()[0];
    check(x -> Losses.divergence(p, x, t), z, Losses.crossEntropyGradient(p, z, t));
  }
}
