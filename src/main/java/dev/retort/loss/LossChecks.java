package dev.retort.loss;

import dev.retort.tensor.Tensor;

/** What all losses require of their arguments, checked once, before a kernel runs. */
final class LossChecks {
  private LossChecks() {}

  static void requireWeight(String name, double weight) {
    if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          name + " must be finite and at least 0, not " + weight);
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
      throw new IllegalArgumentException(
          name + " " + given + " do not have the shape of the logits, " + logits);
    }
  }

  static void requireTargets(
      String name, int targetRows, int targetClasses, int samples, int classes) {
    if (targetRows != samples || targetClasses != classes) {
      throw new IllegalArgumentException(
          name + " of " + targetRows + " samples and " + targetClasses
              + " classes do not belong to " + samples + " samples and " + classes + " classes");
    }
  }

  static void requireLabels(int[] labels, int classes) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new BadRowException(
            i, "label " + labels[i] + " is not one of the classes 0 to " + (classes - 1));
      }
    }
  }

  /** Throws an exception that names the cause if a kernel found a row without a softmax. */
  static void requireValidRows(int badRow, Tensor logits) {
    if (badRow < 0) {
      return;
    }
    for (int j = 0; j < logits.rowSize(); j++) {
      float z = logits.get(badRow, j);
      if (Float.isNaN(z) || z == Float.POSITIVE_INFINITY) {
        throw new BadRowException(badRow, "the logit of class " + j + " is " + z);
      }
    }
    throw new BadRowException(badRow, "every logit is -Infinity, so no class is possible");
  }

  /** A row of logits, which must have a softmax. */
  static double[] row(Tensor logits, int n) {
    double[] z = new double[logits.rowSize()];
    boolean possible = false;
    boolean valid = true;
    for (int i = 0; i < z.length; i++) {
      z[i] = logits.get(n, i);
      valid &= z[i] < Double.POSITIVE_INFINITY;
      possible |= z[i] != Double.NEGATIVE_INFINITY;
    }
    requireValidRows(valid && possible ? -1 : n, logits);
    return z;
  }

  /** Rows of a teacher's logits, each of which must have a softmax. */
  static Tensor requireSoftmax(Tensor logits) {
    for (int n = 0; n < logits.rows(); n++) {
      row(logits, n);
    }
    return logits;
  }
}
