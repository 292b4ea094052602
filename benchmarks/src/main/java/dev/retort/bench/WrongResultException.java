package dev.retort.bench;

/** A result is not the reference's; whatever computed it is not timed. */
final class WrongResultException extends RuntimeException {
  private static final long serialVersionUID = 1;

  WrongResultException(String message) {
    super(message);
  }
}
