package dev.retort.nn;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.kernel.CounterRandom;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.RandomTensor;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Networks: their layers in order, dropout in place, and the passes that they refuse. */
@Tag("bits")
@Tag("interpreted")
final class NetworkTest {
  private static final int ROWS = 13;

  private static Dense dense(int inputs, int outputs, Activation activation, long seed) {
    Dense dense = Dense.random(inputs, outputs, activation, Initialisation.XAVIER, seed);
    Tensor bias = RandomTensor.of(seed, 1, outputs);
    System.arraycopy(bias.data(), 0, dense.bias().value().data(), 0, outputs);
    return dense;
  }

  /** What each layer puts out, one by one, each into a tensor of its own; no dropout where there is no epoch. */
  private static List<Tensor> longhand(Network network, Tensor x, Dropout... dropouts) {
    List<Tensor> all = new ArrayList<>();
    Tensor y = Tensor.of(x.toArray(), x.rows(), x.rowSize());
    for (int i = 0; i < network.layers().size(); i++) {
      if (dropouts.length > 0) {
        dropouts[i].forward(y, 3, 40);
      }
      all.add(y);
      Dense layer = network.layers().get(i);
      y = Tensor.zeros(x.rows(), layer.outputs());
      layer.forward(all.getLast(), y);
    }
    all.add(y);
    return all;
  }

  /** The dropouts of a perceptron, by the seeds that its builder gives them. */
  private static Dropout[] dropouts(long seed, double... rates) {
    Dropout[] dropouts = new Dropout[rates.length];
    Arrays.setAll(dropouts, i -> new Dropout(rates[i], CounterRandom.key(seed, i)));
    return dropouts;
  }

  @Test
  void givesTheBitsOfItsLayersOneByOne() {
    Network network =
        Network.mlp(7, 19, 11, 5).inputDropout(0.2).dropout(0.5).seed(3).build();
    Tensor x = RandomTensor.of(5, ROWS, 7);
    float[] before = x.toArray();
    float[] plain = longhand(network, x).getLast().data();
    float[] dropped = longhand(network, x, dropouts(3, 0.2, 0.5, 0.5)).getLast().data();
    assertFalse(Arrays.equals(plain, dropped));
    assertArrayEquals(plain, network.forward(x).toArray());
    assertArrayEquals(dropped, network.forward(x, 3, 40).toArray());
    assertArrayEquals(plain, network.forward(x).toArray());
    assertArrayEquals(before, x.data());
  }

  @Test
  void anActivationBelongsToItsLayerWhereverThatStands() {
    Network network =
        Network.of(
            List.of(
                dense(7, 19, Activation.IDENTITY, 1), dense(19, 5, Activation.RELU, 2),
                dense(5, 4, Activation.RELU, 3)));
    Tensor x = RandomTensor.of(5, ROWS, 7);
    List<Tensor> all = longhand(network, x);
    assertTrue(negative(all.get(1)) && !negative(all.get(2)) && !negative(all.get(3)));
    assertArrayEquals(all.get(3).data(), network.forward(x).toArray());
  }

  private static boolean negative(Tensor x) {
    for (float xi : x.data()) {
      if (xi < 0) {
        return true;
      }
    }
    return false;
  }

  @Test
  void theBackwardUndoesEveryLayerInTurn() {
    Network network =
        Network.mlp(7, 19, 11, 5).inputDropout(0.2).dropout(0.5).seed(3).build();
    Dropout[] dropouts = dropouts(3, 0.2, 0.5, 0.5);
    Tensor x = RandomTensor.of(5, ROWS, 7);
    Tensor dy = RandomTensor.of(6, ROWS, 5);
    float[] dyBefore = dy.toArray();
    network.forward(x, 3, 40);
    network.backward(dy);
    List<float[]> got = gradients(network);
    assertArrayEquals(dyBefore, dy.data());

    List<Tensor> all = longhand(network, x, dropouts);
    Tensor d = dy;
    for (int i = 2; i >= 0; i--) {
      Dense layer = network.layers().get(i);
      layer.backward(all.get(i), all.get(i + 1), d);
      Tensor dx = Tensor.zeros(ROWS, layer.inputs());
      layer.inputGradient(d, dx);
      dropouts[i].backward(dx, 3, 40);
      d = dx;
    }
    List<float[]> expected = gradients(network);
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), got.get(i), "parameter " + i);
    }
  }

  @Test
  void aRectifierAtTheEndWorksInPlaceOfTheGradient() {
    Network network = Network.of(List.of(dense(7, 5, Activation.RELU, 1)));
    Tensor x = RandomTensor.of(5, ROWS, 7);
    Tensor y = network.forward(x, 0, 0);
    Tensor dy = RandomTensor.of(6, ROWS, 5);
    float[] sent = dy.toArray();
    network.backward(dy);
    for (int i = 0; i < dy.size(); i++) {
      assertEquals(y.data()[i] > 0 ? sent[i] : 0f, dy.data()[i]);
    }
  }

  @Test
  void logitsOfADataSetAreThoseOfItsRows() {
    Network network = Network.mlp(7, 19, 5).dropout(0.5).build();
    for (int rows : new int[] {1, 255, 256, 257, 600}) {
      Tensor x = RandomTensor.of(5, rows, 7);
      Dataset data = new Dataset("data", x, new int[rows], 5);
      Tensor logits = network.logits(data);
      assertArrayEquals(new int[] {rows, 5}, logits.shape());
      assertArrayEquals(network.forward(x).toArray(), logits.data());
    }
    Dataset wide = new Dataset("wide", Tensor.zeros(3, 8), new int[3], 5);
    refuses("the network takes rows of 7 features, not of 8", () -> network.logits(wide));
  }

  @Test
  void twoThreadsAtOnceAreNoticed() throws Exception {
    Network network = Network.mlp(200, 300, 300, 10).build();
    Tensor x = RandomTensor.of(5, 64, 200);
    AtomicInteger refused = new AtomicInteger();
    float[] expected = network.forward(x).toArray();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      threads.add(
          Thread.ofPlatform().start(
              () -> {
                for (int pass = 0; pass < 2000 && refused.get() == 0; pass++) {
                  try {
                    network.forward(x);
                  } catch (ConcurrentModificationException e) {
                    refused.incrementAndGet();
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(refused.get() > 0);
    assertArrayEquals(expected, network.forward(x).toArray());
  }

  @Test
  void aBackwardOnAnotherThreadThanItsForwardIsRefused() throws Exception {
    Network network = Network.mlp(3, 2).build();
    network.forward(RandomTensor.of(1, 4, 3), 0, 0);
    AtomicReference<RuntimeException> thrown = new AtomicReference<>();
    Thread.ofPlatform().start(
        () -> {
          try {
            network.backward(Tensor.zeros(4, 2));
          } catch (IllegalStateException e) {
            thrown.set(e);
          }
        }).join();
    assertEquals(
        "backward of 4 rows without such a forward in training", thrown.get().getMessage());
  }

  private static List<float[]> gradients(Network network) {
    return network.parameters().stream().map(p -> p.gradient().toArray()).toList();
  }

  @Test
  void aBatchFedInOrderedPiecesGathersTheBitsOfTheWhole() {
    Network network = Network.mlp(7, 33, 19, 5).inputDropout(0.2).dropout(0.5).build();
    Tensor x = RandomTensor.of(5, ROWS, 7);
    Tensor dy = RandomTensor.of(6, ROWS, 5);
    Tensor whole = network.forward(x, 2, 100);
    float[] logits = whole.toArray();
    network.backward(dy);
    List<float[]> expected = gradients(network);
    for (int[] cuts : new int[][] {{0, 1, 13}, {0, 6, 7, 13}, {0, 12, 13}}) {
      for (int i = 0; i + 1 < cuts.length; i++) {
        Tensor piece = network.forward(x.rows(cuts[i], cuts[i + 1]), 2, 100 + cuts[i]);
        assertArrayEquals(
            Arrays.copyOfRange(logits, cuts[i] * 5, cuts[i + 1] * 5), piece.toArray());
        Tensor part = dy.rows(cuts[i], cuts[i + 1]);
        if (i == 0) {
          network.backward(part);
        } else {
          network.addBackward(part);
        }
      }
      List<float[]> got = gradients(network);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), got.get(i));
      }
    }
  }

  @Test
  void aPieceDrawnAtTheWrongPositionIsNoticed() {
    Network network = Network.mlp(7, 33, 5).inputDropout(0.2).dropout(0.5).build();
    Tensor x = RandomTensor.of(5, ROWS, 7);
    float[] here = network.forward(x, 2, 100).toArray();
    assertFalse(Arrays.equals(here, network.forward(x, 2, 101).toArray()));
    assertFalse(Arrays.equals(here, network.forward(x, 3, 100).toArray()));
    assertArrayEquals(here, network.forward(x, 2, 100).toArray());
  }

  @Test
  void theBackwardReplacesOrAdds() {
    Network network = Network.mlp(3, 2).build();
    Tensor x = RandomTensor.of(1, 4, 3);
    Tensor dy = RandomTensor.of(2, 4, 2);
    network.forward(x, 0, 0);
    network.backward(dy);
    float[] once = network.parameters().getFirst().gradient().toArray();
    float[] onceBias = network.parameters().getLast().gradient().toArray();
    network.backward(dy);
    assertArrayEquals(once, network.parameters().getFirst().gradient().toArray());
    assertArrayEquals(onceBias, network.parameters().getLast().gradient().toArray());
    network.addBackward(dy);
    float[] twice = network.parameters().getFirst().gradient().toArray();
    for (int i = 0; i < once.length; i++) {
      assertEquals(2 * once[i], twice[i], 4e-6f);
    }
  }

  @Test
  void refusesABackwardWithoutItsForward() {
    Network network = Network.mlp(3, 2).build();
    refusesBackward(network, 4, 2);
    network.forward(RandomTensor.of(1, 4, 3));
    refusesBackward(network, 4, 2);
    network.forward(RandomTensor.of(1, 4, 3), 0, 0);
    refusesBackward(network, 3, 2);
    refusesBackward(network, 5, 2);
    network.backward(Tensor.zeros(4, 2));
    network.forward(RandomTensor.of(1, 4, 3));
    refusesBackward(network, 4, 2);
  }

  private static void refusesBackward(Network network, int rows, int cols) {
    refuses(
        IllegalStateException.class, "backward of " + rows + " rows without such a forward in training",
        () -> network.backward(Tensor.zeros(rows, cols)));
  }

  @Test
  void refusesRowsOfAnotherSize() {
    Network network = Network.mlp(3, 2).build();
    for (int size : new int[] {2, 4}) {
      refuses(
          "the network takes rows of 3 features, not of " + size,
          () -> network.forward(Tensor.zeros(1, size)));
    }
    network.forward(Tensor.zeros(4, 3), 0, 0);
    for (int size : new int[] {1, 3}) {
      refuses(
          "the network gives rows of 2 logits, not of " + size,
          () -> network.backward(Tensor.zeros(4, size)));
    }
  }

  @Test
  void refusesLayersThatDoNotFit() {
    refuses("a network needs a dense layer", () -> Network.of(List.of()));
    List<Dense> misfits =
        List.of(dense(3, 4, Activation.RELU, 1), dense(5, 2, Activation.IDENTITY, 2));
    refuses(
        "layer 1 takes rows of 5, but layer 0 gives rows of 4", () -> Network.of(misfits));
  }

  @Test
  void refusesSizesAndRatesThatMakeNoNetwork() {
    for (int[] sizes : new int[][] {{}, {3}, {3, 0}, {0, 3}, {3, -1, 2}}) {
      refuses(
          "sizes must be at least two, each at least 1, not " + Arrays.toString(sizes),
          () -> Network.mlp(sizes));
    }
    for (double rate : new double[] {-0.1, 1, 784, Double.NaN}) {
      refuses(
          "dropout rate must be in [0, 1), not " + rate, () -> Network.mlp(3, 2).dropout(rate));
      refuses(
          "dropout rate must be in [0, 1), not " + rate,
          () -> Network.mlp(3, 2).inputDropout(rate));
    }
  }

  @Test
  void isMadeOfTheLayersAskedFor() {
    Network network = Network.mlp(4, 3, 2, 5).build();
    assertEquals(
        List.of(Activation.RELU, Activation.RELU, Activation.IDENTITY),
        network.layers().stream().map(Dense::activation).toList());
    assertArrayEquals(new int[] {4, 3, 2, 5}, network.sizes());
    assertEquals(4, network.inputs());
    assertEquals(5, network.outputs());
    assertEquals(4 * 3 + 3 + 3 * 2 + 2 + 2 * 5 + 5, network.parameterCount());
    assertEquals(6, network.parameters().size());
    List<Boolean> decays = network.parameters().stream().map(Parameter::decays).toList();
    assertEquals(List.of(true, false, true, false, true, false), decays);
    assertEquals(2, Network.mlp(1, 1).build().parameterCount());
    network.sizes()[0] = 99;
    assertEquals(4, network.inputs());
  }

  @Test
  void theInitialisationIsTheOneAskedFor() {
    for (Initialisation initialisation : Initialisation.values()) {
      float[] expected =
          Dense.random(4, 5, Activation.IDENTITY, initialisation, CounterRandom.key(1, 0))
              .weight().value().data();
      Network network = Network.mlp(4, 5).initialisation(initialisation).build();
      assertArrayEquals(expected, network.parameters().getFirst().value().data());
    }
  }

  @Test
  void layersOfTheSameSizeAreDrawnApart() {
    Network network = Network.mlp(4, 4, 4).build();
    float[] first = network.parameters().getFirst().value().toArray();
    assertFalse(Arrays.equals(first, network.parameters().get(2).value().toArray()));
    assertFalse(
        Arrays.equals(first, Network.mlp(4, 4).seed(2).build().parameters().getFirst().value().toArray()));
    assertArrayEquals(
        first, Network.mlp(4, 4).build().parameters().getFirst().value().toArray());
  }

  @Test
  void buffersGrowAndAreCutToTheBatch() {
    Network network = Network.mlp(7, 19, 5).inputDropout(0.5).dropout(0.5).build();
    Tensor x = RandomTensor.of(5, ROWS, 7);
    Tensor dy = RandomTensor.of(6, ROWS, 5);
    float[] whole = network.forward(x).toArray();
    for (int rows : new int[] {2, 13, 0, 5, 1}) {
      Tensor logits = network.forward(x.rows(0, rows));
      assertEquals(rows, logits.rows());
      assertArrayEquals(Arrays.copyOf(whole, rows * 5), logits.toArray());
      network.forward(x.rows(0, rows), 0, 0);
      network.backward(dy.rows(0, rows));
    }
    assertSame(network.forward(x), network.forward(x), "a pass of as many rows reuses its buffers");
  }
}
