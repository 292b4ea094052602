package dev.retort.bench;

/** A result is not the reference's; whoever computed it is not timed. */
public final class WrongResultException extends RuntimeException {
  private static final long serialVersionUID = 1;

  WrongResultException(String message) {
    super(message);
  }
}
