package dev.retort.tensor;

/** A value that is learned and, of the same shape, its gradient. */
public final class Parameter {
  private final Tensor value;
  private final Tensor gradient;
  private final boolean decays;

  private Parameter(Tensor value, boolean decays) {
    this.value = value;
    this.gradient = Tensor.zeros(value.shape());
    this.decays = decays;
  }

  /**
   * {@return a weight: weight decay applies; its gradient is 0}
   *
   * @param value kept and shared
   */
  public static Parameter weight(Tensor value) {
    return new Parameter(value, true);
  }

  /**
   * {@return a bias: weight decay does not apply; its gradient is 0}
   *
   * @param value kept and shared
   */
  public static Parameter bias(Tensor value) {
    return new Parameter(value, false);
  }

  /** {@return the numbers that are learned, shared} */
  public Tensor value() {
    return value;
  }

  /** {@return d loss / d value, in the shape of the value, shared} */
  public Tensor gradient() {
    return gradient;
  }

  /** {@return whether weight decay applies} */
  public boolean decays() {
    return decays;
  }
}
