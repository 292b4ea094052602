package dev.retort.bench;

import dev.retort.bench.Losses.Operation;
import java.util.Arrays;

/**
 * A softmax or a loss over rows of logits: z the student's, v the teacher's, y the labels, at {@link
 * #TEMPERATURE} and the weights below.
 */
final class LossCase {
  /** T of softmax and of the soft part of distillation. */
  static final double TEMPERATURE = 4;

  /** Weight of the hard part of distillation. */
  static final double HARD_WEIGHT = 0.25;

  /** Weight of the soft part of distillation, which T^2 multiplies. */
  static final double SOFT_WEIGHT = 0.75;

  /**
   * How far an element may be from the reference, relative to the terms it was summed from: some
   * eighty roundoffs for the exponential of a logit that was shifted and scaled in floats.
   */
  private static final double ELEMENT_TOLERANCE = 5e-6;

  /** Running sums that a row is spread over at least. */
  private static final int LANES = 16;

  final Operation operation;
  final int rows;
  final int classes;

  /** The student's logits, [rows, classes]. */
  final float[] z;

  /** The teacher's logits, [rows, classes]. */
  final float[] v;

  /** A label a row. */
  final int[] labels;

  LossCase(Operation operation, int rows, int classes) {
    this.operation = operation;
    this.rows = rows;
    this.classes = classes;
    z = Data.normal(3, rows * classes, 3);
    v = Data.normal(4, rows * classes, 5);
    labels = Data.labels(5, rows, classes);
  }

  boolean isLoss() {
    return operation != Operation.SOFTMAX;
  }

  boolean distils() {
    return operation == Operation.DISTILLATION;
  }

  /** What an implementation has computed: a softmax, or a gradient with the mean loss after it. */
  double[] result(float[] elements, double loss) {
    double[] result = Arrays.copyOf(Data.doubles(elements), elements.length + (isLoss() ? 1 : 0));
    if (isLoss()) {
      result[elements.length] = loss;
    }
    return result;
  }

  /**
   * An exponential takes 13 operations: shift, scale, 4 of range reduction, 6 of the polynomial, 1 to
   * put them together; a second one of the same logit shares the shift.
   */
  Cost cost() {
    double softmax = 13 + 1 + 1;
    double each =
        switch (operation) {
          case SOFTMAX, CROSS_ENTROPY -> softmax;
          case DISTILLATION -> softmax + 13 + 12 + 2 + 1 + 3;
        };
    double arrays = distils() ? 3 : 2;
    double elements = (double) rows * classes;
    return new Cost(2 * each * elements, 4 * arrays * elements, elements);
  }

  /** Row after row in double, straight from the definitions. */
  Expected expected() {
    int elements = rows * classes;
    double[] want = new double[elements + (isLoss() ? 1 : 0)];
    double[] tolerance = new double[want.length];
    // A running sum in floats is off by a roundoff a term at worst (Higham 2002, 4.2).
    double relative = ELEMENT_TOLERANCE + 0x1p-24 * classes / LANES;
    double loss = 0;
    for (int i = 0; i < rows; i++) {
      loss += row(i, want, tolerance);
    }
    for (int i = 0; i < elements; i++) {
      tolerance[i] = relative * tolerance[i] + Float.MIN_NORMAL;
    }
    if (isLoss()) {
      want[elements] = loss / rows;
      tolerance[elements] = relative * loss / rows;
    }
    return Expected.within(want, tolerance);
  }

  /** The row's loss; its elements go to {@code want}, what they were summed from to the other. */
  private double row(int i, double[] want, double[] magnitude) {
    double[] hard = logSoftmax(z, i, 1);
    double[] soft = logSoftmax(z, i, TEMPERATURE);
    double[] teacher = logSoftmax(v, i, TEMPERATURE);
    double softWeight = distils() ? SOFT_WEIGHT * TEMPERATURE * TEMPERATURE : 0;
    double hardWeight = distils() ? HARD_WEIGHT : 1;
    double loss = -hardWeight * hard[labels[i]];
    for (int j = 0; j < classes; j++) {
      int at = i * classes + j;
      double p = Math.exp(teacher[j]);
      loss -= softWeight * p * soft[j];
      if (!isLoss()) {
        want[at] = magnitude[at] = Math.exp(soft[j]);
        continue;
      }
      double target = j == labels[i] ? hardWeight : 0;
      double q = Math.exp(hard[j]) * hardWeight;
      double qSoft = softWeight / TEMPERATURE * Math.exp(soft[j]);
      double pSoft = softWeight / TEMPERATURE * p;
      want[at] = (q - target + qSoft - pSoft) / rows;
      magnitude[at] = (q + target + qSoft + pSoft) / rows;
    }
    return loss;
  }

  private double[] logSoftmax(float[] logits, int i, double temperature) {
    float[] row = Arrays.copyOfRange(logits, i * classes, (i + 1) * classes);
    return dev.retort.derivation.Losses.logSoftmax(Data.doubles(row), temperature);
  }
}
