package dev.retort.loss;

/** {@link Loss#crossEntropy(double)}: value, NOTES (E12), (E15), with the target (E16), and gradient, (E14), (E17). */
final class CrossEntropy extends Loss {
  private final double smoothing;

  CrossEntropy(double smoothing) {
    super("hard");
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException("label smoothing must be in [0, 1), not " + smoothing);
    }
    this.smoothing = smoothing;
  }

  @Override
  BatchLoss batches(BatchLoss.Samples bound) {
    return new BatchLoss(bound, 1) {
      @Override
      int rows(int from, int count) {
        return crossEntropy(from, count, smoothing, 1);
      }
    };
  }
}
