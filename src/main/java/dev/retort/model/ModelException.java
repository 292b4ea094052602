package dev.retort.model;

import module java.base;

/** A model file that is malformed; the message names it, the byte and what is wrong. */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ModelException(Path file, String what) {
    super(file + ": " + what);
  }

  ModelException(Path file, long offset, String what) {
    super(file + ": byte " + offset + ": " + what);
  }

  /** Throws an error at a byte of a file unless something holds. */
  static void require(boolean holds, Path file, long offset, String otherwise) {
    if (!holds) {
      throw new ModelException(file, offset, otherwise);
    }
  }
}
