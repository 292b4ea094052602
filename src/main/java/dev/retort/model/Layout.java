package dev.retort.model;

/** How frameworks name and lay out the weights of dense layers. */
public enum Layout {
  /** Recognised by names and shapes. */
  AUTO,
  /** PyTorch: {@code fc1.weight}, [outputs, inputs], and {@code fc1.bias}. */
  PYTORCH,
  /** Keras: {@code dense/kernel}, [inputs, outputs], and {@code dense/bias}, as this engine has them. */
  KERAS
}
