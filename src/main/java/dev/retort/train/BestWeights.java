package dev.retort.train;

import dev.retort.tensor.Parameter;
import java.util.List;

/** Remembers the parameters of the epoch with the fewest validation errors, the first of equals. */
final class BestWeights {
  private final List<Parameter> parameters;
  private List<float[]> values;
  private int errors = Integer.MAX_VALUE;
  private int epochsSince;

  BestWeights(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  /** Judges the parameters as they are now; without a judgement there is nothing to remember. */
  void offer(Evaluation judged) {
    if (judged == null) {
      return;
    }
    epochsSince++;
    if (judged.errors() < errors) {
      errors = judged.errors();
      epochsSince = 0;
      values = parameters.stream().map(parameter -> parameter.value().toArray()).toList();
    }
  }

  boolean isStale(int patience) {
    return patience > 0 && epochsSince >= patience;
  }

  void restore() {
    for (int i = 0; values != null && i < values.size(); i++) {
      var value = parameters.get(i).value();
      System.arraycopy(values.get(i), 0, value.data(), value.offset(), value.size());
    }
  }
}
