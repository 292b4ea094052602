package dev.retort.bench;

import dev.retort.kernel.Kernels;
import dev.retort.kernel.Pool;
import java.util.Arrays;

/** The engine's kernels over rows of logits, the rows shared by threads. */
final class RetortLoss implements Work, Pool.Task {
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
    output = loss.operation.fillsRows() ? new float[loss.z.length] : null;
    targets = new float[loss.operation.distils() ? loss.v.length : 0];
    hard = new double[loss.rows];
    soft = new double[loss.rows];
  }

  @Override
  public void run() {
    Pool.run(this, threads);
    double sum = 0;
    for (int i = 0; i < loss.rows; i++) {
      sum +=
          loss.operation.distils()
              ? LossCase.HARD_WEIGHT * hard[i]
                  + LossCase.SOFT_WEIGHT * LossCase.TEMPERATURE * LossCase.TEMPERATURE * soft[i]
              : hard[i];
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
      case LOG_SOFTMAX -> kernels.logSoftmax(output, at, loss.z, at, SCALE, rows, cols);
      case CROSS_ENTROPY, CROSS_ENTROPY_GRADIENT ->
          kernels.crossEntropy(
              hard, from, output, at, loss.z, at, loss.labels, from,
              0, 1f / loss.rows, rows, cols);
      case DISTILLATION, DISTILLATION_GRADIENT -> {
        kernels.softmax(targets, at, loss.v, at, SCALE, rows, cols);
        kernels.distillation(
            hard, soft, from, output, at, loss.z, at, targets, at, loss.labels, from, SCALE,
            (float) (LossCase.HARD_WEIGHT / loss.rows),
            (float) (LossCase.SOFT_WEIGHT * LossCase.TEMPERATURE / loss.rows), rows, cols);
      }
    }
  }

  @Override
  public double[] result() {
    int filled = output == null ? 0 : output.length;
    double[] result = output == null ? new double[0] : Data.doubles(output);
    if (loss.operation.isLoss()) {
      result = Arrays.copyOf(result, filled + 1);
      result[filled] = value;
    }
    return result;
  }
}
