package dev.retort.train;

import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import java.util.List;

/** Keeps the parameters of the epoch with the fewest validation errors, the first of equals. */
final class BestWeights {
  private final List<Parameter> parameters;
  private List<float[]> values = List.of();
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
      values = parameters.stream().map(parameter -> parameter.value().toArray()).toList();
    }
  }

  /** How many evaluations followed the best one. */
  int epochsSince() {
    return epochsSince;
  }

  /** Writes the kept parameters back, if an evaluation was made. */
  void restore() {
    for (int i = 0; i < values.size(); i++) {
      Tensor value = parameters.get(i).value();
      System.arraycopy(values.get(i), 0, value.data(), value.offset(), value.size());
    }
  }
}
