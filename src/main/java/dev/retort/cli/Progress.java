package dev.retort.cli;

import module java.base;
import dev.retort.train.Epoch;
import dev.retort.train.TrainingListener;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows one or more trainings: a bar on a terminal, elsewhere a line at equal parts of the way; both with the time left
 * for the whole and, where there are several groups of them, for the group at hand.
 */
final class Progress implements AutoCloseable {
  private static final int STEPS = 1000;

  private final String task;
  private final PrintWriter out;
  private final int lines;
  private final ProgressBar bar;
  private final Map<String, Double> left;
  private final double total;
  private final long start = System.nanoTime();
  private double done;

  /** What was done before an interruption, and took none of this run's time. */
  private double skipped;

  private int linesShown;

  /** A bar if text goes to a terminal, else at most so many lines; the work is that of each group. */
  Progress(String task, OutputOptions output, int lines, Map<String, Double> work) {
    this.task = task;
    this.out = output.text();
    this.lines = lines;
    this.bar = output.isText() && isTerminal() ? bar(task) : null;
    this.left = new HashMap<>(work);
    this.total = work.values().stream().mapToDouble(w -> w).sum();
  }

  /** Counts the steps of one training as some of the work of a group. */
  final class Bar implements TrainingListener, AutoCloseable {
    private final String group;
    private final double work;
    private double counted;

    Bar(String group, double work) {
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
      Progress.this.count(group, until - counted, before);
      counted = until;
    }

    @Override
    public void epoch(Epoch epoch) {
      note(losses(epoch));
    }

    /** The training has ended; if it made no step, it had ended before this run. */
    void end(String line) {
      count(work, true);
      say(line);
    }

    @Override
    public void close() {
      Progress.this.close();
    }
  }

  /** The loss of an epoch, and its parts if it has several. */
  static String losses(Epoch epoch) {
    StringBuilder text = new StringBuilder("loss %.4f".formatted(epoch.loss()));
    if (epoch.parts().size() > 1) {
      epoch.parts().forEach((name, value) -> text.append(", %s %.4f".formatted(name, value)));
    }
    return text.toString();
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  private static ProgressBar bar(String task) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(STEPS)
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

  /** Work of a group that was done now, or before this run began. */
  private synchronized void count(String group, double work, boolean before) {
    done += work;
    skipped += before ? work : 0;
    left.merge(group, -work, Double::sum);
    int reached = (int) (lines * done / total + 1e-9);
    if (before) {
      linesShown = reached;
    } else if (bar != null) {
      bar.stepTo((long) (STEPS * done / total));
      if (left.size() > 1) {
        bar.setExtraMessage(" " + times(group));
      }
    } else if (reached > linesShown) {
      linesShown = reached;
      out.printf("%s  %3.0f%%, %s%n", task, 100 * done / total, times(group));
    }
  }

  private String times(String group) {
    String all = time(total - done);
    return left.size() == 1 ? all : all + "; " + group + ": " + time(left.get(group));
  }

  private String time(double work) {
    double seconds = (System.nanoTime() - start) * 1e-9 * work / (done - skipped);
    return seconds < 100 ? "%.0f s left".formatted(Math.max(0, seconds)) : "%.0f min left".formatted(seconds / 60);
  }

  /** Shows a text beside the bar, if there is one, and one group, whose times do not stand there. */
  private synchronized void note(String text) {
    if (bar != null && left.size() == 1) {
      bar.setExtraMessage(" " + text);
    }
  }

  private synchronized void say(String line) {
    out.println(line);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
