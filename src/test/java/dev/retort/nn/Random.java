package dev.retort.nn;

import dev.retort.tensor.Tensor;
import java.util.SplittableRandom;

/** Tensors of numbers of both signs, the same for the same seed. */
final class Random {
  private Random() {}

  static Tensor tensor(long seed, int rows, int cols) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[rows * cols];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextDouble(-2, 2);
    }
    return Tensor.of(x, rows, cols);
  }
}
