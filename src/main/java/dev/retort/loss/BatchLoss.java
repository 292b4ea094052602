package dev.retort.loss;

import module java.base;
import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.tensor.Tensor;

/**
 * A {@link Loss} bound to samples: value and gradient for batches of them, in any order.
 *
 * <p>A batch that is no larger than an earlier one allocates nothing, except in the variants' losses. One thread at a
 * time.
 */
public abstract class BatchLoss {
  /** What a loss is bound to: a label and a weight for each sample. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
  record Samples(int[] labels, double[] weights, int classes) {
    void requireTargets(String name, int rows, int targetClasses) {
      if (rows != labels.length || targetClasses != classes) {
        throw new IllegalArgumentException(
            name + " of " + rows + " samples and " + targetClasses + " classes do not belong to " + labels.length
                + " samples and " + classes + " classes");
      }
    }
  }

  final Kernels kernels = Backend.kernels();
  final Samples bound;

  /** The batch at hand: logits, their gradient, a label for each row, and what both results are divided by. */
  Tensor z = Tensor.zeros(0, 1);

  Tensor dz = z;
  int[] labels = {};
  double divisor;

  /** The value of each row in each part of the loss, [part][row]. */
  final double[][] values;

  private final double[] partWeights;
  private final double[] parts;
  private final ParallelRows work = new ParallelRows(this::rows);

  /** A loss that is the sum of its parts, each times its weight. */
  BatchLoss(Samples bound, double... partWeights) {
    this.bound = bound;
    this.partWeights = partWeights;
    this.parts = new double[partWeights.length];
    this.values = new double[partWeights.length][0];
  }

  /** Gathers what else belongs to the rows of a batch. */
  void gather(int[] samples, int from, int rows) {}

  /**
   * Computes {@link #values} and gradient of {@code count} rows from {@code from} on, without the weights of the rows.
   *
   * @return the first row without a softmax, counted from {@code from}, or {@link Kernels#NO_BAD_ROW}
   */
  abstract int rows(int from, int count);

  /** The same for cross entropy with hard labels, the first part of every loss. */
  final int crossEntropy(int from, int count, double smoothing, double weight) {
    int cols = bound.classes;
    return kernels.crossEntropy(
        values[0], from, dz.data(), dz.offset() + from * cols, z.data(), z.offset() + from * cols,
        labels, from, smoothing, (float) (weight / divisor), count, cols);
  }

  /**
   * Value and gradient of a batch.
   *
   * @param logits z, [rows, classes], not modified unless it is the output too
   * @param samples indices of samples; row n of the logits belongs to {@code samples[from + n]}
   * @param from where in {@code samples} the batch begins
   * @param dLogits d loss / d z, [rows, classes], written; may be the logits themselves
   * @return weighted mean over the rows, NOTES (E54), in nats; 0, as the gradient, if all weigh 0
   * @throws IllegalArgumentException if a shape does not match, or there is no row
   * @throws BadRowException for a row without a softmax, or a target on a masked class
   */
  public final double apply(Tensor logits, int[] samples, int from, Tensor dLogits) {
    return apply(logits, samples, from, dLogits, weight(samples, from, logits.rows()));
  }

  /**
   * The same for a piece of a batch: value and gradient are divided by the weight of the whole batch.
   *
   * @param logits z, [rows, classes], not modified unless it is the output too
   * @param samples indices of samples; row n of the logits belongs to {@code samples[from + n]}
   * @param from where in {@code samples} the piece begins
   * @param dLogits d loss / d z, [rows, classes], written; may be the logits themselves
   * @param batchWeight {@link #weight} of the whole batch: its rows, where no weights are given
   * @return weighted sum over the rows divided by {@code batchWeight}, in nats; 0 if all weigh 0
   * @throws IllegalArgumentException if a shape does not match, there is no row, or it weighs more than the batch
   * @throws BadRowException for a row without a softmax, or a target on a masked class
   */
  public final double apply(Tensor logits, int[] samples, int from, Tensor dLogits, double batchWeight) {
    requireShapeOf("gradients", dLogits, logits);
    int rows = logits.rows();
    if (logits.rowSize() != bound.classes) {
      throw new IllegalArgumentException(
          "logits " + logits + ", where the loss is bound to " + bound.classes + " classes");
    }
    if (rows == 0) {
      throw new IllegalArgumentException("a batch needs at least one row");
    }
    double own = weight(samples, from, rows);
    if (!(batchWeight >= own && batchWeight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a piece of weight " + own + " in a batch of weight " + batchWeight);
    }
    z = logits;
    dz = dLogits;
    divisor = batchWeight == 0 ? 1 : batchWeight;
    if (labels.length < rows) {
      labels = new int[rows];
      Arrays.setAll(values, part -> new double[rows]);
    }
    for (int i = 0; i < rows; i++) {
      labels[i] = bound.labels[samples[from + i]];
    }
    gather(samples, from, rows);
    work.over(z);
    double value = 0;
    for (int part = 0; part < parts.length; part++) {
      parts[part] = sum(part, samples, from, rows) / divisor;
      value += partWeights[part] * parts[part];
    }
    weigh(samples, from);
    return value;
  }

  /**
   * {@return the weight of a batch, by which its value and gradient are divided: the sum of the weights of its samples,
   * or their number where no weights are given}
   *
   * @param samples indices of samples
   * @param from where in {@code samples} the batch begins
   * @param rows how many samples
   */
  public final double weight(int[] samples, int from, int rows) {
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += bound.weights[samples[from + i]];
    }
    return sum;
  }

  static void requireShapeOf(String name, Tensor given, Tensor logits) {
    if (given.rows() != logits.rows() || given.rowSize() != logits.rowSize()) {
      throw new IllegalArgumentException(name + " " + given + " do not have the shape of the logits, " + logits);
    }
  }

  /** The weighted sum of the values of a part, in row order. */
  private double sum(int part, int[] samples, int from, int rows) {
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      double weight = bound.weights[samples[from + i]];
      if (weight != 0 && !Double.isFinite(values[part][i])) {
        throw new BadRowException(i, reason(part, values[part][i]));
      }
      sum += weight == 0 ? 0 : weight * values[part][i];
    }
    return sum;
  }

  /** Why a row has a value in a part that is not finite, NOTES (E27). */
  String reason(int part, double value) {
    return "the target gives probability to a class whose logit is -Infinity";
  }

  /** Each row of the gradient times its weight, NOTES (E55). */
  private void weigh(int[] samples, int from) {
    for (int n = 0; n < dz.rows(); n++) {
      double weight = bound.weights[samples[from + n]];
      int start = dz.offset() + n * bound.classes;
      for (int i = start; weight != 1 && i < start + bound.classes; i++) {
        dz.data()[i] = weight == 0 ? 0 : (float) (weight * dz.data()[i]);
      }
    }
  }

  /**
   * One part of the value that the last call returned, without its weight in the loss.
   *
   * @param index place of its name in {@link Loss#parts}
   * @return weighted sum over the rows divided by the weight of the batch, in nats
   */
  public final double part(int index) {
    return parts[index];
  }
}
