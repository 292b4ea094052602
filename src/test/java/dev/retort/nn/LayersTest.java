package dev.retort.nn;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.kernel.Pool;
import dev.retort.kernel.RestoreThreads;
import dev.retort.tensor.RandomTensor;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers, one at a time. */
@Tag("bits")
@ExtendWith(RestoreThreads.class)
final class LayersTest {
  /** Every output is one chain of fused multiply-adds from the bias; rows of a view, too. */
  @Test
  void denseGivesTheBitsOfItsChains() {
    Tensor x = RandomTensor.of(1, 9, 7).rows(2, 8);
    Tensor weights = RandomTensor.of(2, 11, 6).rows(3, 10);
    Tensor bias = Tensor.of(RandomTensor.of(3, 1, 6).data(), 6);
    Dense dense = new Dense(weights, bias, Activation.IDENTITY);
    Tensor y = Tensor.zeros(8, 6).rows(1, 7);
    dense.forward(x, y);
    Tensor rectified = Tensor.zeros(6, 6);
    new Dense(weights, bias, Activation.RELU).forward(x, rectified);
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 6; j++) {
        float s = bias.get(j, 0);
        for (int p = 0; p < 7; p++) {
          s = Math.fma(x.get(i, p), weights.get(p, j), s);
        }
        assertEquals(s, y.get(i, j));
        assertEquals(s > 0 ? s : 0f, rectified.get(i, j));
      }
    }
    assertEquals(0f, y.data()[0]);
    assertEquals(7, dense.inputs());
    assertEquals(6, dense.outputs());
  }

  @Test
  void denseBackwardGivesTheBitsOfItsChains() {
    Tensor x = RandomTensor.of(1, 9, 7).rows(2, 8);
    Tensor dy = RandomTensor.of(4, 9, 6).rows(1, 7);
    Tensor weights = RandomTensor.of(2, 11, 6).rows(3, 10);
    Dense dense = new Dense(weights, Tensor.zeros(6), Activation.IDENTITY);
    Tensor dx = Tensor.zeros(8, 7).rows(1, 7);
    float[] before = dy.toArray();
    dense.backward(x, Tensor.zeros(6, 6), dy);
    dense.inputGradient(dy, dx);
    assertArrayEquals(before, dy.toArray());
    for (int p = 0; p < 7; p++) {
      for (int j = 0; j < 6; j++) {
        float dw = 0;
        for (int i = 0; i < 6; i++) {
          dw = Math.fma(x.get(i, p), dy.get(i, j), dw);
        }
        assertEquals(dw, dense.weight().gradient().get(p, j));
      }
    }
    for (int j = 0; j < 6; j++) {
      float db = 0;
      for (int i = 0; i < 6; i++) {
        db += dy.get(i, j);
      }
      assertEquals(db, dense.bias().gradient().get(j, 0));
    }
    for (int i = 0; i < 6; i++) {
      for (int p = 0; p < 7; p++) {
        float s = 0;
        for (int j = 0; j < 6; j++) {
          s = Math.fma(dy.get(i, j), dense.weight().value().get(p, j), s);
        }
        assertEquals(s, dx.get(i, p));
      }
    }
    assertEquals(0f, dx.data()[6]);
    assertEquals(0f, dx.data()[7 + 42]);
  }

  /** NOTES (E6): behind a rectifier, or a dropout after it, a gradient passes where the output is above 0. */
  @Test
  void theRectifierPassesGradientsWhereItsOutputIsAboveZero() {
    Tensor x = RandomTensor.of(1, 6, 7);
    Tensor w = RandomTensor.of(2, 7, 9);
    Dense rectified = new Dense(w, Tensor.zeros(9), Activation.RELU);
    Dense linear = new Dense(w, Tensor.zeros(9), Activation.IDENTITY);
    Tensor y = Tensor.zeros(6, 9);
    rectified.forward(x, y);
    y.set(2, 3, 0f);
    Tensor dy = RandomTensor.of(4, 6, 9);
    Tensor passed = Tensor.of(dy.toArray(), 6, 9);
    for (int i = 0; i < dy.size(); i++) {
      passed.data()[i] = y.data()[i] > 0 ? dy.data()[i] : 0f;
    }
    rectified.backward(x, y, dy);
    linear.backward(x, y, passed);
    assertArrayEquals(passed.data(), dy.data());
    assertArrayEquals(
        linear.weight().gradient().data(), rectified.weight().gradient().data());
    assertArrayEquals(linear.bias().gradient().data(), rectified.bias().gradient().data());
  }

  /** Just large enough for eight parts, by columns and by rows. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void threadsDoNotChangeABit(int count) {
    for (int[] sizes : new int[][] {{130, 160, 210}, {350, 130, 97}}) {
      Tensor x = RandomTensor.of(1, sizes[0], sizes[1]);
      Tensor dy = RandomTensor.of(2, sizes[0], sizes[2]);
      float[][] one = passes(1, x, dy);
      float[][] many = passes(count, x, dy);
      for (int i = 0; i < one.length; i++) {
        assertArrayEquals(one[i], many[i]);
      }
    }
  }

  private static float[][] passes(int count, Tensor x, Tensor dy) {
    Pool.setThreads(count);
    Dense dense = Dense.random(x.rowSize(), dy.rowSize(), Activation.RELU, Initialisation.HE, 3);
    Tensor y = Tensor.zeros(x.rows(), dy.rowSize());
    Tensor dx = Tensor.zeros(x.rows(), x.rowSize());
    dense.forward(x, y);
    dense.backward(x, y, dy);
    dense.addBackward(x, y, dy);
    dense.inputGradient(dy, dx);
    return new float[][] {
      y.data(), dx.data(), dense.weight().gradient().data(), dense.bias().gradient().data()
    };
  }

  @Test
  void denseRefusesShapesThatDoNotFit() {
    String shape = "a dense layer needs weights [inputs, outputs] and biases [outputs], not ";
    refuses(shape + "Tensor[6] and Tensor[3]", () -> dense(new int[] {6}, 3));
    refuses(shape + "Tensor[2, 3, 4] and Tensor[4]", () -> dense(new int[] {2, 3, 4}, 4));
    refuses(shape + "Tensor[2, 3] and Tensor[3, 1]", () -> dense(new int[] {2, 3}, 3, 1));
    refuses(shape + "Tensor[0, 3] and Tensor[3]", () -> dense(new int[] {0, 3}, 3));
    refuses(
        "weights Tensor[2, 3] have 3 outputs, biases 2", () -> dense(new int[] {2, 3}, 2));
  }

  private static Dense dense(int[] weight, int... bias) {
    return new Dense(Tensor.zeros(weight), Tensor.zeros(bias), Activation.IDENTITY);
  }

  @ParameterizedTest
  @EnumSource
  void weightsAreUniformWithTheVarianceOfTheirInitialisation(Initialisation initialisation) {
    Dense dense = Dense.random(120, 200, Activation.RELU, initialisation, 7);
    double sum = 0;
    double squares = 0;
    float highest = 0;
    for (float w : dense.weight().value().data()) {
      sum += w;
      squares += w * w;
      highest = Math.max(highest, Math.abs(w));
    }
    int n = 120 * 200;
    double variance =
        switch (initialisation) {
          case HE -> 2.0 / 120;
          case XAVIER -> 2.0 / (120 + 200);
        };
    double bound = Math.sqrt(3 * variance);
    // Uniform: the mean spreads by sqrt(variance / n), the mean square by variance sqrt(0.8 / n).
    assertEquals(0, sum / n, 4 * Math.sqrt(variance / n));
    assertEquals(variance, squares / n, 4 * variance * Math.sqrt(0.8 / n));
    assertTrue(highest <= bound && highest > 0.999 * bound);
    for (float b : dense.bias().value().data()) {
      assertEquals(0f, b);
    }
    assertTrue(dense.weight().decays() && !dense.bias().decays());
  }

  @Test
  void dropoutKeepsTheMeanAndItsRate() {
    int n = 20_000;
    for (double rate : new double[] {0.1, 0.5, 0.9}) {
      Tensor y = Tensor.zeros(10, n / 10);
      Arrays.fill(y.data(), 1f);
      Dropout dropout = new Dropout(rate, 1);
      dropout.forward(y, 0, 0);
      int kept = 0;
      for (float v : y.data()) {
        assertTrue(v == 0f || v == (float) (1 / (1 - rate)));
        kept += v == 0f ? 0 : 1;
      }
      assertEquals(1 - rate, (double) kept / n, 4 * Math.sqrt(rate * (1 - rate) / n));
    }
  }

  @Test
  void dropoutOfRateZeroDropsNothing() {
    Tensor y = RandomTensor.of(1, 10, 100);
    float[] before = y.toArray();
    new Dropout(0, 1).forward(y, 0, 0);
    assertArrayEquals(before, y.data());
  }

  @Test
  void dropoutsOfOtherSeedsDrawApart() {
    Tensor a = RandomTensor.of(1, 4, 50);
    Tensor b = RandomTensor.of(1, 4, 50);
    new Dropout(0.5, 1).forward(a, 0, 0);
    new Dropout(0.5, 2).forward(b, 0, 0);
    assertNotEquals(Arrays.toString(a.data()), Arrays.toString(b.data()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, 1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
  void dropoutRefusesARateThatLeavesNothing(double rate) {
    refuses("dropout rate must be in [0, 1), not " + rate, () -> new Dropout(rate, 1));
  }
}
