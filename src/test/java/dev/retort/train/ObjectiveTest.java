package dev.retort.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.data.Dataset;
import dev.retort.kernel.CounterRandom;
import dev.retort.loss.Distillation;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Labels and soft targets belong to samples, in whatever order and batches these come. */
final class ObjectiveTest {
  private static final Dataset DATA = Samples.of(40, 4, 1);
  private static final SoftTargets TARGETS = SoftTargets.fromLogits(flat(DATA), 2);

  /** Features stand in for logits: one row a sample. */
  private static Tensor flat(Dataset data) {
    return Tensor.of(data.features(0, data.rows()).toArray(), data.rows(), data.rowSize());
  }

  private static Objective distillation() {
    Dataset wide = new Dataset("wide", DATA.features(0, DATA.rows()), DATA.labels(), 16);
    return Objective.distillation(wide, TARGETS, new Distillation(0.3, 0.7));
  }

  @Test
  void targetsFollowTheirSamplesNotTheirPlaceInTheBatch() {
    for (Objective objective : new Objective[] {Objective.labels(DATA, 0.1), distillation()}) {
      Tensor all = flat(DATA);
      int[] inOrder = new int[40];
      Arrays.setAll(inOrder, i -> i);
      Tensor expected = Tensor.zeros(40, 16);
      for (int i = 0; i < 40; i += 8) {
        objective.apply(all.rows(i, i + 8), inOrder, i, expected.rows(i, i + 8));
      }
      int[] shuffled = CounterRandom.permutation(5, 40);
      for (int from = 0; from < 40; from += 8) {
        Tensor logits = Tensor.zeros(8, 16);
        DATA.gather(shuffled, from, logits);
        Tensor dLogits = Tensor.zeros(8, 16);
        objective.apply(logits, shuffled, from, dLogits);
        for (int i = 0; i < 8; i++) {
          int sample = shuffled[from + i];
          assertArrayEquals(
              expected.rows(sample, sample + 1).toArray(), dLogits.rows(i, i + 1).toArray());
        }
      }
    }
  }

  @Test
  void aSmallerBatchAfterALargerOneTakesNoLeftovers() {
    int[] order = CounterRandom.permutation(5, 40);
    for (boolean warm : new boolean[] {false, true}) {
      Objective objective = distillation();
      Tensor logits = Tensor.zeros(3, 16);
      if (warm) {
        objective.apply(flat(DATA), order, 0, Tensor.zeros(40, 16));
      }
      DATA.gather(order, 30, logits);
      Tensor dLogits = Tensor.zeros(3, 16);
      double value = objective.apply(logits, order, 30, dLogits);
      Tensor alone = Tensor.zeros(1, 16);
      double sum = 0;
      for (int i = 0; i < 3; i++) {
        sum += distillation().apply(logits.rows(i, i + 1), order, 30 + i, alone);
        for (int j = 0; j < 16; j++) {
          assertEquals(alone.get(0, j) / 3, dLogits.get(i, j), 1e-7f);
        }
      }
      assertEquals(sum / 3, value, 1e-12);
    }
  }

  @Test
  void refusesTargetsOfOtherData() {
    Dataset other = Samples.of(39, 4, 1);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Objective.distillation(other, TARGETS, new Distillation(1, 1)))
            .getMessage();
    assertEquals("40 soft targets for 39 samples", message);
  }
}
