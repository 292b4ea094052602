package dev.retort.data;

import module java.base;
import dev.retort.kernel.CounterRandom;
import dev.retort.tensor.Tensor;

/**
 * Shifts images by a few pixels, another shift for every sample and epoch; zeros come in at the edge. The shift is a
 * function of (seed, epoch, position in the epoch).
 */
public final class Jitter {
  private static final int MAX_REACH = 1 << 16;

  private final int reach;
  private final long key;

  /**
   * A jitter of up to {@code reach} pixels in each direction.
   *
   * @param reach at least 0, at most 2^16
   * @param seed what the shifts are drawn from
   * @throws IllegalArgumentException if it is outside of that
   */
  public Jitter(int reach, long seed) {
    if (reach < 0 || reach > MAX_REACH) {
      throw new IllegalArgumentException("jitter must be 0 to " + MAX_REACH + " pixels, not " + reach);
    }
    this.reach = reach;
    this.key = CounterRandom.key(seed, CounterRandom.JITTER);
  }

  /**
   * Copies images of some samples, shifted.
   *
   * @param images features of shape [samples, height, width]
   * @param samples indices of samples
   * @param from where in {@code samples} to begin: the position in the epoch of the first row
   * @param epoch which epoch
   * @param into [rows, height * width], written: as many samples as it has rows
   * @throws IllegalArgumentException if the features are not images, or its rows have another size
   */
  public void gather(Dataset images, int[] samples, int from, int epoch, Tensor into) {
    int height = images.height();
    int width = images.width();
    images.requireRowSize(into);
    long epochKey = CounterRandom.key(key, epoch);
    for (int i = 0; i < into.rows(); i++) {
      int down = CounterRandom.below(epochKey, 2 * (from + i), 2 * reach + 1) - reach;
      int right = CounterRandom.below(epochKey, 2 * (from + i) + 1, 2 * reach + 1) - reach;
      shift(into.data(), into.offset() + i * height * width, images, samples[from + i], height, width, down, right);
    }
  }

  /** {@code y(r, c) = x(r - down, c - right)}, 0 where that is outside. */
  static void shift(float[] y, int yo, Dataset x, int sample, int height, int width, int down, int right) {
    int left = Math.max(0, right);
    int kept = Math.max(0, width - Math.abs(right));
    for (int r = 0; r < height; r++) {
      int row = yo + r * width;
      int source = r - down;
      Arrays.fill(y, row, row + width, 0f);
      if (source >= 0 && source < height && kept > 0) {
        x.copy(sample, source * width + Math.max(0, -right), kept, y, row + left);
      }
    }
  }
}
