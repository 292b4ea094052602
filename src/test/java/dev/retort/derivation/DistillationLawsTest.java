package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;
import static dev.retort.derivation.Closeness.flat;
import static dev.retort.derivation.Closeness.norm;
import static dev.retort.derivation.Closeness.rows;
import static dev.retort.derivation.Closeness.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The distillation loss of the engine, and what T^2 is for. */
class DistillationLawsTest {
  private static final double U = 0x1p-24;

  private static double scale(Case given) {
    return LossLawsTest.scale(
        given, given.hardWeight() + given.softWeight() * given.temperature());
  }

  /** NOTES (E19), (E20), (E21), (E22). */
  @Property(tries = 1000)
  void equalsTheReference(@ForAll(supplier = Case.Wild.class) Case given) {
    double t = given.temperature();
    double hardWeight = given.hardWeight();
    double softWeight = given.softWeight();
    double[][] p = given.p();
    Engine.Answer actual = Engine.distillation(given);
    actual.assertClose(
        Losses.distillation(given.z(), given.labels(), p, t, hardWeight, softWeight),
        Losses.distillationGradient(given.z(), given.labels(), p, t, hardWeight, softWeight), scale(given));
    double soft = Losses.meanCrossEntropy(p, given.z(), t);
    double entropy = Arrays.stream(p).mapToDouble(Losses::entropy).average().orElseThrow();
    assertClose(
        actual.parts()[0],
        Losses.meanCrossEntropy(Losses.targets(given.labels(), given.classes(), 0), given.z(), 1),
        1, Tolerances.FLOAT32);
    assertClose(actual.parts()[1], soft, 1, Tolerances.FLOAT32);
    assertClose(actual.parts()[2], soft - entropy, Math.max(1, soft), Tolerances.FLOAT32);
  }

  /** In double the last class would have e^-90 of the teacher, and 3e38 times that of the loss. */
  @Example
  void aProbabilityThatIsNoNormalFloatIsNone() {
    double[][] z = {{0, 0, -3e38f}};
    double[][] v = {{0, 0, -90}};
    Case given = new Case(z, v, new int[] {0}, 1, 0, 1);
    assertEquals(0, given.p()[0][2]);
    assertClose(Engine.distillation(given).value(), StrictMath.log(2), 1, Tolerances.FLOAT32);
  }

  /** NOTES (E8). */
  @Property(tries = 1000)
  void rowsOfTheGradientSumToZero(@ForAll(supplier = Case.Wild.class) Case given) {
    for (double[] row : Engine.distillation(given).gradient()) {
      LossLawsTest.assertSumsToZero(row, scale(given));
    }
  }

  /** NOTES (E8), (E20). */
  @Property(tries = 1000)
  void aShiftChangesNothing(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.onGrid(any);
    Engine.distillation(given).assertSame(Engine.distillation(Rearranged.each(given, x -> x + 3)));
  }

  /** NOTES (E20): classes have no order. */
  @Property(tries = 1000)
  void aPermutationPermutes(
      @ForAll(supplier = Case.Wild.class) Case given, @ForAll long seed) {
    int[] order = Rearranged.order(given.classes(), seed);
    Engine.Answer one = Engine.distillation(given);
    Engine.distillation(Rearranged.permuted(given, order))
        .assertClose(one.value(), Rearranged.permuted(one.gradient(), order), scale(given));
  }

  /** NOTES (E13), (E20): a sum of convex functions with weights that are not negative. */
  @Property(tries = 1000)
  void isConvex(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.onGrid(Rearranged.unmasked(any));
    double[][] other = Rearranged.permuted(given.z(), Rearranged.order(given.classes(), 1));
    double[][] middle = new double[given.rows()][given.classes()];
    for (int n = 0; n < given.rows(); n++) {
      for (int i = 0; i < given.classes(); i++) {
        middle[n][i] = (given.z()[n][i] + other[n][i]) / 2;
      }
    }
    double chord = (valueAt(given, given.z()) + valueAt(given, other)) / 2;
    double value = valueAt(given, middle);
    assertTrue(value <= chord + Tolerances.FLOAT32 * Math.max(1, chord));
  }

  private static double valueAt(Case given, double[][] z) {
    Loss loss =
        Loss.distillation(Engine.targets(given), given.hardWeight(), given.softWeight());
    return Engine.answer(z, given.labels(), loss).value();
  }

  /** NOTES (E15), (E20): pieces add up, gradients to the bit. */
  @Property(tries = 1000)
  void piecesAddUp(@ForAll(supplier = Case.Wild.class) Case given) {
    Engine.Answer whole = Engine.distillation(given);
    Engine.Answer pieces =
        Engine.inPieces(
            given.z(), given.labels(),
            Loss.distillation(Engine.targets(given), given.hardWeight(), given.softWeight()));
    assertClose(pieces.value(), whole.value(), 1, Tolerances.DOUBLE);
    assertArrayEquals(flat(whole.gradient()), flat(pieces.gradient()));
  }

  /** NOTES (E20), (E21): at the weights 1 and 0 the parts are left. */
  @Property(tries = 1000)
  void weightsOfZeroAndOneLeaveTheParts(@ForAll(supplier = Case.Wild.class) Case given) {
    assertWeightsOfZeroAndOneLeaveTheParts(given);
  }

  @Example
  void whereTheSoftGradientIsSubnormalToo() {
    double[][] z = {{0.08609867095947266, 0}};
    double[][] v = {{0, -3e38f}};
    assertWeightsOfZeroAndOneLeaveTheParts(new Case(z, v, new int[] {0}, 1e-3f, 1, 1));
  }

  private static void assertWeightsOfZeroAndOneLeaveTheParts(Case given) {
    double t = given.temperature();
    Engine.distillation(given, 1, 0).assertSame(Engine.hard(given.z(), given.labels(), 0));
    Engine.Answer soft = Engine.distillation(given, 0, 1);
    Engine.Answer onlySoft = Engine.soft(given.z(), Engine.targets(given));
    assertEquals(t * t * onlySoft.value(), soft.value());
    assertClose(
        soft.gradient(), Rearranged.map(onlySoft.gradient(), g -> t * t * g), Float.MIN_NORMAL,
        Tolerances.FLOAT32);
  }

  /** NOTES (E21), (E22): nothing to learn, but for the rounding of p itself. */
  @Property(tries = 1000)
  void aTeacherTeachesItselfNothing(@ForAll(supplier = Case.Wild.class) Case any) {
    double t = any.temperature();
    Case given = new Case(any.z(), any.z(), any.labels(), t, 0, 1);
    Engine.Answer answer = Engine.distillation(given);
    double[][] gradient = answer.gradient();
    assertEquals(0, answer.parts()[2]);
    double[][] q = Engine.probabilities(given.z(), t);
    for (int n = 0; n < given.rows(); n++) {
      for (int i = 0; i < given.classes(); i++) {
        // 2^-149 an operation where results are subnormal: the difference, and its product.
        double difference = 1.001 * U * q[n][i] + Float.MIN_VALUE;
        double bound = difference * t / given.rows() + Float.MIN_VALUE;
        assertTrue(Math.abs(gradient[n][i]) <= bound);
      }
      double[] exact =
          Losses.crossEntropyGradient(Losses.softmax(given.z()[n], t), given.z()[n], t);
      assertArrayEquals(new double[given.classes()], exact);
    }
  }

  /** NOTES (E22): not negative, and by Pinsker's inequality positive as soon as q differs from p. */
  @Property(tries = 1000)
  void divergenceIsZeroOnlyForEquals(@ForAll(supplier = Case.Gentle.class) Case given) {
    double t = given.temperature();
    double least = 0;
    for (int n = 0; n < given.rows(); n++) {
      double[] p = given.p()[n];
      double[] q = Losses.softmax(given.z()[n], t);
      double distance = 0;
      for (int i = 0; i < p.length; i++) {
        distance += Math.abs(p[i] - q[i]);
      }
      double pinsker = distance * distance / 2;
      assertTrue(Losses.divergence(p, given.z()[n], t) >= pinsker - Tolerances.DOUBLE);
      least += pinsker / given.rows();
    }
    double[] parts = Engine.distillation(given, 0, 1).parts();
    assertTrue(parts[2] >= least - Tolerances.FLOAT32 * Math.max(1, parts[1]));
  }

  /** NOTES (E16): a teacher that says what the smoothed label says. */
  @Property(tries = 1000)
  void aSmoothedOneHotTeacherIsLabelSmoothing(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.unmasked(any);
    double[][] p = Losses.targets(given.labels(), given.classes(), 0.1);
    SoftTargets teacher = SoftTargets.fromProbabilities(tensor(p), 1);
    Engine.Answer smoothed = Engine.hard(given.z(), given.labels(), 0.1);
    Engine.soft(given.z(), teacher)
        .assertClose(smoothed.value(), smoothed.gradient(), LossLawsTest.scale(given, 1));
  }

  /** NOTES (E19): T |q - p| is at most half of |z - v|, at every T. */
  @Property(tries = 1000)
  void theGradientIsBoundedByTheLogitsAtEveryTemperature(
      @ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.unmasked(any);
    double squares = 0;
    for (int i = 0; i < given.classes(); i++) {
      squares += Math.pow(given.z()[0][i] - given.v()[0][i], 2);
    }
    double t = given.temperature();
    Case first =
        new Case(
            new double[][] {given.z()[0]}, new double[][] {given.v()[0]},
            new int[] {given.labels()[0]}, t, 0, 1);
    double norm = norm(flat(Engine.distillation(first).gradient()));
    assertTrue(norm <= Math.sqrt(squares) / 2 * (1 + Tolerances.FLOAT32) + U * t);
  }

  /** The band in which T^2 holds the mean norm of the soft gradient, against that at T = 1. */
  private static final double LOWEST = 0.8;

  private static final double HIGHEST = 3;

  /** NOTES (E19): batches of 64 rows, as uniform in +-8 as the table's. */
  @Property(tries = 1000)
  void squareOfTemperatureHoldsTheGradient(@ForAll long seed) {
    double atOne = meanNorm(seed, 1);
    for (double t : new double[] {2, 4, 8, 20}) {
      double held = meanNorm(seed, t) / atOne;
      assertTrue(held > LOWEST && held < HIGHEST, () -> "T " + t + ": " + held);
    }
  }

  /** Mean over the rows of the norm of T^2 times the soft gradient, as the engine has it. */
  private static double meanNorm(long seed, double t) {
    double[][] z = RandomLogits.logits(seed, 64);
    Case given = new Case(z, RandomLogits.logits(~seed, 64), new int[64], t, 0, 1);
    return Arrays.stream(Engine.distillation(given).gradient())
        .mapToDouble(row -> 64 * norm(row)).average().orElseThrow();
  }

  @Test
  void theBandRejectsAGradientWithoutTheSquareAndOneWithOneTooMany() {
    double held = meanNorm(1, 20) / meanNorm(1, 1);
    assertTrue(held > LOWEST && held < HIGHEST);
    assertTrue(held / 20 < LOWEST, "one T missing");
    assertTrue(held * 20 > HIGHEST, "one T too many");
  }

  @Test
  void theComparisonRejectsAnotherTemperature() {
    Case given =
        new Case(
            rows(new double[] {1, 2, 4, 0, 1, 1}, 3), rows(new double[] {3, 2, 1, 0, 2, 1}, 3),
            new int[] {2, 1}, 2, 0.5, 0.5);
    double[][] other =
        Losses.distillationGradient(given.z(), given.labels(), given.at(2.01).p(), 2.01, 0.5, 0.5);
    assertThrows(
        AssertionError.class,
        () ->
            Closeness.assertClose(
                Engine.distillation(given).gradient(), other, scale(given), Tolerances.FLOAT32));
  }
}
