package dev.retort.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.kernel.Allocation;
import dev.retort.kernel.Pool;
import dev.retort.loss.Softmax;
import dev.retort.nn.Dense;
import dev.retort.nn.Dropout;
import dev.retort.nn.Initialisation;
import dev.retort.nn.Network;
import dev.retort.nn.Relu;
import dev.retort.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTest {
  private static final List<Network> NETWORKS =
      List.of(
          Network.of(1, 0, 0, 784, 30, 10),
          Network.of(2, 0.2, 0.5, 17, 33, 5, 8, 3),
          Network.of(3, 0, 0, 4, 2),
          Network.of(4, 0, 0, 300, 500, 700),
          new Network(
              List.of(
                  new Relu(),
                  new Dropout(0.5, 1),
                  Dense.random(6, 9, Initialisation.XAVIER, 5),
                  Dense.random(9, 9, Initialisation.XAVIER, 6),
                  new Dropout(0.5, 2),
                  new Relu(),
                  new Relu(),
                  Dense.random(9, 4, Initialisation.XAVIER, 7),
                  new Relu())));

  private static float[] features(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] features = new float[size];
    for (int i = 0; i < size; i++) {
      features[i] = (float) random.nextDouble(-1, 1);
    }
    return features;
  }

  @Test
  void anAnswerHasTheBitsOfTheNetworks() {
    for (Network network : NETWORKS) {
      Classifier classifier = Classifier.of(network);
      assertEquals(network.inputs(), classifier.inputs());
      assertEquals(network.outputs(), classifier.classes());
      float[] given = new float[classifier.classes()];
      for (int seed = 0; seed < 20; seed++) {
        float[] x = features(network.inputs(), seed);
        float[] kept = x.clone();
        Tensor logits = network.forward(Tensor.of(x, 1, x.length));
        classifier.logits(x, given);
        assertArrayEquals(logits.toArray(), given);
        assertArrayEquals(kept, x, "the features must stay as they are");

        float[] best = logits.toArray();
        Arrays.sort(best);
        assertEquals(best[best.length - 1], given[classifier.classify(x)]);

        Tensor expected = Tensor.zeros(1, given.length);
        new Softmax(3).probabilities(logits, expected);
        classifier.probabilities(x, 3, given);
        assertArrayEquals(expected.toArray(), given);
      }
    }
  }

  @Test
  void itAnswersFromAFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("model.safetensors");
    Checkpoint.save(file, NETWORKS.getFirst());
    float[] x = features(784, 1);
    float[] expected = new float[10];
    float[] given = new float[10];
    Classifier.of(NETWORKS.getFirst()).logits(x, expected);
    Classifier.load(file).logits(x, given);
    assertArrayEquals(expected, given);
  }

  @Test
  void theFirstOfEqualsWins() {
    Tensor bias = Tensor.of(new float[] {1, 3, 2, 3}, 4);
    Network network = new Network(List.of(new Dense(Tensor.zeros(2, 4), bias)));
    assertEquals(1, Classifier.of(network).classify(new float[2]));
  }

  @Test
  void aClassAndLogitsAllocateNothing() {
    for (Network network : NETWORKS) {
      Classifier classifier = Classifier.of(network);
      float[] x = features(network.inputs(), 1);
      float[] places = new float[classifier.classes()];
      Allocation.assertNone("classify", () -> classifier.classify(x));
      Allocation.assertNone("logits", () -> classifier.logits(x, places));
    }
  }

  /** A product this large starts the pool where a network makes it; a fresh JVM shows who did. */
  @Test
  void anAnswerStartsNoThread() throws Exception {
    assertEquals("network true", Fork.of(Threads.class, "network").output());
    assertEquals("classifier false", Fork.of(Threads.class, "classifier").output());
  }

  /** Answers once and prints whether that started a thread of the engine. */
  static final class Threads {
    private Threads() {}

    public static void main(String[] args) {
      Pool.setThreads(2);
      Network network = Network.of(1, 0, 0, 1200, 1200, 100_000);
      float[] x = features(1200, 1);
      if (args[0].equals("network")) {
        network.forward(Tensor.of(x, 1, 1200));
      } else {
        Classifier.of(network).probabilities(x, 1, new float[100_000]);
      }
      boolean started =
          Thread.getAllStackTraces().keySet().stream()
              .anyMatch(thread -> thread.getName().startsWith("retort-"));
      System.out.println(args[0] + " " + started);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Classifier classifier = Classifier.of(Network.of(1, 0, 0, 4, 3));
    float[] x = features(4, 1);
    assertMessage("5 features, where the network takes 4", () -> classifier.classify(new float[5]));
    assertMessage(
        "2 places for the answers of 3 classes", () -> classifier.logits(x, new float[2]));
    assertMessage(
        "4 places for the answers of 3 classes",
        () -> classifier.probabilities(x, 1, new float[4]));
    for (double t : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertMessage(
          "temperature must be finite and positive (1e-30 to 1e30), not " + t,
          () -> classifier.probabilities(x, t, new float[3]));
    }
  }

  @Test
  void featuresThatLeadNowhereAreAnError() {
    Classifier classifier = Classifier.of(Network.of(1, 0, 0, 4, 3));
    float[] x = {1, Float.NaN, 1, 1};
    assertMessage(
        "these features give class 0 the logit NaN: are they finite?",
        () -> classifier.classify(x));
    assertMessage(
        "these features give class 0 the logit NaN: are they finite?",
        () -> classifier.probabilities(x, 1, new float[3]));
  }

  private static void assertMessage(String message, Runnable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(e.getMessage().equals(message), e::getMessage);
  }
}
