package dev.retort.loss;

/** {@link Loss#crossEntropy(double)}: value, NOTES (E12), (E15), with the target (E16), and gradient, (E14), (E17). */
final class CrossEntropy extends BatchLoss {
  private final double smoothing;

  CrossEntropy(Samples bound, double smoothing) {
    super(bound, 1);
    this.smoothing = smoothing;
  }

  @Override
  int rows(int from, int count) {
    return crossEntropy(from, count, smoothing, 1);
  }
}
