package dev.retort.loss;

import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.tensor.Tensor;

/**
 * Cross entropy, mean over rows and summed over classes, of hard labels at T = 1, smoothed or not,
 * and of soft targets at their temperature. NOTES (E12), (E15).
 *
 * <p>A label's distribution is {@code (1 - smoothing) * [i = y] + smoothing / classes} (Szegedy et al.
 * 2016, section 7), NOTES (E16). A logit of -Infinity masks its class. Instances keep buffers: one thread at a time.
 */
public final class CrossEntropy {
  private final Kernels kernels = Backend.kernels();
  private final double smoothing;
  private double[] values = {};
  private Tensor z;
  private Tensor dz;
  private int[] labels;
  private SoftTargets targets;
  private float scale;

  private final ParallelRows hard = new ParallelRows(this::hardRows);
  private final ParallelRows soft = new ParallelRows(this::softRows);

  /** Without label smoothing. */
  public CrossEntropy() {
    this(0);
  }

  /**
   * With label smoothing.
   *
   * @param smoothing share of the probability spread over all classes, at least 0 and below 1
   * @throws IllegalArgumentException if it is outside of that
   */
  public CrossEntropy(double smoothing) {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException("label smoothing must be in [0, 1), not " + smoothing);
    }
    this.smoothing = smoothing;
  }

  /**
   * Value and gradient for hard labels, NOTES (E17).
   *
   * @param logits [rows, classes], not modified unless it is the output too
   * @param hardLabels at least one a row, each from 0 to classes - 1
   * @param dLogits [rows, classes], written: (softmax(z) - target) / rows; null for the value alone;
   *     may be the logits themselves
   * @return mean over the rows, in nats
   * @throws BadRowException for a label out of range, a row without a softmax, or a target on a
   *     masked class
   */
  public double hard(Tensor logits, int[] hardLabels, Tensor dLogits) {
    return hard(logits, hardLabels, dLogits, logits.rows());
  }

  /**
   * The same for a piece of a batch: value and gradient are divided by the rows of the whole.
   *
   * @param logits [rows, classes], not modified unless it is the output too
   * @param hardLabels at least one a row, each from 0 to classes - 1
   * @param dLogits [rows, classes], written; null for the value alone; may be the logits themselves
   * @param batchRows rows of the whole batch
   * @return sum over the rows divided by {@code batchRows}, in nats
   */
  public double hard(Tensor logits, int[] hardLabels, Tensor dLogits, int batchRows) {
    LossChecks.labels(hardLabels, logits.rows(), logits.rowSize());
    labels = hardLabels;
    scale = (float) (1.0 / batchRows);
    return run(hard, logits, dLogits, batchRows);
  }

  private int hardRows(int from, int count) {
    int cols = z.rowSize();
    return kernels.crossEntropy(
        values, from, dz == null ? null : dz.data(), dz == null ? 0 : dz.offset() + from * cols,
        z.data(), z.offset() + from * cols, labels, from, smoothing, scale, count, cols);
  }

  /**
   * Value and gradient for soft targets p at their temperature T, without a weight and without T^2,
   * NOTES (E14).
   *
   * @param logits [rows, classes], not modified unless it is the output too
   * @param softTargets at least one a row; the first belong to the rows of the logits
   * @param dLogits [rows, classes], written: (softmax(z / T) - p) / T / rows; null for the value alone
   * @return mean over the rows, in nats
   * @throws BadRowException for a row without a softmax, or a target on a masked class
   */
  public double soft(Tensor logits, SoftTargets softTargets, Tensor dLogits) {
    LossChecks.targets(softTargets, logits);
    targets = softTargets;
    scale = (float) (1 / (targets.temperature() * logits.rows()));
    return run(soft, logits, dLogits, logits.rows());
  }

  private int softRows(int from, int count) {
    int cols = z.rowSize();
    return kernels.softCrossEntropy(
        values, from, dz == null ? null : dz.data(), dz == null ? 0 : dz.offset() + from * cols,
        z.data(), z.offset() + from * cols, targets.probabilities().data(), from * cols,
        LossChecks.scale(targets.temperature()), scale, count, cols);
  }

  private double run(ParallelRows work, Tensor logits, Tensor dLogits, int batchRows) {
    if (dLogits != null) {
      LossChecks.matching("gradients", dLogits, logits);
    }
    z = logits;
    dz = dLogits;
    values = LossChecks.room(values, z.rows());
    LossChecks.sound(work.over(z.rows(), z.rowSize()), z);
    return LossChecks.sum(values, z.rows()) / batchRows;
  }
}
