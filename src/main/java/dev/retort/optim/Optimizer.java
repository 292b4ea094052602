package dev.retort.optim;

import module java.base;
import dev.retort.kernel.ParallelRange;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;

/** Updates parameters by their gradients, the elements shared out by the pool. One thread at a time. */
public abstract class Optimizer {
  /** With fewer elements a second thread costs more than it saves; see the decision log. */
  private static final long GRAIN = 1L << 13;

  /** Ranges begin at multiples of this many elements: a cache line has 16. */
  private static final int STEP = 64;

  private final List<Parameter> parameters;
  private final ParallelRange range = new ParallelRange(GRAIN, STEP, (from, to) -> update(from, to - from));

  /** Which of the parameters is updated. */
  int index;

  Optimizer(List<Parameter> parameters) {
    this.parameters = List.copyOf(parameters);
  }

  /**
   * One step with the gradients held by the parameters, which are not modified.
   *
   * @param learningRate finite and at least 0
   * @throws IllegalArgumentException if it is not
   */
  public abstract void step(double learningRate);

  /**
   * Describes what the next steps depend on, to save or to restore it.
   *
   * @param state where it is saved to, or restored from
   * @throws IllegalArgumentException if what is restored is missing or of another shape
   */
  public abstract void state(TrainingState state);

  /** Updates {@code count} elements of the parameter, from {@code from} on. */
  abstract void update(int from, int count);

  final void updateAll() {
    for (index = 0; index < parameters.size(); index++) {
      range.over(parameter().value().size(), 1);
    }
  }

  final Parameter parameter() {
    return parameters.get(index);
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
