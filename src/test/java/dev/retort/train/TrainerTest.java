package dev.retort.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.data.Dataset;
import dev.retort.kernel.CounterRandom;
import dev.retort.loss.BadRowException;
import dev.retort.loss.CrossEntropy;
import dev.retort.nn.Network;
import dev.retort.optim.Schedule;
import dev.retort.optim.Sgd;
import dev.retort.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training: what is seen, when it stops, what is kept, and who hears of it. */
final class TrainerTest {
  private static final Dataset TRAIN = Samples.of(50, 6, 1);
  private static final Dataset HELD = Samples.of(40, 6, 2);

  private static Network network() {
    return Network.of(3, 0.1, 0.2, 36, 12, Samples.CLASSES);
  }

  private static Trainer trainer(
      Network network, double rate, Trainer.Settings settings, Progress progress) {
    return new Trainer(
        network, new Sgd(network.parameters(), 0.9, true, 1e-4), Schedule.constant(rate), settings,
        progress);
  }

  private static List<float[]> values(Network network) {
    return network.parameters().stream().map(p -> p.value().toArray()).toList();
  }

  private static void assertSame(List<float[]> expected, List<float[]> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i));
    }
  }

  private static boolean same(List<float[]> a, List<float[]> b) {
    return Arrays.deepEquals(a.toArray(), b.toArray());
  }

  /** Two epochs of batches of 20, 20 and 10, written out. */
  @Test
  void givesTheBitsOfItsStepsWrittenOut() {
    Network expected = network();
    Sgd sgd = new Sgd(expected.parameters(), 0.9, true, 1e-4);
    Schedule schedule = Schedule.cosine(0.1);
    CrossEntropy loss = new CrossEntropy();
    List<Double> losses = new ArrayList<>();
    for (int epoch = 0; epoch < 2; epoch++) {
      long key = CounterRandom.key(CounterRandom.key(7, CounterRandom.SHUFFLE), epoch);
      int[] order = CounterRandom.permutation(key, 50);
      double sum = 0;
      for (int batch = 0; batch < 3; batch++) {
        int from = 20 * batch;
        int[] samples = Arrays.copyOfRange(order, from, Math.min(50, from + 20));
        Dataset piece = TRAIN.select(samples);
        Tensor features = piece.features(0, samples.length);
        Tensor logits = expected.forward(features, epoch, from);
        Tensor dLogits = Tensor.zeros(samples.length, Samples.CLASSES);
        sum += loss.hard(logits, piece.labels(), dLogits);
        expected.backward(dLogits, false);
        sgd.step(schedule.rate(epoch * 3 + batch, 6));
      }
      losses.add(sum / 3);
    }
    Network actual = network();
    List<Epoch> epochs =
        new Trainer(
                actual, new Sgd(actual.parameters(), 0.9, true, 1e-4), schedule,
                new Trainer.Settings(2, 20, 0, 0, 7), Progress.NONE)
            .fit(TRAIN, Objective.labels(TRAIN, 0), null);
    assertSame(values(expected), values(actual));
    assertEquals(losses, epochs.stream().map(Epoch::loss).toList());
    assertNull(epochs.getFirst().validation());
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    List<float[]> once = trained(new Trainer.Settings(2, 16, 1, 0, 7));
    assertSame(once, trained(new Trainer.Settings(2, 16, 1, 0, 7)));
    assertFalse(same(once, trained(new Trainer.Settings(2, 16, 1, 0, 8))));
    assertFalse(same(once, trained(new Trainer.Settings(2, 16, 0, 0, 7))));
    assertFalse(same(once, trained(new Trainer.Settings(2, 16, 2, 0, 7))));
  }

  private static List<float[]> trained(Trainer.Settings settings) {
    Network network = network();
    trainer(network, 0.1, settings, Progress.NONE).fit(TRAIN, Objective.labels(TRAIN, 0), null);
    return values(network);
  }

  @Test
  void aBatchLargerThanTheDataIsTheData() {
    assertSame(
        trained(new Trainer.Settings(2, 50, 0, 0, 7)),
        trained(new Trainer.Settings(2, 1000, 0, 0, 7)));
  }

  @Test
  void everyBatchAndEpochIsHeardOf() {
    List<String> heard = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void batch(int step, int steps) {
            heard.add(step + "/" + steps);
          }

          @Override
          public void epoch(Epoch epoch) {
            heard.add("epoch " + epoch.number());
          }
        };
    List<Epoch> epochs =
        trainer(network(), 0.1, new Trainer.Settings(2, 20, 0, 0, 7), progress)
            .fit(TRAIN, Objective.labels(TRAIN, 0), HELD);
    assertEquals(
        List.of("1/6", "2/6", "3/6", "epoch 1", "4/6", "5/6", "6/6", "epoch 2"), heard);
    assertEquals(List.of(1, 2), epochs.stream().map(Epoch::number).toList());
  }

  /** The held-out labels are what the untrained network says, so that learning makes them worse. */
  @Test
  void theFirstOfTheBestEpochsIsRestored() {
    Network network = network();
    Tensor first = Evaluation.logits(network, HELD);
    int[] labels = new int[HELD.rows()];
    Arrays.setAll(labels, i -> Evaluation.argmax(first, i));
    Dataset held = new Dataset("before", HELD.features(0, HELD.rows()), labels, Samples.CLASSES);
    List<List<float[]>> after = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void epoch(Epoch epoch) {
            assertEquals(Evaluation.of(network, held), epoch.validation());
            after.add(values(network));
          }
        };
    // Two epochs that change weights but no answer, then some that do.
    Schedule schedule = (step, steps) -> step < 6 ? 1e-6 : 0.3;
    List<Epoch> epochs =
        new Trainer(
                network, new Sgd(network.parameters(), 0, false, 0), schedule,
                new Trainer.Settings(4, 20, 0, 0, 7), progress)
            .fit(TRAIN, Objective.labels(TRAIN, 0), held);
    assertEquals(0, epochs.getFirst().validation().errors());
    assertEquals(0, epochs.get(1).validation().errors());
    assertTrue(epochs.getLast().validation().errors() > 0);
    assertFalse(same(after.getFirst(), after.get(1)));
    assertSame(after.getFirst(), values(network));
  }

  @ParameterizedTest
  @CsvSource({"0,9", "1,2", "3,4", "8,9", "9,9"})
  void stopsWhenPatienceIsAtItsEnd(int patience, int expectedEpochs) {
    Network network = network();
    // A learning rate of 0: no epoch after the first can have fewer errors.
    List<Epoch> epochs =
        trainer(network, 0, new Trainer.Settings(9, 20, 0, patience, 7), Progress.NONE)
            .fit(TRAIN, Objective.labels(TRAIN, 0), HELD);
    assertEquals(expectedEpochs, epochs.size());
  }

  @Test
  void withoutValidationPatienceNeverEnds() {
    List<Epoch> epochs =
        trainer(network(), 0, new Trainer.Settings(5, 20, 0, 1, 7), Progress.NONE)
            .fit(TRAIN, Objective.labels(TRAIN, 0), null);
    assertEquals(5, epochs.size());
  }

  @Test
  void aRunThatDivergesIsStoppedByName() {
    Trainer trainer = trainer(network(), 1e30, new Trainer.Settings(3, 10, 0, 0, 7), Progress.NONE);
    DivergenceException thrown =
        assertThrows(
            DivergenceException.class,
            () -> trainer.fit(TRAIN, Objective.labels(TRAIN, 0), null));
    assertTrue(
        thrown.getMessage().startsWith("training diverged in epoch 1 (row "), thrown::getMessage);
    assertTrue(thrown.getMessage().endsWith("; try a lower learning rate"), thrown::getMessage);
    assertInstanceOf(BadRowException.class, thrown.getCause());
  }

  /** One step an epoch: the first to meet the ruined weights is the judge. */
  @Test
  void aRunThatDivergesInItsLastStepIsStoppedByItsJudge() {
    Trainer trainer = trainer(network(), 1e30, new Trainer.Settings(1, 50, 0, 0, 7), Progress.NONE);
    assertThrows(
        DivergenceException.class, () -> trainer.fit(TRAIN, Objective.labels(TRAIN, 0), HELD));
  }

  @Test
  void refusesDataThatDoNotFitTheNetwork() {
    Network narrow = Network.of(3, 0, 0, 35, Samples.CLASSES);
    Network fewer = Network.of(3, 0, 0, 36, Samples.CLASSES - 1);
    for (Network network : List.of(narrow, fewer)) {
      Trainer trainer =
          trainer(network, 0.1, new Trainer.Settings(1, 10, 0, 0, 7), Progress.NONE);
      refuses(
          "samples of 36 features and 10 classes do not fit a network of " + network.inputs()
              + " inputs and " + network.outputs() + " outputs",
          () -> trainer.fit(TRAIN, Objective.labels(TRAIN, 0), null));
    }
    Dataset more = new Dataset("more", HELD.features(0, HELD.rows()), HELD.labels(), Samples.CLASSES + 1);
    Trainer trainer =
        trainer(network(), 0.1, new Trainer.Settings(1, 10, 0, 0, 7), Progress.NONE);
    refuses(
        "samples of 36 features and 11 classes do not fit a network of 36 inputs and 10 outputs",
        () -> trainer.fit(TRAIN, Objective.labels(TRAIN, 0), more));
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,0,0,'epochs must be at least 1, not 0'",
    "1,0,0,0,'batch must be at least 1, not 0'",
    "1,1,-1,0,'jitter must be at least 0, not -1'",
    "1,1,0,-1,'patience must be at least 0, not -1'"
  })
  void refusesSettingsOutsideOfTheirRange(
      int epochs, int batch, int jitter, int patience, String message) {
    refuses(message, () -> new Trainer.Settings(epochs, batch, jitter, patience, 1));
  }

  private static void refuses(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
