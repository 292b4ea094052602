package dev.retort.optim;

/** Updates parameters by their gradients. */
public sealed interface Optimizer permits Sgd, Adam {
  /**
   * One step with the gradients held by the parameters, which are not modified.
   *
   * @param learningRate finite and at least 0
   * @throws IllegalArgumentException if it is not
   */
  void step(double learningRate);
}
