package dev.retort.train;

/** Hears of a training run while it goes on, on the thread that trains. */
public interface Progress {
  /** A listener that does nothing. */
  Progress NONE = new Progress() {};

  /**
   * A batch is done: {@code step} of {@code steps}, the first is 1.
   *
   * @param step counted from 1
   * @param steps how many there will be
   */
  default void batch(int step, int steps) {}

  /**
   * An epoch is done.
   *
   * @param epoch what came of it
   */
  default void epoch(Epoch epoch) {}
}
