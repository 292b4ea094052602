package dev.retort.model;

/** How frameworks name and lay out the weights of dense layers. */
public enum Layout {
  /** Recognised by names and shapes. */
  AUTO(""),
  /** PyTorch: {@code fc1.weight}, [outputs, inputs], and {@code fc1.bias}. */
  PYTORCH("weight"),
  /** Keras: {@code dense/kernel}, [inputs, outputs], and {@code dense/bias}. */
  KERAS("kernel");

  /** How the name of its weights ends. */
  private final String suffix;

  Layout(String suffix) {
    this.suffix = suffix;
  }

  /** Whether weights are [outputs, inputs], the transpose of what this engine has. */
  boolean isTransposed() {
    return this == PYTORCH;
  }

  /** The layout whose weights have such names. */
  static Layout ofSuffix(String suffix) {
    return suffix.equals(KERAS.suffix) ? KERAS : PYTORCH;
  }
}
