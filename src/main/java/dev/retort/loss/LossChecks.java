package dev.retort.loss;

import dev.retort.tensor.Tensor;

/** What losses require of their arguments, checked once, before a kernel runs. */
final class LossChecks {
  private LossChecks() {}

  static void requireWeight(String name, double weight) {
    if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(name + " must be finite and at least 0, not " + weight);
    }
  }

  static void requireWeights(double hardWeight, double softWeight) {
    requireWeight("hard weight", hardWeight);
    requireWeight("soft weight", softWeight);
    if (hardWeight == 0 && softWeight == 0) {
      throw new IllegalArgumentException("hard weight and soft weight are both 0: nothing to learn");
    }
  }

  static void requireShapeOf(String name, Tensor given, Tensor logits) {
    if (given.rows() != logits.rows() || given.rowSize() != logits.rowSize()) {
      throw new IllegalArgumentException(name + " " + given + " do not have the shape of the logits, " + logits);
    }
  }

  static void requireTargets(String name, int rows, int classes, BatchLoss.Samples bound) {
    int samples = bound.labels().length;
    if (rows != samples || classes != bound.classes()) {
      throw new IllegalArgumentException(
          name + " of " + rows + " samples and " + classes + " classes do not belong to "
              + samples + " samples and " + bound.classes() + " classes");
    }
  }
}
