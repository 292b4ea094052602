package dev.retort.loss;

import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.Temperature;
import dev.retort.tensor.Tensor;
import java.util.List;

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
  Batches batches(int[] labels, int classes) {
    return new Batches(labels, classes, this);
  }

  /** The buffers of a batch. */
  static final class Batches extends BatchLoss {
    private final Kernels kernels = Backend.kernels();
    private final Distillation loss;
    private final double temperature;
    private SoftTargets batchTargets;
    private double[] hardValues = {};
    private double[] softValues = {};
    private Tensor z;
    private Tensor dz;
    private int[] labels;
    private float hardScale;
    private float softScale;

    private final ParallelRows work = new ParallelRows(this::rows);

    Batches(int[] labels, int classes, Distillation loss) {
      super(labels, classes, 3);
      this.loss = loss;
      this.temperature = loss.targets.temperature();
      this.batchTargets = loss.targets.batch(0);
    }

    @Override
    double compute(
        Tensor logits, int[] samples, int from, int[] batchLabels, Tensor dLogits, int batchRows,
        double[] parts) {
      z = logits;
      dz = dLogits;
      labels = batchLabels;
      gather(samples, from, z.rows());
      hardScale = (float) (loss.hardWeight / batchRows);
      // NOTES (E19): d/dz of T^2 CE(p, softmax(z/T)) is T^2 (1/T) (q - p): one T is left of the two.
      softScale = (float) (loss.softWeight * temperature / batchRows);
      hardValues = LossChecks.buffer(hardValues, z.rows());
      softValues = LossChecks.buffer(softValues, z.rows());
      LossChecks.requireValidRows(work.over(z.rows(), z.rowSize()), z);
      parts[0] = LossChecks.sum(hardValues, z.rows()) / batchRows;
      parts[1] = LossChecks.sum(softValues, z.rows()) / batchRows;
      parts[2] = divergenceSum() / batchRows;
      return loss.hardWeight * parts[0]
          + loss.softWeight * temperature * temperature * parts[1];
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

    private double divergenceSum() {
      double sum = 0;
      for (int i = 0; i < z.rows(); i++) {
        sum += softValues[i] - batchTargets.entropy(i);
      }
      return sum;
    }
  }
}
