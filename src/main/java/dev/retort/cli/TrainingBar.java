package dev.retort.cli;

import module java.base;
import dev.retort.train.Epoch;
import dev.retort.train.TrainingListener;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows a training run: a bar with the time left on a terminal, a line at each fifth of the way
 * elsewhere.
 */
final class TrainingBar implements TrainingListener, AutoCloseable {
  private static final int LINES = 5;

  private final String task;
  private final PrintWriter out;
  private final ProgressBar bar;
  private final long start = System.nanoTime();
  private int linesShown;
  private int stepsBefore = -1;

  /** Shows the run on the terminal if there is one and somebody reads along, else as lines. */
  TrainingBar(String task, PrintWriter out, boolean shown) {
    this.task = task;
    this.out = out;
    this.bar = shown && onTerminal() ? bar(task) : null;
  }

  static boolean onTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  static ProgressBar bar(String task) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setStyle(style(System.getenv("NO_COLOR"), System.err.charset()))
        .setUpdateIntervalMillis(200)
        .setMaxRenderedLength(79)
        .clearDisplayOnFinish()
        .build();
  }

  /**
   * Blocks where the terminal can show them, and colour unless NO_COLOR is set and not empty, as
   * no-color.org asks for.
   */
  static ProgressBarStyle style(String noColor, Charset terminal) {
    if (!terminal.newEncoder().canEncode("\u2588\u258f")) {
      return ProgressBarStyle.ASCII;
    }
    return noColor == null || noColor.isEmpty()
        ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK : ProgressBarStyle.UNICODE_BLOCK;
  }

  @Override
  public void batch(int step, int steps) {
    if (stepsBefore < 0) { // not 0 in a training that is resumed
      stepsBefore = step - 1;
      linesShown = (int) ((long) stepsBefore * LINES / steps);
    }
    if (bar != null) {
      bar.maxHint(steps);
      bar.stepTo(step);
    } else if ((long) step * LINES / steps > linesShown) {
      linesShown++;
      double seconds = (System.nanoTime() - start) * 1e-9;
      Duration left = Duration.ofSeconds(Math.round(seconds * (steps - step) / (step - stepsBefore)));
      out.printf("%s  %3d%%, %d s left%n", task, 100L * step / steps, left.toSeconds());
    }
  }

  @Override
  public void epoch(Epoch epoch) {
    if (bar != null) {
      bar.setExtraMessage(" " + losses(epoch));
    }
  }

  /** The loss of an epoch, and its parts if it has several. */
  static String losses(Epoch epoch) {
    StringBuilder text = new StringBuilder(String.format("loss %.4f", epoch.loss()));
    if (epoch.parts().size() > 1) {
      epoch.parts().forEach((name, value) -> text.append(String.format(", %s %.4f", name, value)));
    }
    return text.toString();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
