package dev.retort.cli;

import module java.base;
import dev.retort.train.Epoch;
import dev.retort.train.TrainingListener;

/** Counts the steps of one training as some of the work of a group. */
final class TrainingBar implements TrainingListener, AutoCloseable {
  private final Progress progress;
  private final String group;
  private final double work;
  private double counted;

  TrainingBar(Progress progress, String group, double work) {
    this.progress = progress;
    this.group = group;
    this.work = work;
  }

  @Override
  public void batch(int step, int steps) {
    if (counted == 0 && step > 1) { // a training that is resumed
      count(work * (step - 1) / steps, true);
    }
    count(work * step / steps, false);
  }

  private void count(double until, boolean before) {
    progress.count(group, until - counted, before);
    counted = until;
  }

  @Override
  public void epoch(Epoch epoch) {
    progress.note(losses(epoch));
  }

  /** The loss of an epoch, and its parts if it has several. */
  static String losses(Epoch epoch) {
    StringBuilder text = new StringBuilder("loss %.4f".formatted(epoch.loss()));
    if (epoch.parts().size() > 1) {
      epoch.parts().forEach((name, value) -> text.append(", %s %.4f".formatted(name, value)));
    }
    return text.toString();
  }

  /** The training has ended; if it made no step, it had ended before this run. */
  void end(String line) {
    count(work, true);
    progress.say(line);
  }

  @Override
  public void close() {
    progress.close();
  }
}
