package dev.retort.nn;

import dev.retort.kernel.Backend;
import dev.retort.kernel.CounterRandom;
import dev.retort.tensor.Tensor;

/**
 * Inverted dropout, in place: while training each element is dropped with probability {@code rate}
 * and the rest is scaled by 1 / (1 - rate), so that evaluation needs no change.
 *
 * <p>Which elements are dropped is a function of (seed, epoch, row, column). No mask is stored: the backward draws the
 * same numbers again. Two dropouts of one network need different seeds.
 */
public final class Dropout {
  /** Drops nothing. */
  static final Dropout NONE = new Dropout(0, 0);

  private final double rate;
  private final long key;
  private final int threshold;
  private final float scale;

  /**
   * A dropout.
   *
   * @param rate probability of a drop, at least 0 and below 1, rounded to 24 bits
   * @param seed of the drops
   * @throws IllegalArgumentException if the rate is out of range
   */
  public Dropout(double rate, long seed) {
    this.rate = requireRate(rate);
    this.key = CounterRandom.key(seed, CounterRandom.DROPOUT);
    this.threshold = (int) Math.rint(rate * 0x1p24);
    this.scale = (float) (1 / (1 - rate));
  }

  static double requireRate(double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("dropout rate must be in [0, 1), not " + rate);
    }
    return rate;
  }

  /** Whether the rate is above 0. */
  boolean drops() {
    return rate > 0;
  }

  /**
   * Drops elements of {@code a} and scales the others. NOTES (E28).
   *
   * @param a [rows, size], modified
   * @param epoch which epoch
   * @param firstRow position in the epoch of the first row
   */
  public void forward(Tensor a, int epoch, int firstRow) {
    if (drops()) {
      Backend.kernels()
          .dropout(
              a.data(), a.offset(), a.data(), a.offset(),
              CounterRandom.key(key, epoch), firstRow, threshold, scale, a.rows(), a.rowSize());
    }
  }

  /**
   * The same drops and the same scale, on the gradient. NOTES (E29).
   *
   * @param da gradient of the output, modified to that of the input
   * @param epoch as in the forward
   * @param firstRow as in the forward
   */
  public void backward(Tensor da, int epoch, int firstRow) {
    forward(da, epoch, firstRow);
  }

  /** {@return its rate in words} */
  @Override
  public String toString() {
    return "dropout " + rate;
  }
}
