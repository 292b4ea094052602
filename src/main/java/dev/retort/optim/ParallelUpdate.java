package dev.retort.optim;

import dev.retort.kernel.Pool;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import java.util.List;

/** Runs an update over the elements of every parameter, shared out by the pool. */
final class ParallelUpdate implements Pool.Task {
  /** Elements below which a second thread does not pay; benchmarks/DECISIONS.md. */
  private static final long GRAIN = 1L << 13;

  /** ParallelUpdate elements {@code from} to {@code from + count} of parameter {@code index}. */
  interface Range {
    /** The update itself. */
    void run(int index, Parameter parameter, int from, int count);
  }

  private final List<Parameter> parameters;
  private final Range range;
  private int index;

  ParallelUpdate(List<Parameter> parameters, Range range) {
    this.parameters = List.copyOf(parameters);
    this.range = range;
  }

  void run() {
    for (index = 0; index < parameters.size(); index++) {
      Pool.run(this, Pool.parts(parameters.get(index).value().size(), GRAIN));
    }
  }

  @Override
  public void run(int part, int parts) {
    Parameter parameter = parameters.get(index);
    int size = parameter.value().size();
    int from = Pool.begin(size, part, parts, 64);
    range.run(index, parameter, from, Pool.begin(size, part + 1, parts, 64) - from);
  }

  /** A tensor of zeros for each parameter: an optimiser's memory. */
  static List<Tensor> zeros(List<Parameter> parameters) {
    return parameters.stream().map(parameter -> Tensor.zeros(parameter.value().shape())).toList();
  }

  static double checked(String name, double value, double below) {
    if (!(value >= 0 && value < below)) {
      throw new IllegalArgumentException(
          name + " must be in [0, " + below + "), not " + value);
    }
    return value;
  }
}
