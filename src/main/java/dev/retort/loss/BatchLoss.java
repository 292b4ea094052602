package dev.retort.loss;

import dev.retort.tensor.Tensor;

/**
 * A {@link Loss} bound to samples: value and gradient for batches of them, in any order.
 *
 * <p>A batch no larger than an earlier one allocates nothing, the variants' losses excepted. One thread at a time.
 */
public abstract sealed class BatchLoss
    permits CrossEntropy.Batches, Distillation.Batches, VariantLoss.Batches {
  private final int[] labels;
  private final int classes;
  private final double[] parts;
  private int[] batchLabels = {};

  BatchLoss(int[] labels, int classes, int partCount) {
    this.labels = labels;
    this.classes = classes;
    this.parts = new double[partCount];
  }

  /**
   * Value and gradient of a batch.
   *
   * @param logits z, [rows, classes], not modified unless it is the output too
   * @param samples indices of samples; row n of the logits belongs to {@code samples[from + n]}
   * @param from where in {@code samples} the batch begins
   * @param dLogits d loss / d z, [rows, classes], written; may be the logits themselves
   * @return mean over the rows, in nats
   * @throws IllegalArgumentException if a shape does not match, or there is no row
   * @throws BadRowException for a row without a softmax, or a target on a masked class
   */
  public final double apply(Tensor logits, int[] samples, int from, Tensor dLogits) {
    return apply(logits, samples, from, dLogits, logits.rows());
  }

  /**
   * The same for a piece of a batch: value and gradient are divided by the rows of the whole batch.
   *
   * @param logits z, [rows, classes], not modified unless it is the output too
   * @param samples indices of samples; row n of the logits belongs to {@code samples[from + n]}
   * @param from where in {@code samples} the piece begins
   * @param dLogits d loss / d z, [rows, classes], written; may be the logits themselves
   * @param batchRows rows of the whole batch, at least 1
   * @return sum over the rows divided by {@code batchRows}, in nats
   * @throws IllegalArgumentException if a shape does not match, or there is no row
   * @throws BadRowException for a row without a softmax, or a target on a masked class
   */
  public final double apply(
      Tensor logits, int[] samples, int from, Tensor dLogits, int batchRows) {
    LossChecks.requireShapeOf("gradients", dLogits, logits);
    if (logits.rowSize() != classes) {
      throw new IllegalArgumentException(
          "logits " + logits + ", where the loss is bound to " + classes + " classes");
    }
    if (logits.rows() == 0) {
      throw new IllegalArgumentException("a batch needs at least one row");
    }
    if (batchLabels.length < logits.rows()) {
      batchLabels = new int[logits.rows()];
    }
    for (int i = 0; i < logits.rows(); i++) {
      batchLabels[i] = labels[samples[from + i]];
    }
    return compute(logits, samples, from, batchLabels, dLogits, batchRows, parts);
  }

  /**
   * One part of the value that the last call returned, without its weight.
   *
   * @param index place of its name in {@link Loss#parts}
   * @return sum over the rows divided by the rows of the batch, in nats
   */
  public final double part(int index) {
    return parts[index];
  }

  /** Computes value, gradient and parts; row n has {@code batchLabels[n]}. */
  abstract double compute(
      Tensor logits, int[] samples, int from, int[] batchLabels, Tensor dLogits, int batchRows,
      double[] parts);
}
