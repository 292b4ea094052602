package dev.retort.train;

/** Hears of a training run while it goes on, on the thread that trains. */
public interface Progress {
  /** A listener that does nothing. */
  Progress NONE = new Progress() {};

  /** A batch is done: {@code step} of {@code steps}, the first is 1. */
  default void batch(int step, int steps) {}

  /** An epoch is done. */
  default void epoch(Epoch epoch) {}
}
