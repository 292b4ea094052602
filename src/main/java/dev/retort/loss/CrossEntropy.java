package dev.retort.loss;

import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.tensor.Tensor;
import java.util.List;

/** {@link Loss#crossEntropy(double)}: value, NOTES (E12), (E15), with the target (E16), and gradient, (E14), (E17). */
final class CrossEntropy extends Loss {
  private final double smoothing;

  CrossEntropy(double smoothing) {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException("label smoothing must be in [0, 1), not " + smoothing);
    }
    this.smoothing = smoothing;
  }

  @Override
  public List<String> parts() {
    return List.of("hard");
  }

  @Override
  void requireTargetsFor(int samples, int classes) {}

  @Override
  Batches batches(int[] labels, int classes) {
    return new Batches(labels, classes, smoothing);
  }

  /** The buffers of a batch. */
  static final class Batches extends BatchLoss {
    private final Kernels kernels = Backend.kernels();
    private final double smoothing;
    private double[] values = {};
    private Tensor z;
    private Tensor dz;
    private int[] labels;
    private float scale;

    private final ParallelRows work = new ParallelRows(this::rows);

    Batches(int[] labels, int classes, double smoothing) {
      super(labels, classes, 1);
      this.smoothing = smoothing;
    }

    @Override
    double compute(
        Tensor logits, int[] samples, int from, int[] batchLabels, Tensor dLogits, int batchRows,
        double[] parts) {
      return compute(logits, batchLabels, dLogits, 1.0 / batchRows, batchRows, parts);
    }

    /** With a weight on the gradient, and none on the value. */
    double compute(
        Tensor logits, int[] batchLabels, Tensor dLogits, double gradientScale, int batchRows,
        double[] parts) {
      z = logits;
      dz = dLogits;
      labels = batchLabels;
      scale = (float) gradientScale;
      values = LossChecks.buffer(values, z.rows());
      LossChecks.requireValidRows(work.over(z.rows(), z.rowSize()), z);
      parts[0] = LossChecks.sum(values, z.rows()) / batchRows;
      return parts[0];
    }

    private int rows(int from, int count) {
      int cols = z.rowSize();
      return kernels.crossEntropy(
          values, from, dz.data(), dz.offset() + from * cols, z.data(), z.offset() + from * cols,
          labels, from, smoothing, scale, count, cols);
    }
  }
}
