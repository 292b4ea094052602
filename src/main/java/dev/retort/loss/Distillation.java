package dev.retort.loss;

import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.tensor.Tensor;

/**
 * The distillation loss, mean over rows, summed over classes, NOTES (E20):
 *
 * <pre>
 * hardWeight * CE(y, softmax(z)) + softWeight * T^2 * CE(p, softmax(z / T))
 * </pre>
 *
 * <p>with T the temperature of the soft targets p (Hinton, Vinyals and Dean 2015, section 2). One
 * formula at all weights: they need not add up to 1, and a weight of 0 is the limit of a small one.
 * Instances keep buffers: one thread at a time.
 */
public final class Distillation {
  private final Kernels kernels = Backend.kernels();
  private final double hardWeight;
  private final double softWeight;
  private double[] hardValues = {};
  private double[] softValues = {};
  private Tensor z;
  private Tensor dz;
  private int[] labels;
  private SoftTargets targets;
  private float hardScale;
  private float softScale;
  private double hard;
  private double soft;
  private double divergence;

  private final ParallelRows work = new ParallelRows(this::rows);

  /**
   * A loss of the given weights.
   *
   * @param hardWeight of the hard labels' cross entropy, finite and at least 0
   * @param softWeight of T^2 times the soft targets' cross entropy, finite and at least 0
   * @throws IllegalArgumentException if one is negative or not finite, or both are 0
   */
  public Distillation(double hardWeight, double softWeight) {
    this.hardWeight = LossChecks.weight("hard weight", hardWeight);
    this.softWeight = LossChecks.weight("soft weight", softWeight);
    if (hardWeight == 0 && softWeight == 0) {
      throw new IllegalArgumentException("hard weight and soft weight are both 0: nothing to learn");
    }
  }

  /**
   * Value and gradient, NOTES (E21).
   *
   * @param logits the student's, z, [rows, classes], not modified unless it is the output too
   * @param hardLabels y, at least one a row, each from 0 to classes - 1
   * @param softTargets p and T, at least one a row; the first belong to the rows of the logits
   * @param dLogits [rows, classes], written, null for the value alone; may be the logits themselves
   * @return the weighted sum, mean over the rows, in nats
   * @throws BadRowException for a label out of range, a row without a softmax, or a target on a
   *     masked class
   */
  public double apply(
      Tensor logits, int[] hardLabels, SoftTargets softTargets, Tensor dLogits) {
    return apply(logits, hardLabels, softTargets, dLogits, logits.rows());
  }

  /**
   * The same for a piece of a batch: value and gradient are divided by the rows of the whole.
   *
   * @param logits the student's, z, [rows, classes], not modified unless it is the output too
   * @param hardLabels y, at least one a row, each from 0 to classes - 1
   * @param softTargets p and T, at least one a row; the first belong to the rows of the logits
   * @param dLogits [rows, classes], written, null for the value alone; may be the logits themselves
   * @param batchRows rows of the whole batch
   * @return the weighted sum over the rows divided by {@code batchRows}, in nats
   */
  public double apply(
      Tensor logits, int[] hardLabels, SoftTargets softTargets, Tensor dLogits, int batchRows) {
    LossChecks.labels(hardLabels, logits.rows(), logits.rowSize());
    LossChecks.targets(softTargets, logits);
    if (dLogits != null) {
      LossChecks.matching("gradients", dLogits, logits);
    }
    double temperature = softTargets.temperature();
    z = logits;
    dz = dLogits;
    labels = hardLabels;
    targets = softTargets;
    hardScale = (float) (hardWeight / batchRows);
    // NOTES (E19): d/dz of T^2 CE(p, softmax(z/T)) is T^2 (1/T) (q - p): one T is left of the two.
    softScale = (float) (softWeight * temperature / batchRows);
    hardValues = LossChecks.room(hardValues, z.rows());
    softValues = LossChecks.room(softValues, z.rows());
    LossChecks.sound(work.over(z.rows(), z.rowSize()), z);
    hard = LossChecks.sum(hardValues, z.rows()) / batchRows;
    soft = LossChecks.sum(softValues, z.rows()) / batchRows;
    divergence = divergenceSum() / batchRows;
    return hardWeight * hard + softWeight * temperature * temperature * soft;
  }

  private int rows(int from, int count) {
    int cols = z.rowSize();
    return kernels.distillation(
        hardValues, softValues, from,
        dz == null ? null : dz.data(), dz == null ? 0 : dz.offset() + from * cols,
        z.data(), z.offset() + from * cols, targets.probabilities().data(), from * cols,
        labels, from, LossChecks.scale(targets.temperature()), hardScale, softScale, count, cols);
  }

  private double divergenceSum() {
    double sum = 0;
    for (int i = 0; i < z.rows(); i++) {
      sum += softValues[i] - targets.entropy(i);
    }
    return sum;
  }

  /** {@return CE(y, softmax(z)) of the last call, unweighted, mean over the rows, in nats} */
  public double hard() {
    return hard;
  }

  /**
   * {@return CE(p, softmax(z / T)) of the last call, unweighted and without T^2, mean over the
   * rows, in nats}
   */
  public double soft() {
    return soft;
  }

  /**
   * KL(p || softmax(z / T)) of the last call: {@link #soft} less the teacher's entropy, NOTES (E22).
   *
   * @return at least 0 but for rounding, in nats, mean over the rows
   */
  public double divergence() {
    return divergence;
  }
}
