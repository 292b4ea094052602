package dev.retort.loss;

/** A row of logits, labels or probabilities that has no meaning; the message says which and why. */
public final class BadRowException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Which row, counted from 0. */
  private final int row;

  BadRowException(int row, String what) {
    super("row " + row + ": " + what);
    this.row = row;
  }

  /** {@return the index of the row in the batch, counted from 0} */
  public int row() {
    return row;
  }
}
