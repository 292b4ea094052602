package dev.retort.optim;

/** Moves parameters against their gradients. */
public sealed interface Optimizer permits Sgd, Adam {
  /**
   * One step with the gradients gathered so far, which stay as they are.
   *
   * @param learningRate finite and at least 0
   * @throws IllegalArgumentException if it is not
   */
  void step(double learningRate);
}
