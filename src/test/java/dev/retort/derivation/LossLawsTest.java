package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Cross entropy of the engine: hard, smoothed and soft. */
class LossLawsTest {
  private static final double SMOOTHING = 0.1;
  private static final double MASKED = Double.NEGATIVE_INFINITY;

  /** A tenth of the norm of the gradient of a student who is certain and wrong. */
  static double scale(Case given, double weight) {
    return 0.1 * weight / Math.sqrt(given.rows());
  }

  /** NOTES (E12), (E13), (E15), (E17). */
  @Property(tries = 1000)
  void hardEqualsTheReference(@ForAll(supplier = Case.Wild.class) Case given) {
    double[][] p = Losses.targets(given.labels(), given.classes(), 0);
    Engine.hard(given.z(), given.labels(), 0).assertClose(
        Losses.meanCrossEntropy(p, given.z(), 1), Losses.meanCrossEntropyGradient(p, given.z(), 1),
        scale(given, 1));
  }

  /** NOTES (E16), (E17). */
  @Property(tries = 1000)
  void smoothedEqualsTheReference(@ForAll(supplier = Case.Wild.class) Case masked) {
    Case given = Rearranged.unmasked(masked);
    double[][] p = Losses.targets(given.labels(), given.classes(), SMOOTHING);
    Engine.hard(given.z(), given.labels(), SMOOTHING).assertClose(
        Losses.meanCrossEntropy(p, given.z(), 1), Losses.meanCrossEntropyGradient(p, given.z(), 1),
        scale(given, 1));
  }

  /** NOTES (E12), (E13), (E14), (E15). */
  @Property(tries = 1000)
  void softEqualsTheReference(@ForAll(supplier = Case.Wild.class) Case given) {
    Engine.soft(given.z(), Engine.targets(given)).assertClose(
        Losses.meanCrossEntropy(given.p(), given.z(), given.temperature()),
        Losses.meanCrossEntropyGradient(given.p(), given.z(), given.temperature()),
        scale(given, 1 / given.temperature()));
  }

  /** NOTES (E8). */
  @Property(tries = 1000)
  void rowsOfTheGradientSumToZero(@ForAll(supplier = Case.Wild.class) Case given) {
    Engine.Answer hard = Engine.hard(given.z(), given.labels(), 0);
    Engine.Answer smoothed =
        Engine.hard(Rearranged.unmasked(given).z(), given.labels(), SMOOTHING);
    Engine.Answer soft = Engine.soft(given.z(), Engine.targets(given));
    for (int n = 0; n < given.rows(); n++) {
      assertSumsToZero(hard.gradient()[n], scale(given, 1));
      assertSumsToZero(smoothed.gradient()[n], scale(given, 1));
      assertSumsToZero(soft.gradient()[n], scale(given, 1 / given.temperature()));
    }
  }

  static void assertSumsToZero(double[] row, double scale) {
    double sum = Arrays.stream(row).sum();
    double size = Arrays.stream(row).map(Math::abs).sum();
    assertTrue(
        Math.abs(sum) <= Tolerances.FLOAT32 * Math.max(size, scale), () -> "sum " + sum);
  }

  /** NOTES (E8), (E13): value and gradient to the bit, where the shift does not round. */
  @Property(tries = 1000)
  void aShiftChangesNothing(
      @ForAll(supplier = Case.Gentle.class) Case any,
      @ForAll @IntRange(min = -7, max = 7) int shift) {
    Case given = Rearranged.onGrid(any);
    double[][] shifted = Rearranged.map(given.z(), x -> x + shift);
    SoftTargets targets = Engine.targets(given);
    Engine.hard(given.z(), given.labels(), 0).assertSame(Engine.hard(shifted, given.labels(), 0));
    Engine.soft(given.z(), targets).assertSame(Engine.soft(shifted, targets));
    Case full = Rearranged.unmasked(given);
    double[][] fullShifted = Rearranged.map(full.z(), x -> x + shift);
    Engine.hard(full.z(), given.labels(), SMOOTHING)
        .assertSame(Engine.hard(fullShifted, given.labels(), SMOOTHING));
  }

  /** NOTES (E12): classes have no order. */
  @Property(tries = 1000)
  void aPermutationPermutes(
      @ForAll(supplier = Case.Wild.class) Case given, @ForAll long seed) {
    int[] order = Rearranged.order(given.classes(), seed);
    Case permuted = Rearranged.permuted(given, order);
    Engine.Answer hard = Engine.hard(given.z(), given.labels(), 0);
    Engine.hard(permuted.z(), permuted.labels(), 0).assertClose(
        hard.value(), Rearranged.permuted(hard.gradient(), order), scale(given, 1));
    Engine.Answer soft = Engine.soft(given.z(), Engine.targets(given));
    Engine.soft(permuted.z(), Engine.targets(permuted)).assertClose(
        soft.value(), Rearranged.permuted(soft.gradient(), order), scale(given, 1 / given.temperature()));
  }

  /** NOTES (E13): on every segment between two points the loss is at most the chord. */
  @Property(tries = 1000)
  void isConvex(
      @ForAll(supplier = Case.Gentle.class) Case masked,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    Case given = Rearranged.unmasked(masked);
    double[][] between = new double[given.rows()][given.classes()];
    for (int n = 0; n < given.rows(); n++) {
      for (int i = 0; i < given.classes(); i++) {
        between[n][i] = (1 - share) * given.z()[n][i] + share * given.v()[n][i];
      }
    }
    double[][] p = Losses.targets(given.labels(), given.classes(), SMOOTHING);
    double t = given.temperature();
    double chord =
        (1 - share) * Losses.meanCrossEntropy(p, given.z(), t)
            + share * Losses.meanCrossEntropy(p, given.v(), t);
    double exact = Losses.meanCrossEntropy(p, between, t);
    assertTrue(exact <= chord + Tolerances.DOUBLE * Math.max(1, chord));
    double engineChord =
        (1 - share) * Engine.hard(given.z(), given.labels(), SMOOTHING).value()
            + share * Engine.hard(given.v(), given.labels(), SMOOTHING).value();
    double engine = Engine.hard(between, given.labels(), SMOOTHING).value();
    assertTrue(engine <= engineChord + Tolerances.FLOAT32 * Math.max(1, engineChord));
  }

  /** NOTES (E15): pieces that divide by the rows of the whole add up, gradients to the bit. */
  @Property(tries = 1000)
  void piecesAddUp(@ForAll(supplier = Case.Wild.class) Case given) {
    Engine.Answer whole = Engine.hard(given.z(), given.labels(), 0);
    Engine.Answer pieces = Engine.inPieces(given.z(), given.labels(), Loss.crossEntropy());
    assertClose(pieces.value(), whole.value(), 1, Tolerances.DOUBLE);
    assertArrayEquals(
        Closeness.flat(whole.gradient()), Closeness.flat(pieces.gradient()));
  }

  /** NOTES (E27): gradient 0, and to all others as if the class were not there. */
  @Property(tries = 1000)
  void aMaskedClassIsNotThere(@ForAll(supplier = Case.Gentle.class) Case given) {
    double t = given.temperature();
    int[] open =
        IntStream.range(0, given.classes())
            .filter(i -> Arrays.stream(given.z()).noneMatch(row -> row[i] == MASKED))
            .toArray();
    Case masked =
        new Case(
            masked(given.z(), open), masked(given.v(), open), given.labels(), t, 1, 1);
    int label = given.labels()[0];
    if (Arrays.stream(open).noneMatch(i -> i == label)) {
      return;
    }
    double[] alone = Arrays.stream(open).mapToDouble(i -> given.z()[0][i]).toArray();
    double[] target = Arrays.stream(open).mapToDouble(i -> masked.v()[0][i]).toArray();
    double[] expected = Losses.crossEntropyGradient(Losses.softmax(target, t), alone, t);
    double[][] first = {masked.z()[0]};
    SoftTargets targets = SoftTargets.fromLogits(Closeness.tensor(masked.v()).rows(0, 1), t);
    double[] actual = Engine.soft(first, targets).gradient()[0];
    assertClose(
        Arrays.stream(open).mapToDouble(i -> actual[i]).toArray(), expected, 0.1 / t,
        Tolerances.FLOAT32);
    for (int i = 0; i < given.classes(); i++) {
      assertTrue(masked.z()[0][i] != MASKED || actual[i] == 0);
    }
  }

  private static double[][] masked(double[][] rows, int[] open) {
    double[][] masked = new double[rows.length][rows[0].length];
    for (int n = 0; n < rows.length; n++) {
      Arrays.fill(masked[n], MASKED);
      for (int i : open) {
        masked[n][i] = rows[n][i];
      }
    }
    return masked;
  }
}
