package dev.retort.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.Jitter;
import dev.retort.kernel.CounterRandom;
import dev.retort.kernel.Pool;
import dev.retort.kernel.RestoreThreads;
import dev.retort.loss.BatchLoss;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.optim.Sgd;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A batch fed in ordered pieces, from jitter to the optimiser's step, gives the bits of the whole
 * batch, NOTES (E46).
 */
@Tag("bits")
@ExtendWith(RestoreThreads.class)
final class AccumulationTest {
  private static final int ROWS = 128;
  private static final int EPOCH = 3;
  private static final Dataset DATA = Samples.of(ROWS, 12, 1);
  private static final int[] ORDER = CounterRandom.permutation(5, ROWS);

  /** A step of distillation, the batch cut into pieces; gradients and parameters behind it. */
  private static List<float[]> step(int[]... pieces) {
    Network network = Network.mlp(144, 240, 10).inputDropout(0.1).dropout(0.3).build();
    Sgd optimizer = Sgd.nesterov(network.parameters(), 0.9, 1e-3);
    SoftTargets targets =
        SoftTargets.fromLogits(
            Network.mlp(144, 10).seed(2).build().forward(DATA.features(0, DATA.rows())), 4);
    BatchLoss loss = Loss.distillation(targets, 0.3, 0.7).bind(DATA.labels(), 10);
    for (int i = 0; i < pieces.length; i++) {
      backward(network, loss, pieces[i][0], pieces[i][1], i > 0);
    }
    optimizer.step(0.1);
    List<float[]> bits = new ArrayList<>();
    for (Parameter parameter : network.parameters()) {
      bits.add(parameter.gradient().toArray());
      bits.add(parameter.value().toArray());
    }
    return bits;
  }

  private static void backward(
      Network network, BatchLoss loss, int from, int to, boolean add) {
    Tensor x = Tensor.zeros(to - from, 144);
    new Jitter(1, 7).gather(DATA, ORDER, from, EPOCH, x);
    Tensor logits = network.forward(x, EPOCH, from);
    loss.apply(logits, ORDER, from, logits, ROWS);
    if (add) {
      network.addBackward(logits);
    } else {
      network.backward(logits);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void orderedPiecesGiveTheBitsOfTheWhole(int count) {
    Pool.setThreads(1);
    List<float[]> whole = step(new int[] {0, ROWS});
    Pool.setThreads(count);
    assertSame(whole, step(new int[] {0, ROWS}));
    assertSame(whole, step(new int[] {0, 1}, new int[] {1, ROWS}));
    assertSame(whole, step(new int[] {0, 48}, new int[] {48, 96}, new int[] {96, ROWS}));
    assertSame(
        whole, step(new int[] {0, 31}, new int[] {31, 65}, new int[] {65, 127}, new int[] {127, ROWS}));
  }

  /** The law is one of order: other sums round otherwise, and a piece left out is missed. */
  @Test
  void piecesOutOfOrderOrMissingAreNoticed() {
    List<float[]> whole = step(new int[] {0, ROWS});
    List<float[]> swapped = step(new int[] {64, ROWS}, new int[] {0, 64});
    List<float[]> missing = step(new int[] {0, ROWS - 1});
    for (int i = 0; i < whole.size(); i++) {
      assertFalse(Arrays.equals(whole.get(i), swapped.get(i)), "array " + i);
      assertFalse(Arrays.equals(whole.get(i), missing.get(i)), "array " + i);
    }
  }

  private static void assertSame(List<float[]> expected, List<float[]> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), "array " + i);
    }
  }
}
