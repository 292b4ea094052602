package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** The longhand optimisers against closed forms of many steps under one gradient. */
class OptimizerStepsTest {

  /** NOTES (E30): v_t = g (1 - mu^t) / (1 - mu), and w sums these up. */
  @Property(tries = 1000)
  void momentum(
      @ForAll @DoubleRange(min = -5, max = 5) double g,
      @ForAll @DoubleRange(max = 0.95) double mu,
      @ForAll @IntRange(min = 1, max = 20) int steps) {
    OptimizerSteps weight = new OptimizerSteps();
    double w = 1;
    double expected = 1;
    for (int t = 1; t <= steps; t++) {
      w = weight.sgd(w, g, 0.1, mu, false, 0);
      expected -= 0.1 * g * (1 - Math.pow(mu, t)) / (1 - mu);
    }
    assertClose(w, expected, 1, Tolerances.DOUBLE);
  }

  /** NOTES (E31): Nesterov's step is Polyak's next velocity under the same gradient. */
  @Property(tries = 1000)
  void nesterov(
      @ForAll @DoubleRange(min = -5, max = 5) double g,
      @ForAll @DoubleRange(max = 0.95) double mu,
      @ForAll @IntRange(min = 1, max = 20) int steps) {
    OptimizerSteps weight = new OptimizerSteps();
    double w = 1;
    double expected = 1;
    for (int t = 1; t <= steps; t++) {
      w = weight.sgd(w, g, 0.1, mu, true, 0);
      expected -= 0.1 * g * (1 - Math.pow(mu, t + 1)) / (1 - mu);
    }
    assertClose(w, expected, 1, Tolerances.DOUBLE);
  }

  /** NOTES (E30): without a gradient or momentum, L2 decay shrinks by 1 - rate * decay. */
  @Property(tries = 1000)
  void decay(
      @ForAll @DoubleRange(max = 0.9) double decay,
      @ForAll @IntRange(min = 1, max = 20) int steps) {
    OptimizerSteps sgd = new OptimizerSteps();
    OptimizerSteps adam = new OptimizerSteps();
    double w = 3;
    double a = 3;
    for (int t = 0; t < steps; t++) {
      w = sgd.sgd(w, 0, 0.1, 0, false, decay);
      a = adam.adam(a, 0, 0.1, 0.9, 0.999, 1e-8, decay);
    }
    double expected = 3 * Math.pow(1 - 0.1 * decay, steps);
    assertClose(w, expected, 0, Tolerances.DOUBLE);
    // NOTES (E33): decoupled, so it does the same in Adam.
    assertClose(a, expected, 0, Tolerances.DOUBLE);
  }

  /** NOTES (E32): under one gradient the corrected moments are g and g^2 at every step. */
  @Property(tries = 1000)
  void adam(
      @ForAll @DoubleRange(min = -5, max = 5) double g,
      @ForAll @IntRange(min = 1, max = 20) int steps) {
    OptimizerSteps weight = new OptimizerSteps();
    double w = 1;
    for (int t = 0; t < steps; t++) {
      w = weight.adam(w, g, 0.1, 0.9, 0.999, 0.5, 0);
    }
    assertClose(w, 1 - steps * 0.1 * g / (Math.abs(g) + 0.5), 1, Tolerances.DOUBLE);
  }
}
