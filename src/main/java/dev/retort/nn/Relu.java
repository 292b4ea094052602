package dev.retort.nn;

import dev.retort.kernel.Backend;
import dev.retort.tensor.Tensor;

/**
 * The rectifier, {@code y = x <= 0 ? 0 : x}, in place: its output is all that its backward needs.
 *
 * <p>Behind a dense layer a {@link Network} has the matrix product apply it, with the same bits.
 */
public final class Relu implements Layer {

  /** A rectifier; it has no state. */
  public Relu() {}

  /** Any size enters and leaves. */
  @Override
  public int outputs(int inputs) {
    return inputs;
  }

  /**
   * Rectifies {@code y}. NOTES (E5).
   *
   * @param y [rows, size], modified
   */
  public void forward(Tensor y) {
    Backend.kernels().relu(y.data(), y.offset(), y.data(), y.offset(), y.size());
  }

  /**
   * {@code dx = y > 0 ? dy : 0}, in place of dy; at the kink the gradient is 0. NOTES (E6).
   *
   * @param y what forward left, or what a dropout made of it, [rows, size], not modified
   * @param dy gradient of y, modified to that of x
   */
  public void backward(Tensor y, Tensor dy) {
    Backend.kernels()
        .reluBackward(
            dy.data(), dy.offset(), dy.data(), dy.offset(), y.data(), y.offset(), y.size());
  }
}
