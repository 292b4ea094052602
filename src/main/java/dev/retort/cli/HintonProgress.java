package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.train.Hinton.Job;
import dev.retort.train.Hinton.Row;
import dev.retort.train.TrainingListener;
import me.tongfei.progressbar.ProgressBar;

/**
 * Shows many trainings, several at a time: on a terminal one bar, elsewhere a line at each twentieth; both with the time
 * left for the row at hand and for the whole.
 */
final class HintonProgress implements AutoCloseable {
  private static final int LINES = 20;
  private static final int STEPS = 1000;

  private final PrintWriter out;
  private final ProgressBar bar;
  private final Dataset train;
  private final Map<Row, Double> left = new EnumMap<>(Row.class);
  private final double total;
  private final long start = System.nanoTime();
  private double done;

  /** What was done before an interruption, and took none of this run's time. */
  private double skipped;

  private int linesShown;

  HintonProgress(List<Job> jobs, Dataset train, OutputOptions output) {
    this.train = train;
    out = output.text();
    bar = output.isText() && TrainingBar.onTerminal() ? TrainingBar.bar("hinton").maxHint(STEPS) : null;
    jobs.forEach(job -> left.merge(job.row(), job.work(train), Double::sum));
    total = left.values().stream().mapToDouble(work -> work).sum();
  }

  /** Counts the steps of one training. */
  final class OfJob implements TrainingListener {
    private final Row row;
    private final double work;
    private double counted;

    private OfJob(Job job) {
      row = job.row();
      work = job.work(train);
    }

    @Override
    public void batch(int step, int steps) {
      if (counted == 0) {
        count(row, work * (step - 1) / steps, true);
        counted = work * (step - 1) / steps;
      }
      count(row, work * step / steps - counted, false);
      counted = work * step / steps;
    }

    /** The training has ended; if it made no step, it had ended before this run. */
    void end(String line) {
      count(row, work - counted, true);
      say(line);
    }
  }

  OfJob of(Job job) {
    return new OfJob(job);
  }

  private synchronized void count(Row row, double work, boolean before) {
    done += work;
    skipped += before ? work : 0;
    left.merge(row, -work, Double::sum);
    if (before || done - skipped < total / STEPS) { // too little to tell the time left from
      return;
    }
    double secondsPerWork = (System.nanoTime() - start) * 1e-9 / (done - skipped);
    String times =
        "%s: %s left, all: %s left".formatted(
            row.label(), time(left.get(row) * secondsPerWork), time((total - done) * secondsPerWork));
    if (bar != null) {
      bar.stepTo((long) (STEPS * done / total));
      bar.setExtraMessage(" " + times);
    } else if (done * LINES / total >= linesShown + 1) {
      linesShown = (int) (done * LINES / total);
      out.printf("%3.0f%%  %s%n", 100 * done / total, times);
    }
  }

  private synchronized void say(String line) {
    out.println(line);
  }

  private static String time(double seconds) {
    return seconds < 100 ? "%.0f s".formatted(Math.max(0, seconds)) : "%.0f min".formatted(seconds / 60);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
