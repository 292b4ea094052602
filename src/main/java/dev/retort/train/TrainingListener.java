package dev.retort.train;

/** Is notified of the progress of a training run, on the thread that trains. */
public interface TrainingListener {
  /**
   * A batch is done: {@code step} of {@code steps}.
   *
   * @param step counted from 1
   * @param steps how many there will be
   */
  default void batch(int step, int steps) {}

  /**
   * An epoch is done.
   *
   * @param epoch its losses and evaluation
   */
  default void epoch(Epoch epoch) {}
}
