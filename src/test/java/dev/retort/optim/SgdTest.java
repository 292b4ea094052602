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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradient descent against its formula, written out step by step. */
final class SgdTest {
  // Powers of two and short sums of them: the same numbers in float and in double.
  private static final double MOMENTUM = 0.875;
  private static final double DECAY = 0x1p-6;
  private static final double[] RATES = {0x1p-3, 0x1p-4, 0, 0x1p-3, 0x1p-5, 0x1p-6};
  private static final double U = 0x1p-24;

  private static Sgd sgd(
      List<Parameter> parameters, double momentum, boolean nesterov, double decay) {
    return nesterov
        ? Sgd.nesterov(parameters, momentum, decay) : Sgd.polyak(parameters, momentum, decay);
  }

  @ParameterizedTest
  @CsvSource({"0,false,0", "0.9,false,0", "0.9,true,0", "0.9,false,1e-3", "0.9,true,1e-3"})
  void givesTheBitsOfTheFormula(float momentum, boolean nesterov, float decay) {
    Longhand longhand = new Longhand();
    Sgd sgd = sgd(longhand.parameters(), momentum, nesterov, decay);
    float[][] w = {longhand.weight.value().toArray(), longhand.bias.value().toArray()};
    float[][] v = {new float[w[0].length], new float[w[1].length]};
    for (int step = 0; step < 6; step++) {
      float rate = 0.1f / (step + 1);
      longhand.gradients();
      for (int i = 0; i < 2; i++) {
        float[] dw = longhand.parameters().get(i).gradient().toArray();
        float ownDecay = i == 0 ? decay : 0f;
        for (int j = 0; j < w[i].length; j++) {
          float g = Math.fma(ownDecay, w[i][j], dw[j]);
          v[i][j] = Math.fma(momentum, v[i][j], g);
          float direction = nesterov ? Math.fma(momentum, v[i][j], g) : v[i][j];
          w[i][j] = Math.fma(-rate, direction, w[i][j]);
        }
      }
      sgd.step(rate);
      assertArrayEquals(w[0], longhand.weight.value().toArray());
      assertArrayEquals(w[1], longhand.bias.value().toArray());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void staysWithinTheRoundingOfTheFormula(boolean nesterov) {
    Longhand longhand = new Longhand();
    double share = worstShareOfBound(longhand, nesterov, nesterov);
    assertTrue(share > 0 && share <= 1, () -> "share of the bound: " + share);
  }

  @Test
  void theBoundRejectsTheOtherFormula() {
    assertTrue(worstShareOfBound(new Longhand(), true, false) > 100);
    assertTrue(worstShareOfBound(new Longhand(), false, true) > 100);
  }

  /** In double, with the error that float32 may have gathered: each fma rounds by u of its result. */
  private static double worstShareOfBound(Longhand longhand, boolean nesterov, boolean expected) {
    Sgd sgd = sgd(longhand.parameters(), MOMENTUM, nesterov, DECAY);
    int n = longhand.weight.value().size();
    float[] start = longhand.weight.value().toArray();
    double[] w = new double[n];
    Arrays.setAll(w, j -> start[j]);
    double[] v = new double[n];
    double[] wError = new double[n];
    double[] vError = new double[n];
    for (double rate : RATES) {
      longhand.gradients();
      float[] dw = longhand.weight.gradient().toArray();
      sgd.step(rate);
      for (int j = 0; j < n; j++) {
        double g = DECAY * w[j] + dw[j];
        v[j] = MOMENTUM * v[j] + g;
        double direction = expected ? MOMENTUM * v[j] + g : v[j];
        double gError = DECAY * wError[j] + rounding(g, DECAY * wError[j]);
        vError[j] = MOMENTUM * vError[j] + gError;
        vError[j] += rounding(v[j], vError[j]);
        double dError = expected ? MOMENTUM * vError[j] + gError : vError[j];
        dError += expected ? rounding(direction, dError) : 0;
        w[j] -= rate * direction;
        wError[j] += rate * dError;
        wError[j] += rounding(w[j], wError[j]);
      }
    }
    double worst = 0;
    float[] got = longhand.weight.value().toArray();
    for (int j = 0; j < n; j++) {
      worst = Math.max(worst, Math.abs(got[j] - w[j]) / wError[j]);
    }
    return worst;
  }

  private static double rounding(double value, double error) {
    return U * (Math.abs(value) + error) * (1 + 1e-6);
  }

  @Test
  void touchesNothingButTheParameters() {
    Longhand longhand = new Longhand();
    float[] before = longhand.storage.clone();
    longhand.gradients();
    float[] gradient = longhand.weight.gradient().toArray();
    Sgd.nesterov(longhand.parameters(), 0.5, 0.1).step(0.1);
    int from = longhand.weight.value().offset();
    int to = from + longhand.weight.value().size();
    assertArrayEquals(
        Arrays.copyOf(before, from), Arrays.copyOf(longhand.storage, from));
    assertArrayEquals(
        Arrays.copyOfRange(before, to, before.length),
        Arrays.copyOfRange(longhand.storage, to, before.length));
    assertArrayEquals(gradient, longhand.weight.gradient().toArray());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY, 1})
  void refusesMomentumAndDecayOutsideOfTheirRange(double wrong) {
    refuses("momentum must be in [0, 1.0), not " + wrong, () -> Sgd.polyak(List.of(), wrong, 0));
    refuses("weight decay must be in [0, 1.0), not " + wrong, () -> Sgd.polyak(List.of(), 0, wrong));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY, Double.MAX_VALUE})
  void refusesALearningRateThatIsNoNumberOrNegative(double wrong) {
    Parameter one = Parameter.weight(Tensor.of(new float[] {3f}, 1));
    for (Optimizer optimizer : List.of(Sgd.polyak(List.of(one), 0, 0), Longhand.adam(List.of(one), 0))) {
      refuses(
          "learning rate must be in [0, " + (double) Float.MAX_VALUE + "), not " + wrong,
          () -> optimizer.step(wrong));
    }
    assertEquals(3f, one.value().get(0, 0));
  }
}
