package dev.retort.tensor;

import java.util.Arrays;

/**
 * What an optimiser moves: a value and, of the same shape, the gradient gathered for it.
 */
public final class Parameter {
  private final Tensor value;
  private final Tensor gradient;
  private final boolean decays;

  /**
   * A parameter with a gradient of zeros.
   *
   * @param value kept and shared
   * @param decays whether weight decay applies: yes for weights, no for biases
   */
  public Parameter(Tensor value, boolean decays) {
    this.value = value;
    this.gradient = Tensor.zeros(value.shape());
    this.decays = decays;
  }

  /** {@return the numbers that are learned, shared} */
  public Tensor value() {
    return value;
  }

  /** {@return d loss / d value, gathered since it was last cleared, in the shape of the value} */
  public Tensor gradient() {
    return gradient;
  }

  /** {@return whether weight decay applies} */
  public boolean decays() {
    return decays;
  }

  /** Sets the gradient to zero. */
  public void clearGradient() {
    int from = gradient.offset();
    Arrays.fill(gradient.data(), from, from + gradient.size(), 0f);
  }
}
