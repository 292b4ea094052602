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

  /**
   * Describes what the next steps depend on, to save or to restore it.
   *
   * @param state takes it, or has it
   * @throws IllegalArgumentException if what is restored is missing or of another shape
   */
  void state(TrainingState state);
}
