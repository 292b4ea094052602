package dev.retort.loss;

import dev.retort.kernel.Temperature;

/** {@link Loss#distillation}: value, NOTES (E20), and gradient, (E21). */
final class Distillation extends BatchLoss {
  private final SoftTargets targets;
  private final double hardWeight;
  private final double softWeight;

  /** The targets of the batch at hand. */
  private SoftTargets p;

  Distillation(Samples bound, SoftTargets targets, double hardWeight, double softWeight) {
    super(bound, hardWeight, softWeight * targets.temperature() * targets.temperature(), 0);
    bound.requireTargets("soft targets", targets.rows(), targets.classes());
    this.targets = targets;
    this.hardWeight = hardWeight;
    this.softWeight = softWeight;
    p = targets.batch(0);
  }

  @Override
  void gather(int[] samples, int from, int rows) {
    if (p.rows() < rows) {
      p = targets.batch(rows);
    }
    targets.gather(samples, from, rows, p);
  }

  @Override
  int rows(int from, int count) {
    double t = targets.temperature();
    int start = from * bound.classes();
    float hardScale = (float) (hardWeight / divisor);
    // NOTES (E19): d/dz of T^2 CE(p, softmax(z/T)) is T^2 (1/T) (q - p): one T is left of the two.
    float softScale = (float) (softWeight * t / divisor);
    int bad =
        kernels.distillation(
            values[0], values[1], from, dz.data(), dz.offset() + start, z.data(), z.offset() + start,
            p.probabilities().data(), start, labels, from, Temperature.scale(t), hardScale, softScale, count,
            bound.classes());
    for (int n = from; n < from + count; n++) {
      values[2][n] = values[1][n] - p.entropy(n); // the divergence, NOTES (E22)
    }
    return bad;
  }
}
