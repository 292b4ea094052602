package dev.retort.optim;

import module java.base;
import dev.retort.kernel.ParallelRange;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;

/** An update of the elements of every parameter, shared out by the pool. */
final class ParallelUpdate {
  /** Elements below which a second thread does not pay; decision log. */
  private static final long GRAIN = 1L << 13;

  /** Ranges begin at multiples of this many elements: a cache line has 16. */
  private static final int STEP = 64;

  /** An update of elements {@code from} to {@code from + count} of parameter {@code index}. */
  interface Range {
    void run(int index, Parameter parameter, int from, int count);
  }

  private final List<Parameter> parameters;
  private final ParallelRange range;
  private int index;

  ParallelUpdate(List<Parameter> parameters, Range update) {
    this.parameters = List.copyOf(parameters);
    this.range =
        new ParallelRange(GRAIN, STEP, (from, to) -> update.run(index, this.parameters.get(index), from, to - from));
  }

  void run() {
    for (index = 0; index < parameters.size(); index++) {
      range.over(parameters.get(index).value().size(), 1);
    }
  }

  /** A tensor of zeros for each parameter: an optimiser's memory. */
  static List<Tensor> zeros(List<Parameter> parameters) {
    return parameters.stream().map(parameter -> Tensor.zeros(parameter.value().shape())).toList();
  }

  /** A value that must be at least 0 and below a bound. */
  static double requireRange(String name, double value, double below) {
    if (!(value >= 0 && value < below)) {
      throw new IllegalArgumentException(name + " must be in [0, " + below + "), not " + value);
    }
    return value;
  }
}
