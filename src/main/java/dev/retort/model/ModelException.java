package dev.retort.model;

import module java.base;

/** A model file that is malformed; the message names it, the byte and what is wrong. */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Where no single byte is to blame. */
  static final long NOWHERE = -1;

  /** The file, as the reader was given it. */
  private final String file;

  /** Which byte is wrong; {@link #NOWHERE} where none is. */
  private final long offset;

  ModelException(Path file, String what) {
    this(file, NOWHERE, what);
  }

  ModelException(Path file, long offset, String what) {
    super(file + (offset == NOWHERE ? "" : ": byte " + offset) + ": " + what);
    this.file = file.toString();
    this.offset = offset;
  }

  /** {@return the file, as the reader was given it} */
  public String file() {
    return file;
  }

  /**
   * {@return which byte of the file is wrong, counted from 0; -1 where no single byte is to blame}
   */
  public long offset() {
    return offset;
  }
}
