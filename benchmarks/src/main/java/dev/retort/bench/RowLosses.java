package dev.retort.bench;

import module java.base;
import dev.retort.derivation.Losses;
import org.openjdk.jmh.annotations.Param;

/**
 * Softmax and losses over rows of logits: z the student's, v the teacher's, y the labels; the result is a softmax or
 * a gradient, then the mean loss, 0 for a softmax.
 */
public class RowLosses extends Timed {
  /** T of the softmax and of the soft part of distillation. */
  static final double TEMPERATURE = 4;

  /**
   * softmax(z / T); mean cross entropy of the labels, value and gradient; the teacher's softened logits, then value and
   * gradient of hard and soft part, whose weight T^2 multiplies.
   */
  public enum Operation {
    SOFTMAX(0, 0), CROSS_ENTROPY(1, 0), DISTILLATION(0.25, 0.75);

    final double hardWeight;
    final double softWeight;

    Operation(double hardWeight, double softWeight) {
      this.hardWeight = hardWeight;
      this.softWeight = softWeight;
    }
  }

  @Param public Operation operation;

  /** Rows and classes. */
  @Param({"1024x10", "256x100", "256x1000", "64x32000"})
  public String shape;

  int rows;
  int classes;
  float[] z;
  float[] v;
  int[] labels;

  /**
   * An exponential takes 13 operations: shift, scale, 4 of range reduction, 6 of the polynomial, 1 to put them
   * together; a second one of the same logit shares the shift.
   */
  @Override
  void input() {
    rows = sizes(shape)[0];
    classes = sizes(shape)[1];
    z = Data.normal(3, rows * classes, 3);
    v = Data.normal(4, rows * classes, 5);
    labels = Data.labels(5, rows, classes);
    double softmax = 13 + 1 + 1;
    boolean distils = operation == Operation.DISTILLATION;
    double each = distils ? softmax + 13 + 12 + 2 + 1 + 3 : softmax;
    elements = z.length;
    flops = 2 * each * elements;
    bytes = 4 * (distils ? 3 : 2) * elements;
  }

  /**
   * Relative to the terms that an element was summed from, some eighty roundoffs for the exponential of a logit that
   * was shifted and scaled in floats, and a roundoff a term of a running sum, of which a row has 16 at least (Higham
   * 2002, 4.2).
   */
  @Override
  Expected expected() {
    double relative = 5e-6 + 0x1p-24 * classes / 16;
    if (operation == Operation.SOFTMAX) {
      double[] want = Data.flat(Data.flat(softmax(z, classes)), new double[1]);
      return new Expected(want, i -> i < z.length ? relative * want[i] + Float.MIN_NORMAL : 0);
    }
    double[][] logits = Data.rows(z, classes);
    double[][] p = softmax(v, classes);
    double hard = operation.hardWeight;
    double soft = operation.softWeight;
    double loss = Losses.distillation(logits, labels, p, TEMPERATURE, hard, soft);
    double[] gradient = Data.flat(Losses.distillationGradient(logits, labels, p, TEMPERATURE, hard, soft));
    IntToDoubleFunction terms = i -> {
          int j = i % classes;
          double subtracted = soft * TEMPERATURE * p[i / classes][j] + (j == labels[i / classes] ? hard : 0);
          return gradient[i] + 2 * subtracted / rows;
        };
    return new Expected(Data.flat(gradient, new double[] {loss}),
        i -> i < z.length ? relative * terms.applyAsDouble(i) + Float.MIN_NORMAL : relative * loss);
  }

  static double[][] softmax(float[] logits, int classes) {
    return Arrays.stream(Data.rows(logits, classes))
        .map(row -> Losses.softmax(row, TEMPERATURE)).toArray(double[][]::new);
  }
}
