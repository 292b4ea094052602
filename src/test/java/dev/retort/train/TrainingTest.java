package dev.retort.train;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.kernel.CounterRandom;
import dev.retort.loss.BadRowException;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.optim.MaxNorm;
import dev.retort.optim.Schedule;
import dev.retort.optim.Sgd;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training: its steps, when it stops, what is kept, who is notified, and what is refused. */
final class TrainingTest {
  private static final Dataset TRAIN = Samples.of(50, 6, 1);
  private static final Dataset HELD = Samples.of(40, 6, 2);
  private static final Loss HARD = Loss.crossEntropy();

  private static Network network() {
    return Network.mlp(36, 12, Samples.CLASSES).inputDropout(0.1).dropout(0.2).seed(3).build();
  }

  private static Training training() {
    return Training.sgd(0.1).nesterov(0.9).weightDecay(1e-4).batchSize(20).seed(7);
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
    Sgd sgd = Sgd.nesterov(expected.parameters(), 0.9, 1e-4);
    MaxNorm maxNorm = new MaxNorm(expected.parameters(), 1.1);
    Schedule schedule = Schedule.cosine().withWarmUp(0.2);
    Schedule rising = Schedule.constant().withWarmUp(0.5);
    List<Double> losses = new ArrayList<>();
    for (int epoch = 0; epoch < 2; epoch++) {
      long key = CounterRandom.key(CounterRandom.key(7, CounterRandom.SHUFFLE), epoch);
      int[] order = CounterRandom.permutation(key, 50);
      double sum = 0;
      for (int batch = 0; batch < 3; batch++) {
        int from = 20 * batch;
        int[] samples = Arrays.copyOfRange(order, from, Math.min(50, from + 20));
        Dataset piece = TRAIN.select(samples);
        Tensor logits = expected.forward(piece.features(0, samples.length), epoch, from);
        Tensor dLogits = Tensor.zeros(samples.length, Samples.CLASSES);
        sum += HARD.apply(logits, piece.labels(), dLogits);
        expected.backward(dLogits);
        sgd.momentum(rising.rate(0.9, epoch * 3 + batch, 6));
        sgd.step(schedule.rate(0.1, epoch * 3 + batch, 6));
        maxNorm.apply();
      }
      losses.add(sum / 3);
    }
    Network actual = network();
    List<Epoch> epochs =
        training().schedule(schedule).momentumSchedule(rising).maxNorm(1.1).epochs(2).fit(actual, TRAIN, HARD);
    assertSame(values(expected), values(actual));
    assertEquals(losses, epochs.stream().map(Epoch::loss).toList());
    assertEquals(losses, epochs.stream().map(epoch -> epoch.parts().get("hard")).toList());
    assertEquals(Optional.empty(), epochs.getFirst().validation());
  }

  @Test
  void theSameSettingsGiveTheSameBits() {
    Training plain = training().epochs(2).batchSize(16).jitter(1);
    List<float[]> once = trained(plain);
    assertSame(once, trained(plain));
    List<Training> others =
        List.of(
            plain.seed(8), plain.jitter(0), plain.jitter(2), plain.batchSize(17), plain.epochs(3),
            plain.momentum(0.9), plain.nesterov(0.8), plain.maxNorm(1),
            plain.momentumSchedule(Schedule.linear(0.5)), plain.weightDecay(0.1),
            plain.schedule(Schedule.cosine()), Training.adam(0.1).epochs(2).batchSize(16));
    for (Training other : others) {
      assertFalse(same(once, trained(other)), "other " + others.indexOf(other));
    }
    assertFalse(same(trained(Training.adam(0.1)), trained(Training.adam(0.1).betas(0.8, 0.9))));
    assertSame(once, trained(plain));
  }

  private static List<float[]> trained(Training training) {
    Network network = network();
    training.fit(network, TRAIN, HARD);
    return values(network);
  }

  @Test
  void aBatchLargerThanTheDataIsTheData() {
    assertSame(
        trained(training().epochs(2).batchSize(50)), trained(training().epochs(2).batchSize(1000)));
  }

  /** Every loss can be trained with, and lowers what it is made of. */
  @Test
  void everyLossTrains() {
    Network teacher = network();
    training().epochs(20).fit(teacher, TRAIN, HARD);
    Tensor logits = teacher.logits(TRAIN);
    SoftTargets soft = SoftTargets.fromLogits(logits, 2);
    for (Loss loss :
        List.of(
            Loss.crossEntropy(0.1), Loss.distillation(soft, 0.3, 0.7),
            Loss.logitMatching(logits, 0.3, 0.1), Loss.decoupled(logits, 2, 0.3, 0.5, 1),
            Loss.standardised(logits, 2, 0.3, 0.7), Loss.topTargets(soft, 3, 0.3, 0.7))) {
      List<Epoch> epochs =
          Training.sgd(0.05).nesterov(0.9).epochs(20).batchSize(20).fit(network(), TRAIN, loss);
      assertTrue(epochs.getLast().loss() < epochs.getFirst().loss(), epochs::toString);
      assertEquals(loss.parts(), List.copyOf(epochs.getLast().parts().keySet()));
      assertTrue(
          epochs.getLast().parts().get("hard") < epochs.getFirst().parts().get("hard"),
          epochs::toString);
    }
  }

  @Test
  void theListenerIsNotifiedOfEveryBatchAndEpoch() {
    List<String> heard = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
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
        training().epochs(2).validation(HELD).listener(listener).fit(network(), TRAIN, HARD);
    assertEquals(
        List.of("1/6", "2/6", "3/6", "epoch 1", "4/6", "5/6", "6/6", "epoch 2"), heard);
    assertEquals(List.of(1, 2), epochs.stream().map(Epoch::number).toList());
  }

  /** The held-out labels are what the untrained network says, so that learning makes them worse. */
  @Test
  void theFirstOfTheBestEpochsIsRestored() {
    Network network = network();
    Tensor first = network.logits(HELD);
    int[] labels = new int[HELD.rows()];
    Arrays.setAll(labels, first::argmax);
    Dataset held =
        new Dataset("before", HELD.features(0, HELD.rows()), labels, Samples.CLASSES);
    List<List<float[]>> after = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(Epoch epoch) {
            Evaluation validation = epoch.validation().orElseThrow();
            assertEquals(Evaluation.of(network, held).loss(), validation.loss());
            after.add(values(network));
          }
        };
    // Two epochs that change weights but no answer, then some that do.
    Schedule schedule = (base, step, steps) -> step < 6 ? 1e-6 : 0.3;
    List<Epoch> epochs =
        Training.sgd(1).schedule(schedule).epochs(4).batchSize(20).seed(7)
            .validation(held).listener(listener).fit(network, TRAIN, HARD);
    assertEquals(0, errors(epochs.getFirst()));
    assertEquals(0, errors(epochs.get(1)));
    assertTrue(errors(epochs.getLast()) > 0);
    assertFalse(same(after.getFirst(), after.get(1)));
    assertSame(after.getFirst(), values(network));
  }

  private static int errors(Epoch epoch) {
    return epoch.validation().orElseThrow().errors();
  }

  @ParameterizedTest
  @CsvSource({"1,2", "3,4", "8,9", "9,9"})
  void stopsWhenPatienceEnds(int patience, int expectedEpochs) {
    // A learning rate of 0: no epoch after the first can have fewer errors.
    Training training = Training.sgd(0).epochs(9).batchSize(20).validation(HELD);
    assertEquals(9, training.fit(network(), TRAIN, HARD).size());
    assertEquals(expectedEpochs, training.patience(patience).fit(network(), TRAIN, HARD).size());
  }

  @Test
  void aRunThatDivergesIsStoppedByName() {
    DivergenceException thrown =
        assertThrows(
            DivergenceException.class,
            () -> Training.sgd(1e30).batchSize(10).fit(network(), TRAIN, HARD));
    assertTrue(
        thrown.getMessage().startsWith("training diverged in epoch 1 (row "), thrown::getMessage);
    assertTrue(thrown.getMessage().endsWith("; try a lower learning rate"), thrown::getMessage);
    assertInstanceOf(BadRowException.class, thrown.getCause());
  }

  /** One step an epoch: the ruined weights are first met by the evaluation. */
  @Test
  void aRunThatDivergesInItsLastStepIsStoppedByItsEvaluation() {
    Training training = Training.sgd(1e30).nesterov(0.9).epochs(1).batchSize(50).validation(HELD);
    assertThrows(DivergenceException.class, () -> training.fit(network(), TRAIN, HARD));
  }

  @Test
  void refusesPartsThatDoNotMatch() {
    Network narrow = Network.mlp(35, Samples.CLASSES).build();
    Network fewer = Network.mlp(36, Samples.CLASSES - 1).build();
    for (Network network : List.of(narrow, fewer)) {
      String message =
          "samples has 36 features and 10 classes, but the network takes " + network.inputs()
              + " features and has " + network.outputs() + " classes";
      refuses(message, () -> training().fit(network, TRAIN, HARD));
      refuses(message, () -> Evaluation.of(network, TRAIN));
    }
    Dataset more =
        new Dataset("more", HELD.features(0, 40), HELD.labels(), Samples.CLASSES + 1);
    refuses(
        "more has 36 features and 11 classes, but the network takes 36 features and has 10"
            + " classes",
        () -> training().validation(more).fit(network(), TRAIN, HARD));
    SoftTargets others = SoftTargets.fromLogits(Tensor.zeros(49, 10), 2);
    refuses(
        "soft targets of 49 samples and 10 classes do not belong to 50 samples and 10 classes",
        () -> training().fit(network(), TRAIN, Loss.distillation(others, 1, 1)));
    refuses("patience needs a validation set", () -> training().patience(1).fit(network(), TRAIN, HARD));
    Dataset flat = Dataset.of(new float[50][36], TRAIN.labels());
    refuses(
        "data: features of shape [50, 36] are not images",
        () -> training().jitter(1).fit(network(), flat, HARD));
    refuses(
        "2147483647 epochs are 6442450941 steps, more than 2^31 - 1; take fewer",
        () -> training().epochs(Integer.MAX_VALUE).fit(network(), TRAIN, HARD));
  }

  @Test
  void refusesSettingsOutOfRange() {
    refuses("epochs must be at least 1, not 0", () -> training().epochs(0));
    refuses("batch size must be at least 1, not 0", () -> training().batchSize(0));
    refuses("jitter must be 0 to 65536 pixels, not -1", () -> training().jitter(-1));
    refuses("patience must be at least 1, not 0", () -> training().patience(0));
    refuses("the limit of the norm must be finite and positive, not 0.0", () -> training().maxNorm(0));
    refuses("momentum must be in [0, 1.0), not 1.0", () -> training().momentum(1));
    refuses("momentum must be in [0, 1.0), not -0.1", () -> training().nesterov(-0.1));
    refuses("weight decay must be in [0, 1.0), not 1.0", () -> training().weightDecay(1));
    refuses("beta1 must be in [0, 1.0), not 1.0", () -> Training.adam(0.1).betas(1, 0.9));
    refuses(
        "Adam has no momentum to set; it has betas", () -> Training.adam(0.1).momentum(0.9));
    refuses(
        "Adam has no momentum to set; it has betas",
        () -> Training.adam(0.1).momentumSchedule(Schedule.constant()));
    refuses(
        "gradient descent has no betas to set; it has momentum",
        () -> training().betas(0.9, 0.9));
    for (double rate : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      String message = "learning rate must be in [0, " + (double) Float.MAX_VALUE + "), not " + rate;
      refuses(message, () -> Training.sgd(rate));
      refuses(message, () -> Training.adam(rate));
    }
  }
}
