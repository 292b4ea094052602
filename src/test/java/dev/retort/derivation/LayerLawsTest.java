package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;
import static dev.retort.derivation.Closeness.flat;
import static dev.retort.derivation.Closeness.rows;
import static dev.retort.derivation.Closeness.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.loss.Loss;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Dropout;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The engine's layers against the longhand ones. */
class LayerLawsTest {
  /** Normal numbers that are floats, with ties, zeros and subnormals among them. */
  private static double[] numbers(Random random, int n) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] =
          switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> random.nextInt(5) - 2;
            case 2 -> Float.MIN_VALUE * (random.nextInt(9) - 4);
            default -> (float) random.nextGaussian();
          };
    }
    return x;
  }

  /** NOTES (E1), (E2), (E3), (E4). */
  @Property(tries = 1000)
  void dense(
      @ForAll @IntRange(min = 1, max = 9) int batch,
      @ForAll @IntRange(min = 1, max = 20) int inputs,
      @ForAll @IntRange(min = 1, max = 20) int outputs,
      @ForAll long seed) {
    Random random = new Random(seed);
    double[][] x = rows(numbers(random, batch * inputs), inputs);
    double[][] w = rows(numbers(random, inputs * outputs), outputs);
    double[] b = numbers(random, outputs);
    double[][] dy = rows(numbers(random, batch * outputs), outputs);
    Dense dense = new Dense(tensor(w), Tensor.of(tensor(new double[][] {b}).data(), outputs), Activation.IDENTITY);
    Tensor y = Tensor.zeros(batch, outputs);
    dense.forward(tensor(x), y);
    assertClose(flat(y), flat(Layers.dense(x, w, b)), 1, Tolerances.FLOAT32);
    Tensor dx = Tensor.zeros(batch, inputs);
    dense.backward(tensor(x), y, tensor(dy));
    dense.inputGradient(tensor(dy), dx);
    double[] dw = flat(Layers.denseWeightGradient(x, dy));
    assertClose(flat(dense.weight().gradient()), dw, 1, Tolerances.FLOAT32);
    assertClose(
        flat(dense.bias().gradient()), Layers.denseBiasGradient(dy), 1, Tolerances.FLOAT32);
    assertClose(flat(dx), flat(Layers.denseInputGradient(dy, w)), 1, Tolerances.FLOAT32);
    dense.addBackward(tensor(x), y, tensor(dy));
    double[] twice = Arrays.stream(dw).map(g -> 2 * g).toArray();
    assertClose(flat(dense.weight().gradient()), twice, 1, Tolerances.FLOAT32);
  }

  /** NOTES (E5), (E6): no rounding, so to the bit. */
  @Property(tries = 1000)
  void relu(@ForAll @IntRange(min = 1, max = 70) int size, @ForAll long seed) {
    Random random = new Random(seed);
    double[] x = numbers(random, size);
    double[] dy = numbers(random, size);
    Tensor identity = Tensor.zeros(size, size);
    for (int i = 0; i < size; i++) {
      identity.set(i, i, 1);
    }
    Dense rectifier = new Dense(identity, Tensor.zeros(size), Activation.RELU);
    Tensor y = Tensor.zeros(1, size);
    rectifier.forward(tensor(new double[][] {x}), y);
    assertArrayEquals(Layers.relu(x), flat(y));
    Tensor dx = tensor(new double[][] {dy});
    rectifier.backward(tensor(new double[][] {x}), y, dx);
    assertArrayEquals(Layers.reluGradient(Layers.relu(x), dy), flat(dx));
  }

  /** NOTES (E28), (E29): one mask, drawn again by the backward, and the rate it claims. */
  @Property(tries = 1000)
  void dropout(@ForAll @IntRange(max = 95) int percent, @ForAll long seed) {
    double rate = percent / 100.0;
    Random random = new Random(seed);
    double[] x = random.doubles(400, 0.5, 1).map(d -> (float) d).toArray();
    double[] dy = numbers(random, 400);
    Dropout dropout = new Dropout(rate, seed);
    Tensor y = tensor(rows(x, 20));
    dropout.forward(y, 3, 100);
    boolean[] kept = new boolean[400];
    int count = 0;
    for (int i = 0; i < 400; i++) {
      kept[i] = y.data()[i] != 0;
      count += kept[i] ? 1 : 0;
    }
    assertClose(flat(y), Layers.dropout(x, kept, rate), 0, Tolerances.FLOAT32);
    Tensor dx = tensor(rows(dy, 20));
    dropout.backward(dx, 3, 100);
    assertClose(flat(dx), Layers.dropout(dy, kept, rate), 1, Tolerances.FLOAT32);
    // Chernoff's bound: more than that has a probability of at most 2 e^-25, once in 10^10 tries.
    double share = count / 400.0;
    assertTrue(400 * (information(share, 1 - rate) + information(1 - share, rate)) <= 25);
  }

  private static double information(double share, double probability) {
    return share == 0 ? 0 : share * Math.log(share / probability);
  }

  private static double[] quarters(Random random, int n) {
    return random.ints(n, -8, 9).mapToDouble(i -> i / 4.0).toArray();
  }

  /**
   * NOTES (E2), (E4), (E6), (E15): the chain through a network, against the longhand chain; on
   * a grid where sums are exact, so that both are on the same side of every kink, or on it.
   */
  @Property(tries = 1000)
  void network(@ForAll @IntRange(min = 1, max = 6) int batch, @ForAll long seed) {
    Random random = new Random(seed);
    double[][] x = rows(quarters(random, batch * 5), 5);
    double[][] w1 = rows(quarters(random, 5 * 7), 7);
    double[] b1 = quarters(random, 7);
    double[][] w2 = rows(quarters(random, 7 * 3), 3);
    double[] b2 = quarters(random, 3);
    int[] labels = random.ints(batch, 0, 3).toArray();
    Dense first = new Dense(tensor(w1), Tensor.of(tensor(new double[][] {b1}).data(), 7), Activation.RELU);
    Dense last = new Dense(tensor(w2), Tensor.of(tensor(new double[][] {b2}).data(), 3), Activation.IDENTITY);
    Network network = Network.of(List.of(first, last));
    Tensor logits = network.forward(tensor(x), 0, 0);
    Tensor dLogits = Tensor.zeros(batch, 3);
    double value = Loss.crossEntropy().apply(logits, labels, dLogits);
    network.backward(dLogits);

    double[][] hidden = rows(Layers.relu(flat(Layers.dense(x, w1, b1))), 7);
    double[][] z = Layers.dense(hidden, w2, b2);
    double[][] p = Losses.targets(labels, 3, 0);
    double[][] dz = Losses.meanCrossEntropyGradient(p, z, 1);
    double[] dHidden = flat(Layers.denseInputGradient(dz, w2));
    double[][] dBefore = rows(Layers.reluGradient(flat(hidden), dHidden), 7);
    assertClose(value, Losses.meanCrossEntropy(p, z, 1), 1, Tolerances.FLOAT32);
    assertClose(
        flat(last.weight().gradient()), flat(Layers.denseWeightGradient(hidden, dz)), 1,
        Tolerances.FLOAT32);
    assertClose(
        flat(first.weight().gradient()), flat(Layers.denseWeightGradient(x, dBefore)), 1,
        Tolerances.FLOAT32);
    assertClose(
        flat(first.bias().gradient()), Layers.denseBiasGradient(dBefore), 1, Tolerances.FLOAT32);
    assertEquals(batch, logits.rows());
  }
}
