package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.optim.Schedule;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

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

  /** Minimises w^2 / 2 by Sutskever's form, c' = mu c - rate g(theta + mu c), and returns theta + mu c. */
  private static double sutskever(double mu, int steps, IntToDoubleFunction rate) {
    double theta = 1;
    double c = 0;
    for (int t = 0; t < steps; t++) {
      c = mu * c - rate.applyAsDouble(t) * (theta + mu * c);
      theta += c;
    }
    return theta + mu * c;
  }

  private static double ours(double mu, int steps, IntToDoubleFunction rate) {
    OptimizerSteps weight = new OptimizerSteps();
    double w = 1;
    for (int t = 0; t < steps; t++) {
      w = weight.sgd(w, w, rate.applyAsDouble(t), mu, true, 0);
    }
    return w;
  }

  /** NOTES (E31): at a constant rate Sutskever's form, seen from the place ahead. */
  @Property(tries = 1000)
  void nesterov(
      @ForAll @DoubleRange(min = 0.01, max = 0.5) double rate,
      @ForAll @DoubleRange(max = 0.95) double mu,
      @ForAll @IntRange(min = 1, max = 50) int steps) {
    assertClose(ours(mu, steps, t -> rate), sutskever(mu, steps, t -> rate), 1, Tolerances.DOUBLE);
  }

  /** NOTES (E31): at a falling rate it is another optimiser. */
  @Test
  void nesterovAtAFallingRateIsAnother() {
    IntToDoubleFunction falling = t -> OptimizerSteps.cosine(0.05, t, 20);
    double distance = Math.abs(ours(0.9, 20, falling) - sutskever(0.9, 20, falling));
    assertTrue(distance > 0.05, () -> "distance " + distance);
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

  /** NOTES (E34): the engine's schedules, at every step. */
  @Property(tries = 200)
  void schedules(@ForAll @IntRange(min = 1, max = 50) int steps) {
    for (int t = 0; t < steps; t++) {
      assertClose(
          Schedule.cosine().rate(0.3, t, steps), OptimizerSteps.cosine(0.3, t, steps), 1,
          Tolerances.DOUBLE);
      assertClose(
          Schedule.step(0.25, 0.5).rate(0.3, t, steps),
          OptimizerSteps.staircase(0.3, 0.25, 0.5, t, steps), 1, Tolerances.DOUBLE);
    }
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
