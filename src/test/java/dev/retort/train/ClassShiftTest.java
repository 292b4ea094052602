package dev.retort.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.loss.Loss;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The number added to some biases has the fewest errors of all numbers. */
class ClassShiftTest {
  private static int errors(List<Integer> classes, double shift, Tensor logits, int[] labels) {
    int errors = 0;
    for (int i = 0; i < labels.length; i++) {
      int best = -1;
      double largest = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < logits.rowSize(); j++) {
        double logit = logits.get(i, j) + (classes.contains(j) ? shift : 0);
        if (logit > largest) {
          largest = logit;
          best = j;
        }
      }
      errors += best == labels[i] ? 0 : 1;
    }
    return errors;
  }

  /** Logits are small whole numbers, so that many places coincide. */
  @Property(tries = 500)
  void noOtherShiftHasFewerErrors(@ForAll @IntRange(min = 1, max = 12) int rows, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor logits = Tensor.zeros(rows, 4);
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = random.nextInt(4);
      for (int j = 0; j < 4; j++) {
        logits.set(i, j, random.nextInt(-5, 6));
      }
    }
    List<Integer> classes = random.nextBoolean() ? List.of(2) : List.of(0, 3);
    ClassShift shift = ClassShift.fewestErrors(classes, logits, labels);
    int fewest = errors(classes, shift.shift(), logits, labels);
    for (double other = -20.25; other < 20; other += 0.5) {
      assertTrue(fewest <= errors(classes, other, logits, labels), "at " + other);
    }
  }

  /** Of class 0 from 2 on, of class 1 below 7: the middle, not an end. */
  @Test
  void itIsTheMiddleOfTheBestInterval() {
    Tensor logits = Tensor.of(new float[] {0, 2, 0, 7}, 2, 2);
    assertEquals(4.5, ClassShift.fewestErrors(List.of(0), logits, new int[] {0, 1}).shift());
    assertEquals(8, ClassShift.fewestErrors(List.of(0), logits, new int[] {0, 0}).shift());
    assertEquals(1, ClassShift.fewestErrors(List.of(0), logits, new int[] {1, 1}).shift());
  }

  @Test
  void appliedToANetworkItGivesTheErrorsThatWereCounted() {
    Dataset data = Samples.of(200, 6, 1);
    Dataset transfer = data.selectClasses(label -> label != 3);
    Network network = Network.mlp(36, 20, Samples.CLASSES).build();
    Training.sgd(0.1).nesterov(0.9).epochs(40).batchSize(20).fit(network, transfer, Loss.crossEntropy());
    int before = Evaluation.of(network, data).errors();
    ClassShift shift = ClassShift.fewestErrors(List.of(3), network.logits(data), data.labels());
    int counted = errors(List.of(3), shift.shift(), network.logits(data), data.labels());
    shift.applyTo(network);
    assertEquals(counted, Evaluation.of(network, data).errors());
    assertTrue(counted < before, counted + " errors, before " + before);
  }

  private static void refuses(String why, List<Integer> classes, int rows, int... labels) {
    Tensor logits = Tensor.zeros(rows, 2);
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> ClassShift.fewestErrors(classes, logits, labels));
    assertEquals(why, e.getMessage());
  }

  @Test
  void samplesAndClassesThatDecideNoShiftAreRefused() {
    refuses("0 labels for 0 rows of logits; a shift is chosen on at least one sample", List.of(0), 0);
    refuses("1 labels for 2 rows of logits; a shift is chosen on at least one sample", List.of(0), 2, 1);
    refuses("the shifted classes must be some, but not all, of 2", List.of(), 1, 0);
    refuses("the shifted classes must be some, but not all, of 2", List.of(0, 1), 1, 0);
  }
}
