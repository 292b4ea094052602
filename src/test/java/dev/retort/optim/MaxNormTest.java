package dev.retort.optim;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.kernel.Pool;
import dev.retort.kernel.RestoreThreads;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit of norms against its formula, written out column by column. */
@ExtendWith(RestoreThreads.class)
final class MaxNormTest {
  private static final double U = 0x1p-24;

  private static Parameter weight(int inputs, int outputs) {
    SplittableRandom random = new SplittableRandom(inputs);
    float[] w = new float[inputs * outputs];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) random.nextDouble(-1, 1);
    }
    return Parameter.weight(Tensor.of(w, inputs, outputs));
  }

  private static double norm(float[] w, int column, int outputs) {
    double sum = 0;
    for (int i = column; i < w.length; i += outputs) {
      sum += (double) w[i] * w[i];
    }
    return Math.sqrt(sum);
  }

  /** Columns below the limit keep their bits, the others get those of the formula; on one thread as on several. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void givesTheBitsOfTheFormula(int count) {
    Pool.setThreads(count);
    int outputs = 700;
    Parameter weight = weight(400, outputs);
    float[] before = weight.value().toArray();
    double limit = 11.5; // near the norm of 400 such weights, sqrt(400 / 3)
    new MaxNorm(List.of(weight), limit).apply();
    float[] after = weight.value().toArray();
    int longer = 0;
    for (int j = 0; j < outputs; j++) {
      double norm = norm(before, j, outputs);
      longer += norm > limit ? 1 : 0;
      for (int i = j; i < before.length; i += outputs) {
        float expected = norm > limit ? before[i] * (float) (limit / norm) : before[i];
        assertEquals(expected, after[i]);
      }
      assertTrue(norm(after, j, outputs) <= limit * (1 + 2 * U));
    }
    assertTrue(longer > 100 && longer < outputs - 100, "columns above the limit: " + longer);
  }

  @Test
  void touchesNothingButTheWeights() {
    Longhand longhand = new Longhand();
    float[] before = longhand.storage.clone();
    float[] bias = longhand.bias.value().toArray();
    new MaxNorm(longhand.parameters(), 0x1p-10).apply();
    int from = longhand.weight.value().offset();
    int to = from + longhand.weight.value().size();
    for (int i = 0; i < before.length; i++) {
      boolean inside = i >= from && i < to;
      assertTrue(inside ? Math.abs(longhand.storage[i]) < 0x1p-9 : longhand.storage[i] == before[i]);
    }
    assertArrayEquals(bias, longhand.bias.value().toArray());
  }

  /** In float, the sum of the squares would be infinite. */
  @Test
  void hugeWeightsAreScaledToo() {
    Parameter weight = Parameter.weight(Tensor.of(new float[] {3e38f, 0, -3e38f, 0}, 2, 2));
    new MaxNorm(List.of(weight), Math.sqrt(2)).apply();
    assertArrayEquals(new float[] {1, 0, -1, 0}, weight.value().toArray(), 1e-6f);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesALimitOutOfRange(double limit) {
    refuses("the limit of the norm must be finite and positive, not " + limit, () -> new MaxNorm(List.of(), limit));
  }
}
