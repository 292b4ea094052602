package dev.retort.derivation;

import dev.retort.kernel.KeyedRandom;

/** Logits of ten classes, uniform in +-8, the same for the same seed. */
final class Samples {
  static final int CLASSES = 10;
  static final double RANGE = 8;

  private Samples() {}

  static double[][] logits(long seed, int rows) {
    double[][] z = new double[rows][CLASSES];
    for (int n = 0; n < rows; n++) {
      long key = KeyedRandom.key(seed, n);
      for (int i = 0; i < CLASSES; i++) {
        z[n][i] = (KeyedRandom.bits24(key, i) * 0x1p-23 - 1) * RANGE;
      }
    }
    return z;
  }
}
