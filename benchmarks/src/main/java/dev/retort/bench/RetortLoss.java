package dev.retort.bench;

import dev.retort.kernel.Kernels;
import dev.retort.kernel.Pool;

/** The engine's kernels over rows of logits, the rows shared by threads. */
final class RetortLoss implements Pool.Task {
  private static final float SCALE = (float) (2 / LossCase.TEMPERATURE);

  private final LossCase loss;
  private final Kernels kernels;
  private final int threads;
  private final float[] output;
  private final float[] targets;
  private final double[] hard;
  private final double[] soft;
  private double value;

  RetortLoss(LossCase loss, Kernels kernels, int threads) {
    this.loss = loss;
    this.kernels = kernels;
    this.threads = threads;
    output = new float[loss.z.length];
    targets = new float[loss.distils() ? loss.v.length : 0];
    hard = new double[loss.rows];
    soft = new double[loss.rows];
  }

  void run() {
    Pool.run(this, threads);
    double hardWeight = loss.distils() ? LossCase.HARD_WEIGHT : 1;
    double softWeight = LossCase.SOFT_WEIGHT * LossCase.TEMPERATURE * LossCase.TEMPERATURE;
    double sum = 0;
    for (int i = 0; i < loss.rows; i++) {
      sum += hardWeight * hard[i] + softWeight * soft[i];
    }
    value = sum / loss.rows;
  }

  @Override
  public void run(int part, int parts) {
    int from = Pool.begin(loss.rows, part, parts, Kernels.LANES);
    int rows = Pool.begin(loss.rows, part + 1, parts, Kernels.LANES) - from;
    int cols = loss.classes;
    int at = from * cols;
    switch (loss.operation) {
      case SOFTMAX -> kernels.softmax(output, at, loss.z, at, SCALE, rows, cols);
      case CROSS_ENTROPY ->
          kernels.crossEntropy(
              hard, from, output, at, loss.z, at, loss.labels, from,
              0, 1f / loss.rows, rows, cols);
      case DISTILLATION -> {
        kernels.softmax(targets, at, loss.v, at, SCALE, rows, cols);
        kernels.distillation(
            hard, soft, from, output, at, loss.z, at, targets, at, loss.labels, from, SCALE,
            (float) (LossCase.HARD_WEIGHT / loss.rows),
            (float) (LossCase.SOFT_WEIGHT * LossCase.TEMPERATURE / loss.rows), rows, cols);
      }
    }
  }

  double[] result() {
    return loss.result(output, value);
  }
}
