package dev.retort.nn;

/** A step of a {@link Network}: something that maps rows of floats to rows of floats. */
public sealed interface Layer permits Dense, Relu, Dropout {
  /**
   * The size of a row that leaves this layer.
   *
   * @param inputs size of a row that enters it
   * @return the size of the row that leaves
   * @throws IllegalArgumentException if such a row cannot enter
   */
  int outputs(int inputs);
}
