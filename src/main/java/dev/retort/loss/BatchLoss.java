package dev.retort.loss;

import module java.base;
import dev.retort.tensor.Tensor;

/**
 * A {@link Loss} bound to samples: value and gradient for batches of them, in any order.
 *
 * <p>A batch no larger than an earlier one allocates nothing, the variants' losses excepted. One thread at a time.
 */
public abstract sealed class BatchLoss
    permits CrossEntropy.Batches, Distillation.Batches, VariantLoss.Batches {
  private final Samples bound;
  private final double[] partWeights;
  private final double[] parts;
  private final double[][] values;
  private int[] batchLabels = {};

  /** What a loss is bound to: a label each, and a weight each unless all are 1. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
  record Samples(int[] labels, double[] weights, int classes) {}

  /** A loss that is the sum of its parts, each times its weight. */
  BatchLoss(Samples bound, double... partWeights) {
    this.bound = bound;
    this.partWeights = partWeights;
    this.parts = new double[partWeights.length];
    this.values = new double[partWeights.length][0];
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
   * @throws IllegalArgumentException if a shape does not match, there is no row, or the piece weighs more than the batch
   * @throws BadRowException for a row without a softmax, or a target on a masked class
   */
  public final double apply(
      Tensor logits, int[] samples, int from, Tensor dLogits, double batchWeight) {
    LossChecks.requireShapeOf("gradients", dLogits, logits);
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
      throw new IllegalArgumentException(
          "a piece of weight " + own + " in a batch of weight " + batchWeight);
    }
    if (batchLabels.length < rows) {
      batchLabels = new int[rows];
      Arrays.setAll(values, part -> new double[rows]);
    }
    for (int i = 0; i < rows; i++) {
      batchLabels[i] = bound.labels[samples[from + i]];
    }
    double divisor = batchWeight == 0 ? 1 : batchWeight;
    compute(logits, samples, from, batchLabels, dLogits, divisor, values);
    double value = 0;
    for (int part = 0; part < parts.length; part++) {
      parts[part] = sum(values[part], samples, from, rows) / divisor;
      value += partWeights[part] * parts[part];
    }
    if (bound.weights.length > 0) {
      weigh(dLogits, samples, from);
    }
    return value;
  }

  /**
   * The weight of a batch, by which its value and gradient are divided.
   *
   * @param samples indices of samples
   * @param from where in {@code samples} the batch begins
   * @param rows how many samples
   * @return the sum of their weights; their number, where no weights are given
   */
  public final double weight(int[] samples, int from, int rows) {
    if (bound.weights.length == 0) {
      return rows;
    }
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += bound.weights[samples[from + i]];
    }
    return sum;
  }

  /** The weight of one sample. */
  final double weight(int sample) {
    return bound.weights.length == 0 ? 1 : bound.weights[sample];
  }

  /**
   * The weighted sum of the values, in row order; one is infinite only where a target is on a masked class, NOTES (E27).
   */
  private double sum(double[] rowValues, int[] samples, int from, int rows) {
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      double weight = weight(samples[from + i]);
      if (weight == 0) {
        continue;
      }
      if (!Double.isFinite(rowValues[i])) {
        throw new BadRowException(
            i, "the target gives probability to a class whose logit is -Infinity");
      }
      sum += weight * rowValues[i];
    }
    return sum;
  }

  /** Each row of the gradient times its weight, NOTES (E55). */
  private void weigh(Tensor dLogits, int[] samples, int from) {
    float[] dz = dLogits.data();
    for (int n = 0; n < dLogits.rows(); n++) {
      double weight = bound.weights[samples[from + n]];
      int start = dLogits.offset() + n * bound.classes;
      for (int i = start; i < start + bound.classes; i++) {
        dz[i] = weight == 0 ? 0 : (float) (weight * dz[i]);
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

  /**
   * Computes the gradient of a batch whose row n has {@code batchLabels[n]}, without the rows' weights and over
   * {@code divisor}, and the value of each row in each part, [part][row].
   */
  abstract void compute(
      Tensor logits, int[] samples, int from, int[] batchLabels, Tensor dLogits, double divisor,
      double[][] values);
}
