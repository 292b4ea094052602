package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.optim.Adam;
import dev.retort.optim.MaxNorm;
import dev.retort.optim.Optimizer;
import dev.retort.optim.Sgd;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

/** The engine's optimisers against the longhand ones, over ten steps of random gradients. */
class OptimizerLawsTest {
  private static final double RATE = 0x1p-5;

  /** One longhand step of a weight. */
  private interface Longhand {
    double step(OptimizerSteps state, double w, double dw);
  }

  private static void compare(
      Parameter parameter, Optimizer optimizer, Longhand longhand, long seed) {
    Random random = new Random(seed);
    double[] w = new double[parameter.value().size()];
    OptimizerSteps[] states = new OptimizerSteps[w.length];
    for (int i = 0; i < w.length; i++) {
      states[i] = new OptimizerSteps();
      w[i] = parameter.value().data()[i] = (float) random.nextGaussian();
    }
    for (int t = 0; t < 10; t++) {
      for (int i = 0; i < w.length; i++) {
        float dw = (float) random.nextGaussian();
        parameter.gradient().data()[i] = dw;
        w[i] = longhand.step(states[i], w[i], dw);
      }
      optimizer.step(RATE);
    }
    double[] got = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      got[i] = parameter.value().data()[i];
    }
    assertClose(got, w, 1, Tolerances.FLOAT32);
  }

  private static Parameter parameter(boolean decays) {
    return decays ? Parameter.weight(Tensor.zeros(5)) : Parameter.bias(Tensor.zeros(5));
  }

  /** NOTES (E30), (E31): a bias does not decay. */
  @Property(tries = 1000)
  void sgd(
      @ForAll @DoubleRange(max = 0.95) double momentum,
      @ForAll boolean nesterov,
      @ForAll @DoubleRange(max = 0.5) double decay,
      @ForAll boolean decays,
      @ForAll long seed) {
    Parameter parameter = parameter(decays);
    compare(
        parameter,
        nesterov
            ? Sgd.nesterov(List.of(parameter), momentum, decay)
            : Sgd.polyak(List.of(parameter), momentum, decay),
        (state, w, dw) -> state.sgd(w, dw, RATE, momentum, nesterov, decays ? decay : 0),
        seed);
  }

  /** NOTES (E32), (E33): the betas as the engine rounds them. */
  @Property(tries = 1000)
  void adam(
      @ForAll @DoubleRange(max = 0.95) double beta1,
      @ForAll @DoubleRange(max = 0.999) @Scale(3) double beta2,
      @ForAll @DoubleRange(max = 0.5) double decay,
      @ForAll boolean decays,
      @ForAll long seed) {
    Parameter parameter = parameter(decays);
    compare(
        parameter,
        new Adam(List.of(parameter), beta1, beta2, 0x1p-10, decay),
        (state, w, dw) ->
            state.adam(
                w, dw, RATE, (float) beta1, (float) beta2, 0x1p-10, decays ? decay : 0),
        seed);
  }

  /** NOTES (E53): each column by itself, and none ends above the limit. */
  @Property(tries = 300)
  void maxNorm(
      @ForAll @IntRange(min = 1, max = 40) int inputs,
      @ForAll @IntRange(min = 1, max = 40) int outputs,
      @ForAll @DoubleRange(min = 0.1, max = 10) double limit,
      @ForAll long seed) {
    Random random = new Random(seed);
    Tensor w = Tensor.zeros(inputs, outputs);
    double[][] columns = new double[outputs][inputs];
    for (int k = 0; k < inputs; k++) {
      for (int j = 0; j < outputs; j++) {
        w.set(k, j, (float) random.nextGaussian());
        columns[j][k] = w.get(k, j);
      }
    }
    new MaxNorm(List.of(Parameter.weight(w)), limit).apply();
    for (int j = 0; j < outputs; j++) {
      double[] got = new double[inputs];
      for (int k = 0; k < inputs; k++) {
        got[k] = w.get(k, j);
      }
      assertClose(got, OptimizerSteps.maxNorm(columns[j], limit), 0, Tolerances.FLOAT32);
      assertTrue(Math.sqrt(Arrays.stream(got).map(x -> x * x).sum()) <= limit * (1 + 0x1p-22));
    }
  }
}
