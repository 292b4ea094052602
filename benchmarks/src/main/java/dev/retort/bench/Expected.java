package dev.retort.bench;

import module java.base;

/** The right result of a case, in double precision, and how far from it each element may be. */
@SuppressWarnings("ArrayRecordComponent") // never compared, never a key
record Expected(double[] want, IntToDoubleFunction tolerance) {
  /** A result is not the reference's; whatever computed it is not timed. */
  static final class WrongResultException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongResultException(String message) {
      super(message);
    }
  }

  /** Throws a {@link WrongResultException} unless the result is right. */
  void check(String who, double[] got) {
    if (got.length != want.length) {
      throw new WrongResultException(who + " is wrong: " + got.length + " elements instead of " + want.length);
    }
    for (int i = 0; i < want.length; i++) {
      double most = tolerance.applyAsDouble(i);
      if (!(Math.abs(got[i] - want[i]) <= most)) {
        throw new WrongResultException(who + " is wrong at element " + i + ": " + got[i] + " instead of " + want[i]
                + ", off by more than " + most);
      }
    }
  }
}
