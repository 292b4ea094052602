package dev.retort.loss;

import module java.base;
import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.tensor.Tensor;

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
  Batches batches(BatchLoss.Samples bound) {
    return new Batches(bound, smoothing);
  }

  /** The buffers of a batch. */
  static final class Batches extends BatchLoss {
    private final Kernels kernels = Backend.kernels();
    private final double smoothing;
    private double[] values = {};
    private Tensor z = Tensor.zeros(0, 1);
    private Tensor dz = z;
    private int[] labels = {};
    private float scale;

    private final ParallelRows work = new ParallelRows(this::rows);

    Batches(Samples bound, double smoothing) {
      super(bound, 1);
      this.smoothing = smoothing;
    }

    @Override
    void compute(
        Tensor logits, int[] samples, int from, int[] batchLabels, Tensor dLogits, double divisor,
        double[][] parts) {
      compute(logits, batchLabels, dLogits, 1 / divisor, parts[0]);
    }

    /** With a factor on the gradient, and none on the values. */
    void compute(
        Tensor logits, int[] batchLabels, Tensor dLogits, double gradientScale,
        double[] rowValues) {
      z = logits;
      dz = dLogits;
      labels = batchLabels;
      scale = (float) gradientScale;
      values = rowValues;
      LossChecks.requireValidRows(work.over(z.rows(), z.rowSize()), z);
    }

    private int rows(int from, int count) {
      int cols = z.rowSize();
      return kernels.crossEntropy(
          values, from, dz.data(), dz.offset() + from * cols, z.data(), z.offset() + from * cols,
          labels, from, smoothing, scale, count, cols);
    }
  }
}
