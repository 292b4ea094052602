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
   * A weight: weight decay applies. Its gradient is 0.
   *
   * @param value kept and shared
   * @return a parameter with that value
   */
  public static Parameter weight(Tensor value) {
    return new Parameter(value, true);
  }

  /**
   * A bias: weight decay does not apply. Its gradient is 0.
   *
   * @param value kept and shared
   * @return a parameter with that value
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
