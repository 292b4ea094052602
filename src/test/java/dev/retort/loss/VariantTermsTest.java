package dev.retort.loss;

import static dev.retort.derivation.Closeness.assertClose;
import static dev.retort.derivation.Closeness.tensor;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.derivation.Case;
import dev.retort.derivation.GradientCheck;
import dev.retort.derivation.Losses;
import dev.retort.derivation.Rearranged;
import dev.retort.derivation.Tolerances;
import dev.retort.derivation.Variants;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The variants' gradients in double, before anything is rounded to float32, against differences. */
class VariantTermsTest {
  private static void check(
      VariantTerm term, Case given, double size, ToDoubleFunction<double[]> longhand) {
    int y = given.labels()[0];
    double[] z = given.z()[0];
    double[] dz = new double[z.length];
    double value = term.apply(0, y, z, dz);
    GradientCheck.Report report =
        GradientCheck.coordinates(x -> size + term.apply(0, y, x, new double[x.length]), z, dz);
    assertTrue(report.passes(Tolerances.DIFFERENCES) && report.kinks() == 0, report::toString);
    assertClose(value, longhand.applyAsDouble(z), size, Tolerances.FLOAT32);
  }

  /** NOTES (E35). */
  @Property(tries = 500)
  void logitMatching(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.unmasked(any);
    check(
        VariantTerm.logitMatching(tensor(given.v())), given, 1, z -> Variants.matching(z, given.v()[0]));
  }

  /** NOTES (E37). */
  @Property(tries = 500)
  void topTargets(
      @ForAll(supplier = Case.Gentle.class) Case any, @ForAll @IntRange(min = 1, max = 4) int k) {
    Case given = Rearranged.unmasked(any);
    double t = given.temperature();
    SoftTargets targets = SoftTargets.fromLogits(tensor(given.v()), t);
    double[] p = VariantTerm.row(targets.probabilities(), 0);
    boolean[] kept = new boolean[p.length];
    IntStream.range(0, p.length).boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -p[i])).limit(k)
        .forEach(i -> kept[i] = true);
    check(
        VariantTerm.top(targets, k), given, Math.max(1, t * t),
        z -> t * t * Variants.top(p, i -> kept[i], z, t));
  }

  /** NOTES (E38), (E39). */
  @Property(tries = 500)
  void decoupled(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.unmasked(any);
    double t = given.temperature();
    check(
        VariantTerm.decoupled(tensor(given.v()), t, 0.7, 2), given, Math.max(1, t * t),
        z -> Variants.decoupled(z, given.v()[0], given.labels()[0], t, 0.7, 2));
  }

  /** NOTES (E40), (E41): rows of equal logits, which have no scale, left out. */
  @Property(tries = 500)
  void standardisation(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.unmasked(any);
    given.z()[0][0] = 9;
    given.z()[0][1] = -1;
    double t = given.temperature();
    VariantTerm term = VariantTerm.standardised(tensor(given.v()), t);
    double[] p = Losses.softmax(Variants.standardised(given.v()[0]), t);
    check(
        term, given, Math.max(1, t * t),
        z -> t * t * Losses.crossEntropy(p, Variants.standardised(z), t));
    double[] dz = new double[given.classes()];
    term.apply(0, 0, new double[given.classes()], dz);
    assertTrue(Arrays.stream(dz).allMatch(g -> g == 0));
  }
}
