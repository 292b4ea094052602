package dev.retort.train;

import module java.base;
import dev.retort.optim.TrainingState;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;

/** Keeps the parameters of the epoch with the fewest validation errors, the first of equals. */
final class BestWeights {
  private final List<Parameter> parameters;
  private List<Tensor> values = List.of();
  private int errors = Integer.MAX_VALUE;
  private int epochsSince;

  BestWeights(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  /** Keeps the parameters as they are now if their evaluation is the best so far. */
  void update(Evaluation validation) {
    epochsSince++;
    if (validation.errors() < errors) {
      errors = validation.errors();
      epochsSince = 0;
      values = copies();
    }
  }

  private List<Tensor> copies() {
    return parameters.stream()
        .map(Parameter::value)
        .map(value -> Tensor.of(value.toArray(), value.shape()))
        .toList();
  }

  /** How many evaluations followed the best one. */
  int epochsSince() {
    return epochsSince;
  }

  /** Describes what later updates depend on. */
  void state(TrainingState state) {
    errors = state.number("best errors", errors);
    epochsSince = state.number("epochs since best", epochsSince);
    if (errors < Integer.MAX_VALUE && values.isEmpty()) {
      values = copies();
    }
    state.tensors("best", values);
  }

  /** Writes the kept parameters back, if an evaluation was made. */
  void restore() {
    for (int i = 0; i < values.size(); i++) {
      Tensor from = values.get(i);
      Tensor value = parameters.get(i).value();
      System.arraycopy(from.data(), 0, value.data(), value.offset(), value.size());
    }
  }
}
