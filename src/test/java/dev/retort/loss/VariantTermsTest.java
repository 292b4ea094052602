package dev.retort.loss;

import static dev.retort.derivation.Closeness.assertClose;
import static dev.retort.derivation.Closeness.tensor;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.derivation.Case;
import dev.retort.derivation.GradientCheck;
import dev.retort.derivation.Tolerances;
import dev.retort.derivation.Variants;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The variants' gradients in double, before anything is rounded to float32, against differences. */
class VariantTermsTest {
  private static void check(
      VariantLoss.Term term, Case given, double size, ToDoubleFunction<double[]> longhand) {
    int y = given.labels()[0];
    double[] z = given.z()[0];
    GradientCheck.Report report =
        GradientCheck.coordinates(x -> size + term.value(0, y, x), z, term.gradient(0, y, z));
    assertTrue(report.passes(Tolerances.DIFFERENCES) && report.kinks() == 0, report::toString);
    assertClose(term.value(0, y, z), longhand.applyAsDouble(z), size, Tolerances.FLOAT32);
  }

  /** The student masks what the teacher masks, and nothing else. */
  private static Case open(Case any) {
    double[][] z = any.z().clone();
    double[][] v = any.v().clone();
    for (int i = 0; i < z[0].length; i++) {
      z[0][i] = Math.max(z[0][i], -20);
      v[0][i] = Math.max(v[0][i], -20);
    }
    return new Case(z, v, any.labels(), any.temperature(), 0, 1);
  }

  /** NOTES (E35). */
  @Property(tries = 500)
  void logitMatching(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = open(any);
    check(
        new LogitMatching(tensor(given.v())), given, 1, z -> Variants.matching(z, given.v()[0]));
  }

  /** NOTES (E37). */
  @Property(tries = 500)
  void topTargets(
      @ForAll(supplier = Case.Gentle.class) Case any, @ForAll @IntRange(min = 1, max = 4) int k) {
    Case given = open(any);
    double t = given.temperature();
    double[][] first = {given.v()[0]};
    TopTargets term = new TopTargets(SoftTargets.fromLogits(tensor(first), t), k);
    check(term, given, Math.max(1, t * t), z -> term.value(0, 0, z));
  }

  /** NOTES (E38), (E39). */
  @Property(tries = 500)
  void decoupled(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = open(any);
    double t = given.temperature();
    check(
        new DecoupledDistillation(tensor(given.v()), t, 0.7, 2), given, Math.max(1, t * t),
        z -> Variants.decoupled(z, given.v()[0], given.labels()[0], t, 0.7, 2));
  }

  /** NOTES (E40), (E41): rows of equal logits, which have no scale, left out. */
  @Property(tries = 500)
  void standardisation(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = open(any);
    given.z()[0][0] = 9;
    given.z()[0][1] = -1;
    double t = given.temperature();
    LogitStandardisation term = new LogitStandardisation(tensor(given.v()), t);
    check(term, given, Math.max(1, t * t), z -> term.value(0, 0, z));
    assertTrue(
        Arrays.stream(term.gradient(0, 0, new double[given.classes()])).allMatch(g -> g == 0));
  }
}
