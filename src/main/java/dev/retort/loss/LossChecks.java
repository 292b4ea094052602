package dev.retort.loss;

import dev.retort.tensor.Tensor;

/** What all losses ask of their arguments, once, before a kernel runs. */
final class LossChecks {
  /** 2/T and T/2 stay normal floats with room to spare. */
  private static final double LOWEST_TEMPERATURE = 1e-30;

  private static final double HIGHEST_TEMPERATURE = 1e30;

  private LossChecks() {}

  /** The kernels' s = 2/T. */
  static float scale(double temperature) {
    if (!(temperature >= LOWEST_TEMPERATURE && temperature <= HIGHEST_TEMPERATURE)) {
      throw new IllegalArgumentException(
          "temperature must be finite and positive (1e-30 to 1e30), not " + temperature);
    }
    return (float) (2 / temperature);
  }

  static double weight(String name, double weight) {
    if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          name + " must be finite and at least 0, not " + weight);
    }
    return weight;
  }

  static void matching(String name, Tensor given, Tensor logits) {
    if (given.rows() != logits.rows() || given.rowSize() != logits.rowSize()) {
      throw new IllegalArgumentException(
          name + " " + given + " do not have the shape of the logits, " + logits);
    }
  }

  static void targets(SoftTargets targets, Tensor logits) {
    if (targets.rows() < logits.rows() || targets.classes() != logits.rowSize()) {
      throw new IllegalArgumentException(
          "soft targets [" + targets.rows() + ", " + targets.classes()
              + "] do not serve the logits " + logits);
    }
  }

  static double[] room(double[] values, int rows) {
    return values.length < rows ? new double[rows] : values;
  }

  static void labels(int[] labels, int rows, int classes) {
    if (labels.length < rows) {
      throw new IllegalArgumentException(labels.length + " labels for " + rows + " rows");
    }
    for (int i = 0; i < rows; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new BadRowException(
            i, "label " + labels[i] + " is not one of the classes 0 to " + (classes - 1));
      }
    }
  }

  /** Turns a kernel's verdict into an error that names the row and what ails it. */
  static void sound(int badRow, Tensor logits) {
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

  /**
   * The sum of the values, in row order; a value can only be infinite where a mask was hit, NOTES
   * (E27).
   */
  static double sum(double[] values, int rows) {
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      if (!Double.isFinite(values[i])) {
        throw new BadRowException(
            i, "the target gives probability to a class whose logit is -Infinity");
      }
      sum += values[i];
    }
    return sum;
  }
}
