package dev.retort.data;

/** A data file that is missing or lies; the message names it, where it is wrong, and how. */
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
}
