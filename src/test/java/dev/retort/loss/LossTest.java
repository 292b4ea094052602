package dev.retort.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;
import dev.retort.derivation.Closeness;
import dev.retort.derivation.Losses;
import dev.retort.kernel.CounterRandom;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.Pool;
import dev.retort.kernel.RestoreThreads;
import dev.retort.tensor.RandomTensor;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The public layer of the losses: views, places, pieces of a batch, threads, soft targets. */
@Tag("bits")
@ExtendWith(RestoreThreads.class)
final class LossTest {
  private static final int ROWS = 21;
  private static final int COLS = 10;
  private static final double T = 3;
  private static final double CLOSE = 1e-6;

  private final Tensor all = RandomTensor.of(1, ROWS + 5, COLS);
  private final Tensor z = all.rows(2, 2 + ROWS);
  private final int[] labels = labels(ROWS, COLS);
  private final Tensor teacher = RandomTensor.of(2, ROWS, COLS);

  private static int[] labels(int rows, int cols) {
    int[] labels = new int[rows];
    Arrays.setAll(labels, i -> i * 7 % cols);
    return labels;
  }

  private static double[][] doubles(Tensor x) {
    return Closeness.rows(Closeness.flat(x), x.rowSize());
  }

  private static void assertClose(double[][] expected, Tensor actual) {
    assertArrayEquals(Closeness.flat(expected), Closeness.flat(actual), CLOSE);
  }

  private static double[][] softened(Tensor logits) {
    return Arrays.stream(doubles(logits)).map(row -> Losses.softmax(row, T)).toArray(double[][]::new);
  }

  /** A view into a larger tensor, whose other rows must stay. */
  private static Tensor view() {
    return Tensor.zeros(ROWS + 2, COLS).rows(1, 1 + ROWS);
  }

  private static void assertSurroundingsAreZero(Tensor view) {
    for (int j = 0; j < COLS; j++) {
      assertEquals(0f, view.data()[j]);
      assertEquals(0f, view.data()[(ROWS + 1) * COLS + j]);
    }
  }

  @Test
  void softmaxOfAViewAndInPlace() {
    Tensor q = view();
    SoftTargets.softmax(z, T, q);
    assertClose(softened(z), q);
    assertSurroundingsAreZero(q);
    float[] apart = q.toArray();
    SoftTargets.softmax(z, T, z);
    assertArrayEquals(apart, z.toArray());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.9})
  void hardLabelsSmoothedOrNot(double smoothing) {
    Loss loss = Loss.crossEntropy(smoothing);
    Tensor dz = view();
    double[][] p = Losses.targets(labels, COLS, smoothing);
    assertEquals(Losses.meanCrossEntropy(p, doubles(z), 1), loss.apply(z, labels, dz), CLOSE);
    assertClose(Losses.meanCrossEntropyGradient(p, doubles(z), 1), dz);
    assertSurroundingsAreZero(dz);
    assertEquals(List.of("hard"), loss.parts());
  }

  @Test
  void distillationAndItsParts() {
    SoftTargets targets = SoftTargets.fromLogits(teacher, T);
    double[][] p = doubles(targets.probabilities());
    int[] order = IntStream.range(0, ROWS).toArray();
    for (double[] weights : new double[][] {{0.3, 0.7}, {1, 0}, {0, 1}, {2, 3}}) {
      Loss loss = Loss.distillation(targets, weights[0], weights[1]);
      BatchLoss batch = loss.bind(labels, COLS);
      Tensor dz = view();
      double value = batch.apply(z, order, 0, dz);
      double hard = batch.part(loss.parts().indexOf("hard"));
      double soft = batch.part(loss.parts().indexOf("soft"));
      assertEquals(
          Losses.distillation(doubles(z), labels, p, T, weights[0], weights[1]), value, 30 * CLOSE);
      assertClose(
          Losses.distillationGradient(doubles(z), labels, p, T, weights[0], weights[1]), dz);
      assertSurroundingsAreZero(dz);
      assertEquals(
          Losses.meanCrossEntropy(Losses.targets(labels, COLS, 0), doubles(z), 1), hard, CLOSE);
      assertEquals(Losses.meanCrossEntropy(p, doubles(z), T), soft, CLOSE);
      assertEquals(
          soft - Arrays.stream(p).mapToDouble(Losses::entropy).sum() / ROWS,
          batch.part(loss.parts().indexOf("divergence")), CLOSE);
      assertEquals(value, weights[0] * hard + weights[1] * T * T * soft);
      assertEquals(value, loss.apply(z, labels, dz));
    }
  }

  private static List<Loss> losses(SoftTargets targets, Tensor teacher) {
    return List.of(
        Loss.crossEntropy(), Loss.crossEntropy(0.1), Loss.distillation(targets, 0.3, 0.7),
        Loss.logitMatching(teacher, 0.3, 0.7), Loss.decoupled(teacher, T, 0.3, 1, 2),
        Loss.standardised(teacher, T, 0.3, 0.7), Loss.topTargets(targets, 3, 0.3, 0.7));
  }

  /** Samples keep their label and targets in any order and in any pieces of a batch: gradients to the bit. */
  @Test
  void targetsBelongToTheirSamplesInAnyOrderAndPiece() {
    SoftTargets targets = SoftTargets.fromLogits(teacher, T);
    int[] order = CounterRandom.permutation(5, ROWS);
    Tensor shuffled = Tensor.zeros(ROWS, COLS);
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < COLS; j++) {
        shuffled.set(i, j, z.get(order[i], j));
      }
    }
    for (Loss loss : losses(targets, teacher)) {
      Tensor whole = Tensor.zeros(ROWS, COLS);
      double value = loss.apply(z, labels, whole);
      BatchLoss batch = loss.bind(labels, COLS);
      batch.apply(z, IntStream.range(0, ROWS).toArray(), 0, Tensor.zeros(ROWS, COLS));
      Tensor pieces = Tensor.zeros(ROWS, COLS);
      double sum = 0;
      for (int[] cut : new int[][] {{0, 1}, {1, 17}, {17, ROWS}}) {
        Tensor dz = pieces.rows(cut[0], cut[1]);
        sum += batch.apply(shuffled.rows(cut[0], cut[1]), order, cut[0], dz, ROWS);
      }
      assertEquals(value, sum, 1e-13 * Math.max(1, value));
      for (int i = 0; i < ROWS; i++) {
        assertArrayEquals(
            whole.rows(order[i], order[i] + 1).toArray(), pieces.rows(i, i + 1).toArray());
      }
    }
  }

  /** Large enough for eight parts; and the gradient may go in place of the logits. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void threadsDoNotChangeABit(int count) {
    Tensor logits = RandomTensor.of(3, 701, 400);
    Tensor v = RandomTensor.of(4, 701, 400);
    int[] y = labels(701, 400);
    double[] weights = IntStream.range(0, 701).mapToDouble(n -> 0.1 + n % 7).toArray();
    Pool.setThreads(1);
    SoftTargets targets = SoftTargets.fromLogits(v, T);
    for (Loss each : losses(targets, v)) {
      for (Loss loss : List.of(each, each.sampleWeights(weights).ignoring(y[9]))) {
        Pool.setThreads(1);
        Tensor one = Tensor.zeros(701, 400);
        double value = loss.apply(logits, y, one);
        Pool.setThreads(count);
        Tensor many = Tensor.of(logits.toArray(), 701, 400);
        assertEquals(value, loss.apply(many, y, many));
        assertArrayEquals(one.data(), many.data());
      }
    }
    assertArrayEquals(targets.probabilities().data(), SoftTargets.fromLogits(v, T).probabilities().data());
  }

  @Test
  void theRowsAreReallyShared() {
    Pool.setThreads(8);
    AtomicInteger calls = new AtomicInteger();
    ParallelRows work =
        new ParallelRows(
            (from, count) -> {
              calls.incrementAndGet();
              return Kernels.NO_BAD_ROW;
            });
    work.over(Tensor.zeros(701, 400));
    assertEquals(8, calls.get());
  }

  @Test
  void softTargetsKnowTheirSamples() {
    SoftTargets targets = SoftTargets.fromLogits(teacher, T);
    assertEquals(ROWS, targets.rows());
    assertEquals(COLS, targets.classes());
    assertEquals(T, targets.temperature());
    int[] order = {-1, 20, 3, 3, 0};
    SoftTargets batch = targets.batch(4);
    assertEquals(4, batch.rows());
    assertEquals(T, batch.temperature());
    targets.gather(order, 1, 3, batch);
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(row(targets, order[1 + i]), row(batch, i));
      assertEquals(targets.entropy(order[1 + i]), batch.entropy(i));
    }
    assertEquals(0f, batch.get(3, 0));
    assertEquals(0, batch.entropy(3));
  }

  private static float[] row(SoftTargets targets, int sample) {
    return targets.probabilities().rows(sample, sample + 1).toArray();
  }

  @Test
  void softTargetsOfAnyOriginHaveTheirEntropy() {
    SoftTargets targets = SoftTargets.fromLogits(teacher, T);
    SoftTargets copied =
        SoftTargets.fromProbabilities(
            Tensor.of(new float[] {0.5f, 0.25f, 0.25f, 0f, 1f, 0f}, 2, 3), T);
    assertClose(softened(teacher), targets.probabilities());
    for (int i = 0; i < ROWS; i++) {
      assertEquals(Losses.entropy(doubles(targets.probabilities())[i]), targets.entropy(i), CLOSE);
    }
    assertEquals(1.5 * Math.log(2), copied.entropy(0), 1e-15);
    assertEquals(0, copied.entropy(1));
    assertEquals(0.25f, copied.get(0, 2));
    assertEquals(T, copied.temperature());
  }

  @Test
  void anEnsembleIsTheMeanOfProbabilities() {
    Tensor other = RandomTensor.of(9, ROWS, COLS);
    SoftTargets mean = SoftTargets.fromEnsemble(List.of(teacher, other), T);
    double[][] expected = new double[ROWS][];
    Arrays.setAll(
        expected, i -> Losses.ensemble(new double[][] {doubles(teacher)[i], doubles(other)[i]}, T));
    assertClose(expected, mean.probabilities());
    SoftTargets one = SoftTargets.fromEnsemble(List.of(teacher), T);
    SoftTargets same = SoftTargets.fromLogits(teacher, T);
    assertArrayEquals(same.probabilities().data(), one.probabilities().data());
  }
}
