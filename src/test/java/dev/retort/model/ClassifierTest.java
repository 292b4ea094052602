package dev.retort.model;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Jvm;
import dev.retort.kernel.Allocation;
import dev.retort.kernel.Pool;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Initialisation;
import dev.retort.nn.Network;
import dev.retort.tensor.RandomTensor;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTest {
  private static final List<Network> NETWORKS =
      List.of(
          Network.mlp(784, 30, 10).build(),
          Network.mlp(17, 33, 5, 8, 3).inputDropout(0.2).dropout(0.5).seed(2).build(),
          Network.mlp(4, 2).seed(3).build(),
          Network.mlp(300, 500, 700).seed(4).build(),
          Network.of(
              List.of(
                  Dense.random(6, 9, Activation.IDENTITY, Initialisation.XAVIER, 5),
                  Dense.random(9, 9, Activation.RELU, Initialisation.XAVIER, 6),
                  Dense.random(9, 4, Activation.RELU, Initialisation.XAVIER, 7))));

  private static float[] features(int size, long seed) {
    return RandomTensor.of(seed, 1, size).data();
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

        SoftTargets expected = SoftTargets.fromLogits(logits, 3);
        classifier.probabilities(x, 3, given);
        for (int j = 0; j < given.length; j++) {
          assertEquals(expected.get(0, j), given[j]);
        }
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
    byte[] bytes = Files.readAllBytes(file);
    Classifier.load(bytes).logits(x, given);
    assertArrayEquals(expected, given);
    Classifier.load(new ByteArrayInputStream(bytes)).logits(x, given);
    assertArrayEquals(expected, given);
    refuses(
        "the stream is null: is the resource in its place?",
        () -> Classifier.load(ClassifierTest.class.getResourceAsStream("none")));
  }

  @Test
  void theFirstOfEqualsWins() {
    Tensor bias = Tensor.of(new float[] {1, 3, 2, 3}, 4);
    Classifier classifier =
        Classifier.of(
            Network.of(List.of(new Dense(Tensor.zeros(2, 4), bias, Activation.IDENTITY))));
    assertEquals(1, classifier.classify(new float[2]));
    assertArrayEquals(new int[] {1, 3, 2, 0}, classifier.top(4, new float[2]));
    assertArrayEquals(new int[] {1}, classifier.top(1, new float[2]));
  }

  /** Whose probabilities are equal: both 0, or rounded to the same number. */
  @Test
  void topIsByLogit() {
    float[][] biases = {{-300, 0, -200, -250}, {1, Math.nextUp(1f), -0f, 0f}};
    int[][] expected = {{1, 2, 3, 0}, {1, 0, 2, 3}};
    for (int i = 0; i < biases.length; i++) {
      Dense dense = new Dense(Tensor.zeros(2, 4), Tensor.of(biases[i], 4), Activation.IDENTITY);
      assertArrayEquals(expected[i], Classifier.of(Network.of(List.of(dense))).top(4, new float[2]));
    }
  }

  @Test
  void aBatchHasTheAnswersOfItsSamples() {
    for (Network network : NETWORKS) {
      Classifier classifier = Classifier.of(network);
      for (int count : new int[] {0, 1, 63, 64, 65, 200}) {
        float[][] batch = new float[count][];
        int[] expected = new int[count];
        for (int i = 0; i < count; i++) {
          batch[i] = features(network.inputs(), i);
          expected[i] = classifier.classify(batch[i]);
        }
        assertArrayEquals(expected, classifier.classify(batch));
        assertLogitsOfTheBatch(classifier, batch);
      }
    }
  }

  private static void assertLogitsOfTheBatch(Classifier classifier, float[][] batch) {
    float[] all = new float[batch.length * classifier.inputs()];
    float[] expected = new float[batch.length * classifier.classes()];
    float[] one = new float[classifier.classes()];
    for (int i = 0; i < batch.length; i++) {
      System.arraycopy(batch[i], 0, all, i * classifier.inputs(), classifier.inputs());
      classifier.logits(batch[i], one);
      System.arraycopy(one, 0, expected, i * one.length, one.length);
    }
    float[] given = new float[expected.length];
    classifier.logits(all, batch.length, given);
    assertArrayEquals(expected, given);
  }

  @Test
  void trainingOnDoesNotChangeAClassifier() {
    Network network = Network.mlp(4, 3).build();
    Classifier classifier = Classifier.of(network);
    float[] x = features(4, 1);
    float[] before = classifier.probabilities(x);
    network.parameters().getFirst().value().set(0, 0, 99);
    assertArrayEquals(before, classifier.probabilities(x));
  }

  /** More threads than there are idle workspaces. */
  @Test
  void thirtyTwoThreadsGetTheBitsOfOne() throws Exception {
    for (Network network : NETWORKS) {
      Classifier classifier = Classifier.of(network);
      float[][] expected = new float[32][];
      for (int i = 0; i < 32; i++) {
        expected[i] = Classifier.of(network).probabilities(features(network.inputs(), i));
      }
      AtomicInteger wrong = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        int seed = i;
        threads.add(
            Thread.ofPlatform().start(
                () -> {
                  float[] x = features(network.inputs(), seed);
                  float[][] batch = {x, features(network.inputs(), seed + 1), x};
                  for (int ask = 0; ask < 200; ask++) {
                    int[] answers = classifier.classify(batch);
                    boolean right = Arrays.equals(expected[seed], classifier.probabilities(x));
                    wrong.addAndGet(right && answers[0] == answers[2] ? 0 : 1);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(0, wrong.get());
    }
  }

  /** In the scalar code of the start and, after more than two thousand million multiply-adds, in vectors. */
  @Test
  void aClassAndLogitsAllocateNothing() {
    assertNothingIsAllocated();
    Classifier large = Classifier.of(Network.mlp(1000, 1000, 2).build());
    for (int answers = 0; answers < 2200; answers++) {
      large.classify(new float[1000]);
    }
    assertNothingIsAllocated();
  }

  private static void assertNothingIsAllocated() {
    for (Network network : NETWORKS) {
      Classifier classifier = Classifier.of(network);
      float[] x = features(network.inputs(), 1);
      float[] places = new float[classifier.classes()];
      Allocation.assertNone("classify", () -> classifier.classify(x));
      Allocation.assertNone("logits", () -> classifier.logits(x, places));
      Allocation.assertNone("probabilities", () -> classifier.probabilities(x, 2, places));
    }
  }

  /** A product this large starts the pool where a network makes it; a fresh JVM shows who did. */
  @Test
  void anAnswerStartsNoThread() throws Exception {
    assertEquals("network true", Jvm.run(Jvm.VECTOR, Threads.class, "network").out().strip());
    assertEquals("classifier false", Jvm.run(Jvm.VECTOR, Threads.class, "classifier").out().strip());
  }

  /** Answers once and prints whether that started a thread of the engine. */
  static final class Threads {
    private Threads() {}

    public static void main(String[] args) {
      Pool.setThreads(2);
      Network network = Network.mlp(1200, 1200, 100_000).build();
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
    Classifier classifier = Classifier.of(Network.mlp(4, 3).build());
    float[] x = features(4, 1);
    refuses("5 features, where the network takes 4", () -> classifier.classify(new float[5]));
    refuses(
        "2 places for the answers of 3 classes", () -> classifier.logits(x, new float[2]));
    refuses(
        "4 places for the answers of 3 classes",
        () -> classifier.probabilities(x, 1, new float[4]));
    refuses(
        "2 rows of 4 features and 3 classes do not fit arrays of 8 and 5",
        () -> classifier.logits(new float[8], 2, new float[5]));
    refuses(
        "-1 rows of 4 features and 3 classes do not fit arrays of 0 and 0",
        () -> classifier.logits(new float[0], -1, new float[0]));
    refuses("top 0 of 3 classes", () -> classifier.top(0, x));
    refuses("top 4 of 3 classes", () -> classifier.top(4, x));
    refuses(
        "5 features, where the network takes 4",
        () -> classifier.classify(new float[][] {x, new float[5]}));
    for (double t : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      refuses(
          "temperature must be finite and positive (1e-30 to 1e6), not " + t,
          () -> classifier.probabilities(x, t, new float[3]));
    }
  }

  @Test
  void featuresThatLeadNowhereAreAnError() {
    Classifier classifier = Classifier.of(Network.mlp(4, 3).build());
    float[] x = {1, Float.NaN, 1, 1};
    String message = "feature 1 is NaN; features must be finite";
    refuses(message, () -> classifier.classify(x));
    refuses(message, () -> classifier.classify(new float[][] {new float[4], x}));
    refuses(message, () -> classifier.probabilities(x));
    refuses(message, () -> classifier.top(1, x));
    float[] large = {3e38f, 3e38f, -3e38f, 3e38f};
    String error =
        assertThrows(IllegalArgumentException.class, () -> classifier.probabilities(large))
            .getMessage();
    assertTrue(error.endsWith(": the features are too large"), error);
  }
}
