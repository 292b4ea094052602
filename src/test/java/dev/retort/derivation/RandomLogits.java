package dev.retort.derivation;

import dev.retort.kernel.CounterRandom;

/** Logits of ten classes, uniform in +-8, the same for the same seed. */
final class RandomLogits {
  static final int CLASSES = 10;
  static final double RANGE = 8;

  private RandomLogits() {}

  static double[][] logits(long seed, int rows) {
    double[][] z = new double[rows][CLASSES];
    for (int n = 0; n < rows; n++) {
      long key = CounterRandom.key(seed, n);
      for (int i = 0; i < CLASSES; i++) {
        z[n][i] = (CounterRandom.bits24(key, i) * 0x1p-23 - 1) * RANGE;
      }
    }
    return z;
  }
}
