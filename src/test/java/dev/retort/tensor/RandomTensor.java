package dev.retort.tensor;

import module java.base;

/** Tensors of numbers of both signs, the same for the same seed. */
public final class RandomTensor {
  private RandomTensor() {}

  /** Uniform in +-2. */
  public static Tensor of(long seed, int rows, int columns) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor x = Tensor.zeros(rows, columns);
    for (int i = 0; i < x.size(); i++) {
      x.data()[i] = (float) random.nextDouble(-2, 2);
    }
    return x;
  }
}
