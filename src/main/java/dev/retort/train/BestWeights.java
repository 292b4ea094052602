package dev.retort.train;

import module java.base;
import dev.retort.optim.TrainingState;
import dev.retort.tensor.Tensor;

/** Keeps the parameters of the epoch with the fewest validation errors, the first of equals. */
final class BestWeights {
  private final List<Tensor> parameters;
  private List<Tensor> best = List.of();
  private int errors = Integer.MAX_VALUE;
  private int epochsSince;

  BestWeights(List<Tensor> parameters) {
    this.parameters = parameters;
  }

  /** Keeps the parameters as they are now if their evaluation is the best so far. */
  void update(Evaluation validation) {
    epochsSince++;
    if (validation.errors() < errors) {
      errors = validation.errors();
      epochsSince = 0;
      best = copies();
    }
  }

  private List<Tensor> copies() {
    return parameters.stream().map(value -> Tensor.of(value.toArray(), value.shape())).toList();
  }

  /** How many evaluations followed the best one. */
  int epochsSince() {
    return epochsSince;
  }

  /** Describes what later updates depend on. */
  void state(TrainingState state) {
    errors = state.number("best errors", errors);
    epochsSince = state.number("epochs since best", epochsSince);
    if (errors < Integer.MAX_VALUE && best.isEmpty()) {
      best = copies();
    }
    state.tensors("best", best);
  }

  /** Writes the kept parameters back, if an evaluation was made. */
  void restore() {
    for (int i = 0; i < best.size(); i++) {
      Tensor into = parameters.get(i);
      System.arraycopy(best.get(i).data(), 0, into.data(), into.offset(), into.size());
    }
  }
}
