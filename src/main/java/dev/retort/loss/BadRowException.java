package dev.retort.loss;

/** A row of logits, labels or probabilities that has no meaning; the message says which and why. */
public final class BadRowException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  BadRowException(int row, String what) {
    super("row " + row + ": " + what);
  }
}
