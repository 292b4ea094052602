package dev.retort.loss;

import module java.base;
import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.Temperature;
import dev.retort.tensor.Tensor;

/** {@link Loss#distillation}: value, NOTES (E20), and gradient, (E21). */
final class Distillation extends Loss {
  private final SoftTargets targets;
  private final double hardWeight;
  private final double softWeight;

  Distillation(SoftTargets targets, double hardWeight, double softWeight) {
    LossChecks.requireWeights(hardWeight, softWeight);
    this.targets = targets;
    this.hardWeight = hardWeight;
    this.softWeight = softWeight;
  }

  /** CE(y, softmax(z)), CE(p, softmax(z / T)) without T^2, and the second minus the targets' entropy, NOTES (E22). */
  @Override
  public List<String> parts() {
    return List.of("hard", "soft", "divergence");
  }

  @Override
  void requireTargetsFor(int samples, int classes) {
    LossChecks.requireTargets(
        "soft targets", targets.rows(), targets.classes(), samples, classes);
  }

  @Override
  Batches batches(BatchLoss.Samples bound) {
    return new Batches(bound, this);
  }

  /** The buffers of a batch. */
  static final class Batches extends BatchLoss {
    private final Kernels kernels = Backend.kernels();
    private final Distillation loss;
    private final double temperature;
    private SoftTargets batchTargets;
    private double[] hardValues = {};
    private double[] softValues = {};
    private Tensor z = Tensor.zeros(0, 1);
    private Tensor dz = z;
    private int[] labels = {};
    private float hardScale;
    private float softScale;

    private final ParallelRows work = new ParallelRows(this::rows);

    Batches(Samples bound, Distillation loss) {
      super(
          bound, loss.hardWeight,
          loss.softWeight * loss.targets.temperature() * loss.targets.temperature(), 0);
      this.loss = loss;
      this.temperature = loss.targets.temperature();
      this.batchTargets = loss.targets.batch(0);
    }

    @Override
    void compute(
        Tensor logits, int[] samples, int from, int[] batchLabels, Tensor dLogits, double divisor,
        double[][] values) {
      z = logits;
      dz = dLogits;
      labels = batchLabels;
      hardValues = values[0];
      softValues = values[1];
      gather(samples, from, z.rows());
      hardScale = (float) (loss.hardWeight / divisor);
      // NOTES (E19): d/dz of T^2 CE(p, softmax(z/T)) is T^2 (1/T) (q - p): one T is left of the two.
      softScale = (float) (loss.softWeight * temperature / divisor);
      LossChecks.requireValidRows(work.over(z.rows(), z.rowSize()), z);
      for (int i = 0; i < z.rows(); i++) {
        values[2][i] = softValues[i] - batchTargets.entropy(i);
      }
    }

    private void gather(int[] samples, int from, int rows) {
      if (batchTargets.rows() < rows) {
        batchTargets = loss.targets.batch(rows);
      }
      loss.targets.gather(samples, from, rows, batchTargets);
    }

    private int rows(int from, int count) {
      int cols = z.rowSize();
      return kernels.distillation(
          hardValues, softValues, from, dz.data(), dz.offset() + from * cols,
          z.data(), z.offset() + from * cols, batchTargets.probabilities().data(), from * cols,
          labels, from, Temperature.scale(temperature), hardScale, softScale, count, cols);
    }
  }
}
