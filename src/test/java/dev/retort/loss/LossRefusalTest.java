package dev.retort.loss;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.kernel.Pool;
import dev.retort.kernel.RestoreThreads;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the losses refuse, each in one clear line that names the row. */
@Tag("bits")
@ExtendWith(RestoreThreads.class)
final class LossRefusalTest {
  private static final float INF = Float.POSITIVE_INFINITY;

  private static void refusesRow(int row, String message, Executable call) {
    refuses(BadRowException.class, "row " + row + ": " + message, call);
  }

  private static SoftTargets even(int rows, int classes) {
    return SoftTargets.fromLogits(Tensor.zeros(rows, classes), 2);
  }

  /** Everything that takes logits, on rows of {@code z}, with labels of class 0. */
  private static List<Executable> calls(Tensor z) {
    Tensor out = Tensor.zeros(z.rows(), z.rowSize());
    int[] labels = new int[z.rows()];
    List<Executable> calls = new ArrayList<>();
    for (double t : new double[] {1, 4}) {
      calls.add(() -> SoftTargets.fromLogits(z, t));
      calls.add(() -> SoftTargets.fromEnsemble(List.of(z), t));
    }
    SoftTargets targets = even(z.rows(), z.rowSize());
    calls.add(() -> Loss.crossEntropy().apply(z, labels, out));
    calls.add(() -> Loss.crossEntropy(0.1).apply(z, labels, out));
    calls.add(() -> Loss.distillation(targets, 0.5, 0.5).apply(z, labels, out));
    return calls;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 0.99e-30, 1.01e6, Double.NaN, Double.POSITIVE_INFINITY})
  void aTemperatureMustBeFiniteAndPositive(double t) {
    String message = "temperature must be finite and positive (1e-30 to 1e6), not " + t;
    refuses(message, () -> SoftTargets.fromLogits(Tensor.zeros(1, 2), t));
    refuses(message, () -> SoftTargets.fromEnsemble(List.of(Tensor.zeros(1, 2)), t));
    refuses(message, () -> SoftTargets.fromProbabilities(Tensor.of(new float[] {1f}, 1, 1), t));
    refuses(message, () -> Loss.decoupled(Tensor.zeros(1, 2), t, 1, 1, 1));
    refuses(message, () -> Loss.standardised(Tensor.zeros(1, 2), t, 1, 1));
  }

  @Test
  void theOutermostTemperaturesServe() {
    Tensor p = Tensor.zeros(1, 2);
    Tensor z = Tensor.of(new float[] {1f, 2f}, 1, 2);
    SoftTargets.softmax(z, 1e-30, p);
    assertEquals(1f, p.get(0, 1));
    SoftTargets.softmax(z, 1e6, p);
    assertEquals(0.5f, p.get(0, 1), 1e-6f);
  }

  @Test
  void everyLossNamesTheFirstRowWithoutASoftmax() {
    for (int cols : new int[] {1, 3, 40}) {
      for (int bad : new int[] {0, 3, 18}) {
        for (float wrong : new float[] {Float.NaN, INF}) {
          Tensor z = Tensor.zeros(20, cols);
          z.set(19, 0, Float.NaN);
          z.set(bad, cols / 2, wrong);
          for (Executable call : calls(z)) {
            refusesRow(bad, "the logit of class " + cols / 2 + " is " + wrong, call);
          }
        }
        Tensor z = Tensor.zeros(20, cols);
        for (int j = 0; j < cols; j++) {
          z.set(bad, j, -INF);
        }
        for (Executable call : calls(z)) {
          refusesRow(bad, "every logit is -Infinity, so no class is possible", call);
        }
      }
    }
  }

  /** Large enough for eight parts; the first of two bad rows, whoever finds it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void threadsNameTheSameRow(int count) {
    Pool.setThreads(count);
    int rows = 2048;
    int cols = 130;
    for (int bad : new int[] {0, 300, 1023, 1024, 1999, 2047}) {
      Tensor z = Tensor.zeros(rows, cols);
      z.set(rows - 1, 5, INF);
      z.set(bad, 5, INF);
      for (Executable call : calls(z)) {
        refusesRow(bad, "the logit of class 5 is Infinity", call);
      }
    }
  }

  /** Every loss, for targets of so many samples and classes. */
  private static List<Loss> losses(int samples, int classes) {
    Tensor teacher = Tensor.zeros(samples, classes);
    for (int i = 0; i < teacher.size(); i++) {
      teacher.data()[i] = i;
    }
    return List.of(
        Loss.crossEntropy(), Loss.distillation(even(samples, classes), 1, 1),
        Loss.logitMatching(teacher, 1, 1), Loss.decoupled(teacher, 4, 1, 1, 1),
        Loss.standardised(teacher, 4, 1, 1), Loss.topTargets(even(samples, classes), 1, 1, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void aLabelMustBeAClass(int wrong) {
    int[] labels = {0, 2, wrong, -7};
    for (Loss loss : losses(4, 3)) {
      refusesRow(
          2, "label " + wrong + " is not one of the classes 0 to 2", () -> loss.bind(labels, 3));
    }
  }

  @Test
  void everyRowNeedsALabelAndATarget() {
    Tensor z = Tensor.zeros(3, 2);
    for (Loss loss : losses(3, 2)) {
      refuses("2 labels for 3 rows", () -> loss.apply(z, new int[2], Tensor.zeros(3, 2)));
      refuses(
          "logits Tensor[3, 2], where the loss is bound to 4 classes",
          () -> losses(3, 4).getFirst().bind(new int[3], 4).apply(z, new int[3], 0, z));
    }
    for (int[] shape : new int[][] {{2, 2}, {4, 2}, {3, 3}, {3, 1}}) {
      List<Loss> losses = losses(shape[0], shape[1]);
      for (Loss loss : losses.subList(1, losses.size())) {
        String kind = losses.indexOf(loss) == 1 ? "soft targets" : "a teacher's targets";
        refuses(
            kind + " of " + shape[0] + " samples and " + shape[1]
                + " classes do not belong to 3 samples and 2 classes",
            () -> loss.bind(new int[3], 2));
      }
    }
  }

  @Test
  void aBatchNeedsARow() {
    BatchLoss loss = Loss.crossEntropy().bind(new int[3], 2);
    Tensor none = Tensor.zeros(0, 2);
    refuses("a batch needs at least one row", () -> loss.apply(none, new int[3], 0, none));
  }

  @Test
  void outputsMustHaveTheShapeOfTheLogits() {
    Tensor z = Tensor.zeros(3, 2);
    for (Tensor misfit : List.of(Tensor.zeros(2, 2), Tensor.zeros(3, 3), Tensor.zeros(2, 3))) {
      String message = misfit + " do not have the shape of the logits, Tensor[3, 2]";
      for (Loss loss : losses(3, 2)) {
        refuses("gradients " + message, () -> loss.apply(z, new int[3], misfit));
      }
      refuses(
          "a teacher's logits " + message,
          () -> SoftTargets.fromEnsemble(List.of(z, misfit), 1));
    }
  }

  /** Everything in the variants that takes logits, on two rows of {@code z}. */
  private static List<Executable> variants(Tensor z) {
    List<Executable> calls = new ArrayList<>();
    calls.add(() -> Loss.logitMatching(z, 1, 1));
    calls.add(() -> Loss.decoupled(z, 4, 1, 1, 1));
    calls.add(() -> Loss.standardised(z, 4, 1, 1));
    for (Loss loss : losses(2, 3)) {
      calls.add(() -> loss.apply(z, new int[2], Tensor.zeros(2, 3)));
    }
    return calls;
  }

  @Test
  void variantsNameTheFirstRowWithoutASoftmax() {
    for (float wrong : new float[] {Float.NaN, INF}) {
      Tensor z = Tensor.of(new float[] {1, 2, 4, 4, wrong, 7}, 2, 3);
      for (Executable call : variants(z)) {
        refusesRow(1, "the logit of class 1 is " + wrong, call);
      }
    }
    Tensor z = Tensor.of(new float[] {1, 2, 4, -INF, -INF, -INF}, 2, 3);
    for (Executable call : variants(z)) {
      refusesRow(1, "every logit is -Infinity, so no class is possible", call);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, 1e39, Double.NaN, Double.POSITIVE_INFINITY})
  void weightsMustBeFiniteAndAtLeastZero(double wrong) {
    String message = " weight must be finite and at least 0, not " + wrong;
    refuses("hard" + message, () -> Loss.distillation(even(1, 2), wrong, 1));
    refuses("soft" + message, () -> Loss.logitMatching(Tensor.zeros(1, 2), 1, wrong));
    refuses("label" + message, () -> Loss.decoupled(Tensor.zeros(1, 2), 1, 1, wrong, 1));
    refuses("other" + message, () -> Loss.decoupled(Tensor.zeros(1, 2), 1, 1, 1, wrong));
  }

  @Test
  void oneWeightMustNotBeZero() {
    String message = "hard weight and soft weight are both 0: nothing to learn";
    refuses(message, () -> Loss.distillation(even(1, 2), 0, 0));
    refuses(message, () -> Loss.logitMatching(Tensor.zeros(1, 2), 0, 0));
    refuses(message, () -> Loss.decoupled(Tensor.zeros(1, 2), 1, 0, 0, 0));
    Loss.distillation(even(1, 2), 1e-9, 0);
    Loss.distillation(even(1, 2), 0, 1e-9);
    Loss.distillation(even(1, 2), Float.MAX_VALUE, Float.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, 1, 2, Double.NaN})
  void smoothingMustLeaveSomethingForTheLabel(double wrong) {
    refuses("label smoothing must be in [0, 1), not " + wrong, () -> Loss.crossEntropy(wrong));
  }

  @Test
  void aTargetOnAMaskedClassIsRefusedByRow() {
    String message = "the target gives probability to a class whose logit is -Infinity";
    for (int cols : new int[] {3, 40}) {
      Tensor z = Tensor.zeros(20, cols);
      z.set(17, 1, -INF);
      int[] labels = new int[20];
      labels[17] = 1;
      Tensor dz = Tensor.zeros(20, cols);
      refusesRow(17, message, () -> Loss.crossEntropy().apply(z, labels, dz));
      refusesRow(17, message, () -> Loss.crossEntropy(0.1).apply(z, new int[20], dz));
      SoftTargets masked = SoftTargets.fromLogits(z, 2);
      refusesRow(17, message, () -> Loss.distillation(masked, 1, 1).apply(z, labels, dz));
      refusesRow(
          17, message, () -> Loss.distillation(even(20, cols), 1, 1).apply(z, new int[20], dz));
      Loss.distillation(masked, 1, 1).apply(z, new int[20], dz);
      Loss.crossEntropy().apply(z, new int[20], dz);
    }
  }

  /** What the label asks for, and what the teacher, are told apart. */
  @Test
  void aClassThatIsMaskedInAVariantIsRefusedByItsPart() {
    Tensor z = Tensor.of(new float[] {1, 2, 4, 1, -INF, 2}, 2, 3);
    Tensor open = Tensor.of(new float[] {1, 2, 4, 1, 1, 2}, 2, 3);
    Tensor dz = Tensor.zeros(2, 3);
    int[] masked = {0, 1};
    String label = "the target gives probability to a class whose logit is -Infinity";
    refusesRow(1, label, () -> Loss.logitMatching(z, 1, 1).apply(z, masked, dz));
    refusesRow(1, label, () -> Loss.decoupled(open, 1, 0, 1, 1).apply(z, masked, dz));
    String others = "the loss is Infinity: teacher and student do not mask the same classes";
    refusesRow(1, others, () -> Loss.logitMatching(open, 1, 1).apply(z, new int[2], dz));
    refusesRow(1, others, () -> Loss.logitMatching(z, 1, 1).apply(open, new int[2], dz));
    refusesRow(1, others, () -> Loss.topTargets(even(2, 3), 2, 0, 1).apply(z, new int[2], dz));
    Loss.logitMatching(z, 1, 1).apply(z, new int[2], dz);
  }

  @Test
  void probabilitiesMustBeADistribution() {
    for (float wrong : new float[] {-0.1f, Float.NaN}) {
      Tensor p = Tensor.of(new float[] {0.5f, 0.5f, 0.7f, wrong}, 2, 2);
      refusesRow(
          1, "the probability of class 1 is " + wrong, () -> SoftTargets.fromProbabilities(p, 1));
    }
    for (float wrong : new float[] {0.5002f, 0.4998f, INF}) {
      Tensor p = Tensor.of(new float[] {0.5f, 0.5f, 0.5f, wrong}, 2, 2);
      refusesRow(
          1,
          "the probabilities add up to " + (0.5 + wrong) + ", not to 1; rounded ones must be normalised",
          () -> SoftTargets.fromProbabilities(p, 1));
    }
    Tensor almost = Tensor.of(new float[] {0.5f, 0.50005f}, 1, 2);
    assertTrue(SoftTargets.fromProbabilities(almost, 1).get(0, 1) > 0.5f);
  }

  @Test
  void roundedProbabilitiesAreDividedByTheirSum() {
    Tensor rounded = Tensor.of(new float[] {0.3f, 0.6f, 0.5f, 0.5f}, 2, 2);
    Tensor exact = SoftTargets.normalised(rounded);
    assertEquals(2 * exact.get(0, 0), exact.get(0, 1), 1e-7f);
    assertEquals(1, exact.get(0, 0) + exact.get(0, 1), 1e-7f);
    assertEquals(0.5f, exact.get(1, 0));
    for (float wrong : new float[] {-0.5f, Float.NaN, INF}) {
      Tensor p = Tensor.of(new float[] {0.5f, 0.5f, 0.5f, wrong}, 2, 2);
      refusesRow(
          1, "the probabilities add up to " + (0.5 + wrong), () -> SoftTargets.normalised(p));
    }
  }

  @Test
  void anEnsembleNeedsATeacherAndAVariantItsClasses() {
    refuses("an ensemble needs a teacher", () -> SoftTargets.fromEnsemble(List.of(), 1));
    refuses("top targets need at least 1 class, not 0", () -> Loss.topTargets(even(1, 2), 0, 0, 1));
    Tensor one = Tensor.zeros(1, 1);
    refusesRow(
        0, "the loss is NaN: teacher and student do not mask the same classes",
        () -> Loss.decoupled(one, 1, 0, 1, 1).apply(one, new int[1], Tensor.zeros(1, 1)));
  }
}
