package dev.retort.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Networks: their layers in order, in place, fused or not, and the passes that they refuse. */
@Tag("bits")
@Tag("interpreted")
final class NetworkTest {
  private static final int ROWS = 13;

  private static Dense dense(int inputs, int outputs, long seed) {
    Dense dense = Dense.random(inputs, outputs, Initialisation.XAVIER, seed);
    Tensor bias = Random.tensor(seed, 1, outputs);
    System.arraycopy(bias.data(), 0, dense.bias().value().data(), 0, outputs);
    return dense;
  }

  /** The layers one by one, each into a tensor of its own: what a network must equal. */
  private static Tensor longhand(Dense first, Dense second, Tensor x, boolean drop, Dropout... at) {
    Tensor in = Tensor.of(x.toArray(), x.rows(), x.rowSize());
    if (drop) {
      at[0].forward(in, 3, 40);
    }
    Tensor hidden = Tensor.zeros(x.rows(), first.outputs());
    first.forward(in, hidden, false);
    new Relu().forward(hidden);
    if (drop) {
      at[1].forward(hidden, 3, 40);
    }
    Tensor out = Tensor.zeros(x.rows(), second.outputs());
    second.forward(hidden, out, false);
    return out;
  }

  @Test
  void givesTheBitsOfItsLayersOneByOne() {
    Dense first = dense(7, 19, 1);
    Dense second = dense(19, 5, 2);
    Dropout[] dropouts = {new Dropout(0.2, 3), new Dropout(0.5, 4)};
    Network network =
        new Network(List.of(dropouts[0], first, new Relu(), dropouts[1], second));
    Tensor x = Random.tensor(5, ROWS, 7);
    float[] before = x.toArray();
    float[] judged = longhand(first, second, x, false).data();
    float[] trained = longhand(first, second, x, true, dropouts).data();
    assertFalse(Arrays.equals(judged, trained));
    assertArrayEquals(judged, network.forward(x).toArray());
    assertArrayEquals(trained, network.forward(x, 3, 40).toArray());
    assertArrayEquals(judged, network.forward(x).toArray());
    assertArrayEquals(before, x.data());
  }

  @Test
  void aRectifierBehindADropoutOrAnotherRectifierIsStillApplied() {
    Dense first = dense(7, 19, 1);
    Tensor x = Random.tensor(5, ROWS, 7);
    float[] plain = new Network(List.of(first)).forward(x).toArray();
    float[] rectified = plain.clone();
    for (int i = 0; i < plain.length; i++) {
      rectified[i] = Math.max(0f, plain[i]);
    }
    assertFalse(Arrays.equals(plain, rectified));
    for (Layer between : List.of(new Dropout(0.5, 1), new Relu())) {
      Network network = new Network(List.of(first, between, new Relu()));
      assertArrayEquals(rectified, network.forward(x).toArray());
    }
    float[] positive = x.toArray();
    for (int i = 0; i < positive.length; i++) {
      positive[i] = Math.max(0f, positive[i]);
    }
    assertArrayEquals(
        new Network(List.of(first)).forward(Tensor.of(positive, ROWS, 7)).toArray(),
        new Network(List.of(new Relu(), first)).forward(x).toArray());
  }

  /** Only a rectifier right behind a dense layer is its product's business. */
  @Test
  void whatIsNotFollowedByARectifierIsNotRectified() {
    Dense first = dense(7, 19, 1);
    Dense second = dense(19, 5, 2);
    Dense third = dense(5, 4, 3);
    Tensor x = Random.tensor(5, ROWS, 7);
    Tensor hidden = Tensor.zeros(ROWS, 19);
    first.forward(x, hidden, false);
    float[] linear = new Network(List.of(second)).forward(hidden).toArray();
    for (List<Layer> layers :
        List.<List<Layer>>of(
            List.of(first, second), List.of(first, new Dropout(0.5, 1), second))) {
      assertArrayEquals(linear, new Network(layers).forward(x).toArray());
    }
    new Relu().forward(hidden);
    float[] rectified =
        new Network(List.of(second, new Relu(), third)).forward(hidden).toArray();
    assertArrayEquals(
        rectified,
        new Network(
                List.of(first, new Dropout(0.5, 1), new Relu(), second, new Relu(), third))
            .forward(x).toArray());
  }

  @Test
  void theBackwardUndoesEveryLayerInTurn() {
    Dense first = dense(7, 19, 1);
    Dense second = dense(19, 5, 2);
    Dropout in = new Dropout(0.2, 3);
    Dropout hidden = new Dropout(0.5, 4);
    Network network = new Network(List.of(in, first, new Relu(), hidden, second));
    Tensor x = Random.tensor(5, ROWS, 7);
    Tensor dy = Random.tensor(6, ROWS, 5);
    float[] dyBefore = dy.toArray();
    network.forward(x, 3, 40);
    network.backward(dy, false);
    List<float[]> got = gradients(network);
    assertArrayEquals(dyBefore, dy.data());

    in.forward(x, 3, 40);
    Tensor h = Tensor.zeros(ROWS, 19);
    first.forward(x, h, true);
    hidden.forward(h, 3, 40);
    Tensor dh = Tensor.zeros(ROWS, 19);
    second.backward(h, dy, dh, false);
    hidden.backward(dh, 3, 40);
    new Relu().backward(h, dh);
    first.backward(x, dh, null, false);
    List<float[]> expected = gradients(network);
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), got.get(i));
    }
  }

  @Test
  void aRectifierOrDropoutAtTheEndWorksInPlaceOfTheGradient() {
    Dense only = dense(7, 5, 1);
    Network network = new Network(List.of(only, new Relu(), new Dropout(0.5, 2)));
    Tensor x = Random.tensor(5, ROWS, 7);
    Tensor y = network.forward(x, 0, 0);
    Tensor dy = Random.tensor(6, ROWS, 5);
    float[] sent = dy.toArray();
    network.backward(dy, false);
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < 5; j++) {
        float expected = y.get(i, j) > 0 ? sent[i * 5 + j] * 2 : 0f;
        assertEquals(expected, dy.get(i, j));
      }
    }
    Tensor db = only.bias().gradient();
    for (int j = 0; j < 5; j++) {
      float sum = 0;
      for (int i = 0; i < ROWS; i++) {
        sum += dy.get(i, j);
      }
      assertEquals(sum, db.get(j, 0));
    }
  }

  private static List<float[]> gradients(Network network) {
    return network.parameters().stream().map(p -> p.gradient().toArray()).toList();
  }

  @Test
  void aBatchFedInOrderedPiecesGathersTheBitsOfTheWhole() {
    Network network = Network.of(1, 0.2, 0.5, 7, 33, 19, 5);
    Tensor x = Random.tensor(5, ROWS, 7);
    Tensor dy = Random.tensor(6, ROWS, 5);
    Tensor whole = network.forward(x, 2, 100);
    float[] logits = whole.toArray();
    network.backward(dy, false);
    List<float[]> expected = gradients(network);
    for (int[] cuts : new int[][] {{0, 1, 13}, {0, 6, 7, 13}, {0, 12, 13}}) {
      for (int i = 0; i + 1 < cuts.length; i++) {
        Tensor piece = network.forward(x.rows(cuts[i], cuts[i + 1]), 2, 100 + cuts[i]);
        assertArrayEquals(
            Arrays.copyOfRange(logits, cuts[i] * 5, cuts[i + 1] * 5), piece.toArray());
        network.backward(dy.rows(cuts[i], cuts[i + 1]), i > 0);
      }
      List<float[]> got = gradients(network);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), got.get(i));
      }
    }
  }

  @Test
  void aPieceDrawnAtTheWrongPositionIsNoticed() {
    Network network = Network.of(1, 0.2, 0.5, 7, 33, 5);
    Tensor x = Random.tensor(5, ROWS, 7);
    float[] here = network.forward(x, 2, 100).toArray();
    assertFalse(Arrays.equals(here, network.forward(x, 2, 101).toArray()));
    assertFalse(Arrays.equals(here, network.forward(x, 3, 100).toArray()));
    assertArrayEquals(here, network.forward(x, 2, 100).toArray());
  }

  @Test
  void theBackwardReplacesOrAdds() {
    Network network = Network.of(1, 0, 0, 3, 2);
    Tensor x = Random.tensor(1, 4, 3);
    Tensor dy = Random.tensor(2, 4, 2);
    network.forward(x, 0, 0);
    network.backward(dy, false);
    float[] once = network.parameters().getFirst().gradient().toArray();
    float[] onceBias = network.parameters().getLast().gradient().toArray();
    network.backward(dy, false);
    assertArrayEquals(once, network.parameters().getFirst().gradient().toArray());
    assertArrayEquals(onceBias, network.parameters().getLast().gradient().toArray());
    network.backward(dy, true);
    float[] twice = network.parameters().getFirst().gradient().toArray();
    for (int i = 0; i < once.length; i++) {
      assertEquals(2 * once[i], twice[i], 4e-6f);
    }
  }

  @Test
  void refusesABackwardWithoutItsForward() {
    Network network = Network.of(1, 0, 0, 3, 2);
    refusesBackward(network, 4, 2);
    network.forward(Random.tensor(1, 4, 3));
    refusesBackward(network, 4, 2);
    network.forward(Random.tensor(1, 4, 3), 0, 0);
    refusesBackward(network, 3, 2);
    refusesBackward(network, 5, 2);
    network.backward(Tensor.zeros(4, 2), false);
    network.forward(Random.tensor(1, 4, 3));
    refusesBackward(network, 4, 2);
  }

  private static void refusesBackward(Network network, int rows, int cols) {
    Tensor dy = Tensor.zeros(rows, cols);
    String message =
        assertThrows(IllegalStateException.class, () -> network.backward(dy, false)).getMessage();
    assertEquals("backward of " + rows + " rows without such a forward in training", message);
  }

  @Test
  void refusesRowsOfAnotherSize() {
    Network network = Network.of(1, 0, 0, 3, 2);
    for (int size : new int[] {2, 4}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> network.forward(Tensor.zeros(1, size)))
              .getMessage();
      assertEquals("the network takes rows of 3 features, not of " + size, message);
    }
    network.forward(Tensor.zeros(4, 3), 0, 0);
    for (int size : new int[] {1, 3}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> network.backward(Tensor.zeros(4, size), false))
              .getMessage();
      assertEquals("the network gives rows of 2 logits, not of " + size, message);
    }
  }

  @Test
  void refusesLayersThatDoNotFit() {
    assertThrows(IllegalArgumentException.class, () -> new Network(List.of()));
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Network(List.of(new Relu())))
            .getMessage();
    assertEquals("a network needs a dense layer", message);
    List<Layer> misfits = List.of(dense(3, 4, 1), new Relu(), dense(5, 2, 2));
    message =
        assertThrows(IllegalArgumentException.class, () -> new Network(misfits)).getMessage();
    assertEquals("a dense layer of 5 inputs cannot take rows of 4", message);
  }

  @Test
  void refusesSizesThatMakeNoNetwork() {
    for (int[] sizes : new int[][] {{}, {3}, {3, 0}, {0, 3}, {3, -1, 2}}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Network.of(1, 0, 0, sizes))
              .getMessage();
      assertEquals(
          "sizes must be at least two, each at least 1, not " + Arrays.toString(sizes), message);
    }
  }

  @Test
  void isMadeOfTheLayersAskedFor() {
    Network network = Network.of(1, 0.2, 0.5, 4, 3, 2, 5);
    assertEquals(
        List.of(
            Dropout.class, Dense.class, Relu.class, Dropout.class, Dense.class, Relu.class,
            Dropout.class, Dense.class),
        network.layers().stream().map(Object::getClass).toList());
    assertEquals(0.2, ((Dropout) network.layers().getFirst()).rate());
    assertEquals(0.5, ((Dropout) network.layers().get(3)).rate());
    assertEquals(
        List.of(Dense.class, Relu.class, Dense.class),
        Network.of(1, 0, 0, 4, 3, 2).layers().stream().map(Object::getClass).toList());
    assertArrayEquals(new int[] {4, 3, 2, 5}, network.sizes());
    assertEquals(4, network.inputs());
    assertEquals(5, network.outputs());
    assertEquals(4 * 3 + 3 + 3 * 2 + 2 + 2 * 5 + 5, network.parameterCount());
    assertEquals(6, network.parameters().size());
    List<Boolean> decays = network.parameters().stream().map(Parameter::decays).toList();
    assertEquals(List.of(true, false, true, false, true, false), decays);
    assertEquals(2, Network.of(1, 0, 0, 1, 1).parameterCount());
    network.sizes()[0] = 99;
    assertEquals(4, network.inputs());
  }

  @Test
  void layersOfTheSameSizeAreDrawnApart() {
    Network network = Network.of(1, 0, 0, 4, 4, 4);
    float[] first = network.parameters().getFirst().value().toArray();
    assertFalse(Arrays.equals(first, network.parameters().get(2).value().toArray()));
    assertFalse(
        Arrays.equals(first, Network.of(2, 0, 0, 4, 4).parameters().getFirst().value().toArray()));
    assertArrayEquals(
        first, Network.of(1, 0, 0, 4, 4).parameters().getFirst().value().toArray());
  }

  @Test
  void buffersGrowAndAreCutToTheBatch() {
    Network network = Network.of(1, 0.5, 0.5, 7, 19, 5);
    Tensor x = Random.tensor(5, ROWS, 7);
    Tensor dy = Random.tensor(6, ROWS, 5);
    float[] whole = network.forward(x).toArray();
    for (int rows : new int[] {2, 13, 0, 5, 1}) {
      Tensor logits = network.forward(x.rows(0, rows));
      assertEquals(rows, logits.rows());
      assertArrayEquals(Arrays.copyOf(whole, rows * 5), logits.toArray());
      network.forward(x.rows(0, rows), 0, 0);
      network.backward(dy.rows(0, rows), false);
    }
    assertSame(network.forward(x), network.forward(x), "a pass of as many rows reuses its buffers");
  }
}
