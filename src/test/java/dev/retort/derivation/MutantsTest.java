package dev.retort.derivation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.derivation.GradientCases.Case;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * For every gradient, the mistakes that people make in it: NOTES (E2), (E3), (E4), (E6), (E14), (E15), (E17),
 * (E19), (E21), (E29), (E35), (E37), (E39), (E41), (E55). Both comparisons, with differences in double and with the
 * engine in float32, must accept the right gradient and reject each mutant.
 */
class MutantsTest {
  private static Stream<GradientCases> points() {
    return LongStream.rangeClosed(1, 20).mapToObj(GradientCases::new);
  }

  private static double[] gradient(Case given) {
    return given.derived().length > 0 ? given.derived() : given.engine();
  }

  @TestFactory
  Stream<DynamicTest> theRightOneIsAccepted() {
    return points()
        .flatMap(point -> point.all().stream())
        .map(
            given ->
                DynamicTest.dynamicTest(
                    given.name(),
                    () -> {
                      boolean longhand = given.derived().length > 0;
                      GradientCheck.Report report =
                          GradientCheck.coordinates(
                              given.function(), given.at(), gradient(given));
                      assertTrue(
                          report.passes(longhand ? Tolerances.DIFFERENCES : Tolerances.FLOAT32),
                          report::toString);
                      assertEquals(given.at().length, report.checked() + report.kinks());
                      Mutant none = new Mutant("", "", given, gradient(given));
                      assertTrue(none.error() <= Tolerances.FLOAT32, () -> "" + none.error());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyMutantIsRejected() {
    return points()
        .flatMap(point -> point.mutants().stream())
        .map(
            mutant ->
                DynamicTest.dynamicTest(
                    mutant.name(),
                    () -> {
                      assertFalse(mutant.report().passes(Tolerances.DIFFERENCES));
                      assertFalse(mutant.error() <= Tolerances.FLOAT32);
                    }));
  }

  @Test
  void everyGradientHasAMutantAndEveryNameIsItsOwn() {
    List<Mutant> mutants = new GradientCases(1).mutants();
    for (Case given : new GradientCases(1).all()) {
      boolean smoothed = given.name().equals("label smoothing"); // the same code as cross entropy
      assertTrue(
          smoothed || mutants.stream().anyMatch(m -> m.right().name().equals(given.name())),
          given.name());
    }
    assertEquals(mutants.size(), mutants.stream().map(Mutant::name).distinct().count());
  }
}
