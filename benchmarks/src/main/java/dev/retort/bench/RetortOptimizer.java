package dev.retort.bench;

import dev.retort.optim.Adam;
import dev.retort.optim.Optimizer;
import dev.retort.optim.Sgd;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import java.util.List;

/** Steps of the engine's optimisers. */
final class RetortOptimizer implements Work {
  private final Parameter parameter;
  private final Optimizer optimizer;
  private final double rate;

  RetortOptimizer(OptimizerCase given, double rate) {
    this.rate = rate;
    int n = given.weights.length;
    parameter = Parameter.bias(Tensor.of(given.weights.clone(), n));
    System.arraycopy(given.gradient, 0, parameter.gradient().data(), 0, n);
    List<Parameter> all = List.of(parameter);
    optimizer =
        switch (given.rule) {
          case SGD -> Sgd.polyak(all, StepCase.MOMENTUM, 0);
          case ADAM -> new Adam(all, 0);
        };
  }

  @Override
  public void run() {
    optimizer.step(rate);
  }

  @Override
  public double[] result() {
    return Data.doubles(parameter.value().toArray());
  }
}
