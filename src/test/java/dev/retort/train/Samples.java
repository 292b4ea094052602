package dev.retort.train;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.tensor.Tensor;

/** Small images that can be told apart, but not too well: a pattern of each class, and noise. */
final class Samples {
  static final int CLASSES = 10;

  private Samples() {}

  /** Images of {@code side x side} pixels in [0, 1], the same for the same seed. */
  static Dataset of(int rows, int side, long seed) {
    SplittableRandom patterns = new SplittableRandom(side);
    float[][] pattern = new float[CLASSES][side * side];
    for (float[] each : pattern) {
      fill(each, patterns);
    }
    SplittableRandom random = new SplittableRandom(seed);
    Tensor features = Tensor.zeros(rows, side, side);
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = random.nextInt(CLASSES);
      for (int j = 0; j < side * side; j++) {
        float noise = random.nextInt(1 << 24) * 0x1p-24f;
        features.set(i, j, Math.fma(0.3f, pattern[labels[i]][j], 0.7f * noise));
      }
    }
    return new Dataset("samples", features, labels, CLASSES);
  }

  private static void fill(float[] x, SplittableRandom random) {
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(1 << 24) * 0x1p-24f;
    }
  }
}
