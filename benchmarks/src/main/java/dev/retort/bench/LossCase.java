package dev.retort.bench;

import java.util.Arrays;

/**
 * A softmax or a loss over rows of logits: z the student's, v the teacher's, y the labels, at {@link
 * #TEMPERATURE} and the weights below.
 */
public final class LossCase {
  /** T of softmax, log-softmax and the soft part of distillation. */
  public static final double TEMPERATURE = 4;

  /** Weight of the hard part of distillation. */
  public static final double HARD_WEIGHT = 0.25;

  /** Weight of the soft part of distillation, which T^2 multiplies. */
  public static final double SOFT_WEIGHT = 0.75;

  /**
   * How far an element may be from the reference, relative to the terms it was summed from: some
   * eighty roundoffs for the exponential of a logit that was shifted and scaled in floats.
   */
  private static final double ELEMENT_TOLERANCE = 5e-6;

  /** Running sums that a row is spread over at least. */
  private static final int LANES = 16;

  /** What is computed; distillation softens the teacher's logits first. */
  public enum Operation {
    /** softmax(z / T). */
    SOFTMAX,
    /** log softmax(z / T). */
    LOG_SOFTMAX,
    /** Mean cross entropy of the labels, the value alone. */
    CROSS_ENTROPY,
    /** Value and gradient. */
    CROSS_ENTROPY_GRADIENT,
    /** Hard and soft part, the value alone. */
    DISTILLATION,
    /** Value and gradient. */
    DISTILLATION_GRADIENT;

    /** Whether the result is a loss, behind its gradient if there is one. */
    public boolean isLoss() {
      return this != SOFTMAX && this != LOG_SOFTMAX;
    }

    /** Whether the result has an element for each logit. */
    public boolean fillsRows() {
      return this != CROSS_ENTROPY && this != DISTILLATION;
    }

    /** Whether there is a teacher. */
    public boolean distils() {
      return this == DISTILLATION || this == DISTILLATION_GRADIENT;
    }
  }

  final Operation operation;
  final int rows;
  final int classes;
  final float[] z;
  final float[] v;
  final int[] labels;

  LossCase(Operation operation, int rows, int classes) {
    this.operation = operation;
    this.rows = rows;
    this.classes = classes;
    z = Data.normal(3, rows * classes, 3);
    v = Data.normal(4, rows * classes, 5);
    labels = Data.labels(5, rows, classes);
  }

  /** What is computed. */
  public Operation operation() {
    return operation;
  }

  /** Rows of logits. */
  public int rows() {
    return rows;
  }

  /** Logits a row. */
  public int classes() {
    return classes;
  }

  /** The student's logits, [rows, classes]. */
  public float[] z() {
    return z;
  }

  /** The teacher's logits, [rows, classes]. */
  public float[] v() {
    return v;
  }

  /** A label a row. */
  public int[] labels() {
    return labels;
  }

  /**
   * An exponential takes 13 operations: shift, scale, 4 of range reduction, 6 of the polynomial, 1 to
   * put them together; a second one of the same logit shares the shift.
   */
  Cost cost() {
    double softmax = 13 + 1 + 1;
    double each =
        switch (operation) {
          case SOFTMAX, LOG_SOFTMAX -> softmax;
          case CROSS_ENTROPY -> 13 + 1;
          case CROSS_ENTROPY_GRADIENT -> 13 + 1 + 1;
          case DISTILLATION -> softmax + 13 + 12 + 2 + 1;
          case DISTILLATION_GRADIENT -> softmax + 13 + 12 + 2 + 1 + 3;
        };
    double arrays = 1 + (operation.distils() ? 1 : 0) + (operation.fillsRows() ? 1 : 0);
    double elements = (double) rows * classes;
    return new Cost(2 * each * elements, 4 * arrays * elements, elements);
  }

  /** Row after row in double, straight from the definitions. */
  Answer answer() {
    int filled = operation.fillsRows() ? rows * classes : 0;
    double[] want = new double[filled + (operation.isLoss() ? 1 : 0)];
    double[] tolerance = new double[want.length];
    // A running sum in floats is off by a roundoff a term at worst (Higham 2002, 4.2).
    double relative = ELEMENT_TOLERANCE + 0x1p-24 * classes / LANES;
    double loss = 0;
    for (int i = 0; i < rows; i++) {
      loss += row(i, want, tolerance);
    }
    if (operation.isLoss()) {
      want[filled] = loss / rows;
      tolerance[filled] = relative * loss / rows;
    }
    for (int i = 0; i < filled; i++) {
      tolerance[i] = relative * tolerance[i] + Float.MIN_NORMAL;
    }
    return Answer.within(want, tolerance);
  }

  /** The row's loss; its elements go to {@code want}, what they were summed from to the other. */
  private double row(int i, double[] want, double[] magnitude) {
    double[] hard = logSoftmax(z, i, 1);
    double[] soft = logSoftmax(z, i, TEMPERATURE);
    double[] teacher = logSoftmax(v, i, TEMPERATURE);
    double softWeight = operation.distils() ? SOFT_WEIGHT * TEMPERATURE * TEMPERATURE : 0;
    double hardWeight = operation.distils() ? HARD_WEIGHT : 1;
    double loss = -hardWeight * hard[labels[i]];
    for (int j = 0; j < classes; j++) {
      double p = Math.exp(teacher[j]);
      loss -= softWeight * p * soft[j];
      if (operation.fillsRows()) {
        double hit = j == labels[i] ? hardWeight : 0;
        double q = Math.exp(hard[j]) * hardWeight;
        double qSoft = softWeight / TEMPERATURE * Math.exp(soft[j]);
        double pSoft = softWeight / TEMPERATURE * p;
        int at = i * classes + j;
        switch (operation) {
          case SOFTMAX -> want[at] = magnitude[at] = Math.exp(soft[j]);
          case LOG_SOFTMAX -> {
            want[at] = soft[j];
            magnitude[at] = -soft[j];
          }
          default -> {
            want[at] = (q - hit + qSoft - pSoft) / rows;
            magnitude[at] = (q + hit + qSoft + pSoft) / rows;
          }
        }
      }
    }
    return loss;
  }

  private double[] logSoftmax(float[] logits, int i, double temperature) {
    float[] row = Arrays.copyOfRange(logits, i * classes, (i + 1) * classes);
    return dev.retort.derivation.Losses.logSoftmax(Data.doubles(row), temperature);
  }
}
