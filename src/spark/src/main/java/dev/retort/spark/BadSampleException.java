package dev.retort.spark;

/** A sample that cannot be scored; the message names the column or file, the sample's id, and what is wrong. */
public final class BadSampleException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  BadSampleException(String message) {
    super(message);
  }
}
