package dev.retort.bench;

import dev.retort.bench.OptimizerStep.Rule;
import dev.retort.derivation.OptimizerSteps;

/** Steps of an optimiser over one tensor, its gradient always the same. */
final class OptimizerCase {
  final Rule rule;

  /** Before the first step. */
  final float[] weights;

  final float[] gradient;

  OptimizerCase(Rule rule, int parameters) {
    this.rule = rule;
    weights = Data.normal(40, parameters, 0.1);
    gradient = Data.normal(41, parameters, 0.1);
  }

  /** Weights, gradient and one or two memories; all but the gradient are updated in place. */
  Cost cost() {
    double n = weights.length;
    return rule == Rule.SGD ? new Cost(2 * 3 * n, 4 * 3 * n, n) : new Cost(2 * 10 * n, 4 * 4 * n, n);
  }

  /** The weights after two steps, within some roundoffs of the weight and of the change. */
  private Expected expected() {
    double[] want = new double[weights.length];
    double[] tolerance = new double[weights.length];
    for (int i = 0; i < want.length; i++) {
      OptimizerSteps steps = new OptimizerSteps();
      want[i] = weights[i];
      for (int step = 0; step < StepCase.CHECKED_STEPS; step++) {
        want[i] =
            switch (rule) {
              case SGD ->
                  steps.sgd(
                      want[i], gradient[i], StepCase.CHECKED_RATE, StepCase.MOMENTUM, false, 0);
              case ADAM ->
                  steps.adam(want[i], gradient[i], StepCase.CHECKED_RATE, 0.9, 0.999, 1e-8, 0);
            };
      }
      tolerance[i] = 5e-6 * Math.abs(want[i] - weights[i]) + 0x1p-22 * Math.abs(weights[i]);
    }
    return Expected.within(want, tolerance);
  }

  /** Checks an implementation's steps. */
  void check(Implementation implementation, int threads) {
    Work work = implementation.optimizerStep(this, threads, StepCase.CHECKED_RATE);
    for (int step = 1; step < StepCase.CHECKED_STEPS; step++) {
      work.run();
    }
    expected().check(implementation.name(), work);
  }
}
