package dev.retort.nn;

/** What a dense layer applies to each of its outputs. */
public enum Activation {
  /** y = x. */
  IDENTITY,

  /** The rectifier, y = x &lt;= 0 ? 0 : x, NOTES (E5). */
  RELU
}
