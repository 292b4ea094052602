package dev.retort.optim;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adam and AdamW against their formula, written out step by step. */
final class AdamTest {
  // Short sums of powers of two: the same numbers in float and in double.
  private static final double BETA1 = 0.875;
  private static final double BETA2 = 0.96875;
  private static final double EPSILON = 0x1p-20;
  private static final double DECAY = 0x1p-3;
  private static final double RATE = 0x1p-6;
  private static final int STEPS = 8;
  private static final double U = 0x1p-24;

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01})
  void givesTheBitsOfTheFormula(double decay) {
    Longhand longhand = new Longhand();
    Adam adam = Longhand.adam(longhand.parameters(), decay);
    float[][] w = {longhand.weight.value().toArray(), longhand.bias.value().toArray()};
    float[][] m = {new float[w[0].length], new float[w[1].length]};
    float[][] v = {new float[w[0].length], new float[w[1].length]};
    for (int t = 1; t <= STEPS; t++) {
      double learningRate = 0.01 / t;
      float rate = (float) (learningRate / (1 - StrictMath.pow(0.9f, t)));
      float correction = (float) (1 / Math.sqrt(1 - StrictMath.pow(0.999f, t)));
      longhand.gradients();
      for (int i = 0; i < 2; i++) {
        float[] dw = longhand.parameters().get(i).gradient().toArray();
        float shrink = i == 0 ? (float) (1 - learningRate * decay) : 1f;
        for (int j = 0; j < w[i].length; j++) {
          m[i][j] = Math.fma(0.9f, m[i][j], (1 - 0.9f) * dw[j]);
          v[i][j] = Math.fma(0.999f, v[i][j], (1 - 0.999f) * dw[j] * dw[j]);
          float divisor = Math.fma((float) Math.sqrt(v[i][j]), correction, 1e-8f);
          w[i][j] = Math.fma(-rate, m[i][j] / divisor, w[i][j] * shrink);
        }
      }
      adam.step(learningRate);
      assertArrayEquals(w[0], longhand.weight.value().toArray());
      assertArrayEquals(w[1], longhand.bias.value().toArray());
    }
  }

  @Test
  void staysWithinTheRoundingOfTheFormula() {
    double share = worstShareOfBound(DECAY);
    assertTrue(share > 0 && share <= 1, () -> "share of the bound: " + share);
  }

  @Test
  void theBoundRejectsAForgottenDecay() {
    assertTrue(worstShareOfBound(0) > 100);
  }

  /**
   * The formula of the paper in double, with the error that float32 may have gathered: every rounding
   * adds u of its result, and v, a sum of squares, has a relative error.
   */
  private static double worstShareOfBound(double expectedDecay) {
    Longhand longhand = new Longhand();
    Adam adam = new Adam(longhand.parameters(), BETA1, BETA2, EPSILON, DECAY);
    int n = longhand.weight.value().size();
    float[] start = longhand.weight.value().toArray();
    double[] w = new double[n];
    Arrays.setAll(w, j -> start[j]);
    double[] m = new double[n];
    double[] v = new double[n];
    double[] wError = new double[n];
    double[] mError = new double[n];
    for (int t = 1; t <= STEPS; t++) {
      longhand.gradients();
      float[] dw = longhand.weight.gradient().toArray();
      adam.step(RATE);
      for (int j = 0; j < n; j++) {
        m[j] = BETA1 * m[j] + (1 - BETA1) * dw[j];
        v[j] = BETA2 * v[j] + (1 - BETA2) * dw[j] * dw[j];
        mError[j] = BETA1 * mError[j] + U * (1 - BETA1) * Math.abs(dw[j]);
        mError[j] += U * (Math.abs(m[j]) + mError[j]);
        double rate = RATE / (1 - Math.pow(BETA1, t));
        double divisor = Math.sqrt(v[j] / (1 - Math.pow(BETA2, t))) + EPSILON;
        // v: 3 roundings a step, halved by the root; root, correction, divisor, quotient, rate: 1 each.
        double relative = (1.5 * t + 5) * U;
        w[j] = w[j] * (1 - RATE * expectedDecay) - rate * m[j] / divisor;
        wError[j] += rate / divisor * (mError[j] + relative * (Math.abs(m[j]) + mError[j]));
        wError[j] += 3 * U * (Math.abs(w[j]) + wError[j]); // shrink, its product, the fma
      }
    }
    double worst = 0;
    float[] got = longhand.weight.value().toArray();
    for (int j = 0; j < n; j++) {
      worst = Math.max(worst, Math.abs(got[j] - w[j]) / (wError[j] * (1 + 1e-5)));
    }
    return worst;
  }

  @Test
  void theFirstStepIsTheLearningRateAgainstTheSignOfTheGradient() {
    Parameter three = Parameter.weight(Tensor.zeros(3));
    System.arraycopy(new float[] {5f, -1e-3f, 0f}, 0, three.gradient().data(), 0, 3);
    Longhand.adam(List.of(three), 0).step(0.01);
    assertEquals(-0.01f, three.value().get(0, 0), 4e-9f);
    assertEquals(0.01f / (1 + 1e-5f), three.value().get(1, 0), 4e-9f);
    assertEquals(0f, three.value().get(2, 0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY, 1})
  void refusesNumbersOutsideOfTheirRange(double wrong) {
    List<Parameter> none = List.of();
    String range = " must be in [0, 1.0), not ";
    refuses("beta1" + range + (double) (float) wrong, () -> new Adam(none, wrong, 0.9, 1e-8, 0));
    refuses("beta2" + range + (double) (float) wrong, () -> new Adam(none, 0.9, wrong, 1e-8, 0));
    refuses("epsilon" + range + wrong, () -> new Adam(none, 0.9, 0.9, wrong, 0));
    refuses("weight decay" + range + wrong, () -> Longhand.adam(none, wrong));
  }

  @Test
  void refusesAnEpsilonThatAFloatCouldLose() {
    List<Parameter> none = List.of();
    for (double lost : new double[] {0, 9e-31}) {
      refuses("epsilon must be at least 1e-30, not " + lost, () -> new Adam(none, 0, 0, lost, 0));
    }
    new Adam(none, 0, 0, 1e-30, 0).step(0);
  }

  @Test
  void refusesAMemoryThatRoundsToOne() {
    double almost = Math.nextDown(1.0);
    refuses("beta1 must be in [0, 1.0), not 1.0", () -> new Adam(List.of(), almost, 0.9, 1e-8, 0));
    refuses("beta2 must be in [0, 1.0), not 1.0", () -> new Adam(List.of(), 0.9, almost, 1e-8, 0));
  }
}
