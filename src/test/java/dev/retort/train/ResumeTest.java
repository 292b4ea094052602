package dev.retort.train;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Retort;
import dev.retort.data.Dataset;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.model.Checkpoint;
import dev.retort.model.ModelException;
import dev.retort.model.SafeTensors;
import dev.retort.nn.Network;
import dev.retort.optim.Schedule;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that is interrupted and resumed ends as one that was not, and takes no other's checkpoint. */
final class ResumeTest {
  private static final int EPOCHS = 5;
  private static final Dataset TRAIN = Samples.of(50, 6, 1);
  private static final Dataset HELD = Samples.of(40, 6, 2);
  private static final Loss HARD = Loss.crossEntropy();

  @TempDir private Path folder;

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static Network network() {
    return Network.mlp(36, 12, Samples.CLASSES).inputDropout(0.1).dropout(0.2).seed(3).build();
  }

  private static Training training() {
    return Training.sgd(0.1).nesterov(0.9).weightDecay(1e-4).epochs(EPOCHS).batchSize(20).jitter(1)
        .schedule(Schedule.cosine().withWarmUp(0.1)).seed(7);
  }

  static Stream<Training> trainings() {
    return Stream.of(
        training(), training().momentumSchedule(Schedule.constant().withWarmUp(0.4)).maxNorm(0.9),
        training().momentum(0.8), training().momentum(0).schedule(Schedule.constant()),
        Training.adam(0.01).weightDecay(0.01).epochs(EPOCHS).batchSize(20).seed(7),
        training().validation(HELD), training().validation(HELD).patience(1),
        Training.adam(0.3).epochs(EPOCHS).batchSize(50).validation(HELD).patience(2));
  }

  private Path checkpoint() {
    return folder.resolve("checkpoint.safetensors");
  }

  /** What a run ends with: the SHA-256 of its network, and its epochs without their times. */
  private record End(String sha256, List<String> epochs) {}

  private End run(Training training, Loss loss) throws IOException {
    Network network = network();
    List<Epoch> epochs = training.fit(network, TRAIN, loss);
    return new End(
        Checkpoint.save(folder.resolve("model.safetensors"), network),
        epochs.stream().map(ResumeTest::withoutTime).toList());
  }

  private static String withoutTime(Epoch epoch) {
    return epoch.number() + " "
        + new Epoch(
                epoch.number(), epoch.loss(), epoch.parts(), epoch.accuracy(), epoch.validation(), 0,
                epoch.weights())
            .line();
  }

  /** Starts a run, and interrupts it after so many batches. */
  private static void interrupt(Training training, Loss loss, int batches) {
    TrainingListener killer =
        new TrainingListener() {
          private int heard;

          @Override
          public void batch(int step, int steps) {
            if (++heard == batches) {
              throw new Killed();
            }
          }
        };
    assertThrows(Killed.class, () -> training.listener(killer).fit(network(), TRAIN, loss));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1 2 3", "1 2 3 4", "1 2 3 x 5", "1 2 3 4 5 0.5 1", "1 2 3 4 5 0.5 10 0 1"})
  void aLineThatIsNoEpochIsRefused(String line) {
    refuses("epoch 7 is no line of an epoch", () -> Epoch.read(7, line, List.of("hard"), 10));
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void endsWithTheBitsOfARunThatWasNotInterrupted(Training training) throws IOException {
    End whole = run(training, HARD);
    int batches = Math.ceilDiv(50, Integer.parseInt(training.texts().get("batch size")));
    Training resumed = training.checkpoint(checkpoint(), EPOCHS).resume();
    for (int every = 1; every <= 2; every++) {
      Training saved = training.checkpoint(checkpoint(), every);
      for (int kill = 1; kill <= batches * whole.epochs().size(); kill++) {
        Files.deleteIfExists(checkpoint());
        interrupt(saved, HARD, kill);
        assertEquals(kill > every * batches, Files.exists(checkpoint()));
        assertEquals(whole, run(resumed, HARD), "batch " + kill + ", every " + every);
      }
    }
  }

  @Test
  void aRunMayBeInterruptedAgainAndAgain() throws IOException {
    SoftTargets soft = SoftTargets.fromLogits(network().logits(TRAIN), 2);
    Loss loss = Loss.distillation(soft, 0.3, 0.7);
    End whole = run(training(), loss);
    Training resumed = training().checkpoint(checkpoint(), 1).resume();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      interrupt(resumed, loss, epoch == 0 ? 2 : 4); // the batch after the epoch's end is lost
    }
    assertEquals(whole, run(resumed, loss));
  }

  @Test
  void aRunThatEndedIsNotTrainedAgain() throws IOException {
    for (Training training : List.of(training(), training().validation(HELD).patience(1))) {
      Files.deleteIfExists(checkpoint());
      Training saved = training.checkpoint(checkpoint(), 100);
      End whole = run(saved, HARD);
      TrainingListener none =
          new TrainingListener() {
            @Override
            public void batch(int step, int steps) {
              throw new Killed();
            }
          };
      assertEquals(whole, run(saved.resume().listener(none), HARD));
    }
  }

  @Test
  void theTimeOfAllEpochsIsKept() {
    Training saved = training().checkpoint(checkpoint(), 1);
    List<Epoch> first = saved.fit(network(), TRAIN, HARD);
    assertTrue(first.getFirst().seconds() > 0);
    assertEquals(
        first.stream().map(Epoch::seconds).toList(),
        saved.resume().fit(network(), TRAIN, HARD).stream().map(Epoch::seconds).toList());
  }

  @Test
  void aCheckpointOfAnotherRunIsRefused() {
    Training saved = training().checkpoint(checkpoint(), 1);
    Training.adam(0.1).checkpoint(checkpoint(), 1).fit(network(), TRAIN, HARD);
    refusesCheckpoint("its method: adam; this run's: nesterov;", saved, network(), TRAIN, HARD);
    saved.fit(network(), TRAIN, HARD);
    Map<String, Training> others = new LinkedHashMap<>();
    others.put("momentum: 0.9; this run's: 0.8", saved.nesterov(0.8));
    others.put("weight decay: 1.0E-4; this run's: 0.001", saved.weightDecay(0.001));
    others.put("epochs: 5; this run's: 6", saved.epochs(6));
    others.put("batch size: 20; this run's: 21", saved.batchSize(21));
    others.put("largest norm: none; this run's: 1.0", saved.maxNorm(1));
    others.put("jitter: 1; this run's: 2", saved.jitter(2));
    others.put("seed: 7; this run's: 8", saved.seed(8));
    others.put(
        "validation features: none; this run's: " + HELD.featuresSha256(),
        saved.validation(HELD));
    others.put("rates: ", saved.schedule(Schedule.cosine()));
    others.forEach((what, other) -> refusesCheckpoint("its " + what, other, network(), TRAIN, HARD));
    refusesCheckpoint(
        "its rate: 0.1; this run's: 0.2",
        Training.sgd(0.2).nesterov(0.9).checkpoint(checkpoint(), 1), network(), TRAIN, HARD);
    Network less = Network.mlp(36, 12, Samples.CLASSES).inputDropout(0.1).seed(3).build();
    refusesCheckpoint(
        "its network: dropout 0.1 36-12 relu, dropout 0.2 12-10 identity; this run's: dropout 0.1"
            + " 36-12 relu, 12-10 identity",
        saved, less, TRAIN, HARD);
    Network other =
        Network.mlp(36, 12, Samples.CLASSES).inputDropout(0.1).dropout(0.2).seed(4).build();
    refusesCheckpoint("its first weights: ", saved, other, TRAIN, HARD);
    int[] labels = TRAIN.labels();
    labels[17] = (labels[17] + 1) % Samples.CLASSES;
    Dataset wrong = new Dataset("samples", TRAIN.features(0, 50), labels, Samples.CLASSES);
    refusesCheckpoint(
        "its labels: " + TRAIN.labelsSha256() + "; this run's: " + wrong.labelsSha256(), saved,
        network(), wrong, HARD);
    Dataset dark = new Dataset("samples", Tensor.zeros(50, 6, 6), TRAIN.labels(), Samples.CLASSES);
    refusesCheckpoint("its features: " + TRAIN.featuresSha256(), saved, network(), dark, HARD);
    refusesCheckpoint("its loss: hard ", saved, network(), TRAIN, Loss.crossEntropy(0.01));
    Tensor logits = network().logits(TRAIN);
    Loss distillation = Loss.distillation(SoftTargets.fromLogits(logits, 2), 0.5, 0.5);
    refusesCheckpoint("its loss: hard ", saved, network(), TRAIN, distillation);
    saved.fit(network(), TRAIN, distillation);
    logits.data()[123] += 0.01f;
    refusesCheckpoint(
        "its loss: hard+soft+divergence ", saved, network(), TRAIN,
        Loss.distillation(SoftTargets.fromLogits(logits, 2), 0.5, 0.5));
  }

  private void refusesCheckpoint(
      String what, Training training, Network network, Dataset train, Loss loss) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> training.resume().fit(network, train, loss))
            .getMessage();
    assertTrue(message.startsWith("checkpoint " + checkpoint() + ": " + what), message);
    assertTrue(
        message.endsWith(
            "; resume with the settings it was made with, or start without resuming"), message);
    assertFalse(message.contains("\n"), message);
  }

  @Test
  void aCheckpointOfAnotherVersionIsRefused() throws IOException {
    Training saved = training().checkpoint(checkpoint(), 1);
    saved.fit(network(), TRAIN, HARD);
    String version = Retort.version();
    String text = Files.readString(checkpoint(), StandardCharsets.ISO_8859_1);
    String other = "x".repeat(version.length());
    Files.writeString(
        checkpoint(), text.replace("\"run.version\":\"" + version, "\"run.version\":\"" + other),
        StandardCharsets.ISO_8859_1);
    refusesCheckpoint("its version: " + other + "; this run's: " + version, saved, network(), TRAIN, HARD);
  }

  /** What an older build wrote, before it had the number of its format. */
  @Test
  void aCheckpointOfAnotherFormatIsRefusedByItsFormat() throws IOException {
    Map<String, String> texts = Map.of("format", "retort checkpoint", "run.version", Retort.version());
    SafeTensors.write(checkpoint(), texts, Map.of());
    Training resumed = training().checkpoint(checkpoint(), 1).resume();
    assertEquals(
        "checkpoint " + checkpoint() + ": another build of Retort wrote it: its format is 'retort checkpoint', not"
            + " 'retort checkpoint 2'; resume with that build, or start without resuming",
        assertThrows(IllegalArgumentException.class, () -> resumed.fit(network(), TRAIN, HARD)).getMessage());
  }

  @Test
  void aFileThatIsNoCheckpointIsRefused() throws IOException {
    Training saved = training().checkpoint(checkpoint(), 1);
    Checkpoint.save(checkpoint(), network());
    refuses(
        "checkpoint " + checkpoint() + ": this is no checkpoint of a training",
        () -> saved.resume().fit(network(), TRAIN, HARD));
    saved.fit(network(), TRAIN, HARD);
    byte[] bytes = Files.readAllBytes(checkpoint());
    Files.write(checkpoint(), Arrays.copyOf(bytes, bytes.length - 1));
    assertThrows(ModelException.class, () -> saved.resume().fit(network(), TRAIN, HARD));
    Training nowhere = training().checkpoint(folder.resolve("no/such.safetensors"), 1);
    assertThrows(UncheckedIOException.class, () -> nowhere.fit(network(), TRAIN, HARD));
    refuses(
        "resume needs a checkpoint to go on from", () -> training().resume().fit(network(), TRAIN, HARD));
  }
}
