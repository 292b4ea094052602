package dev.retort.data;

/** A data file that is missing, unreadable or malformed; the message names it, the place, and the cause. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DataException(String message) {
    super(message);
  }

  DataException(String file, long offset, String what) {
    super(file + ": byte " + offset + ": " + what);
  }

  DataException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Throws an error unless something holds. */
  static void require(boolean holds, String error) {
    if (!holds) {
      throw new DataException(error);
    }
  }
}
