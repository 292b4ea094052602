package dev.retort.loss;

import dev.retort.kernel.Kernels;
import dev.retort.kernel.Pool;

/** A kernel over rows of logits that the pool may share out by rows. */
final class ParallelRows implements Pool.Task {
  /** Elements below which a second thread does not pay; benchmarks/DECISIONS.md. */
  private static final long GRAIN = 1L << 15;

  /** Runs the kernel on {@code count} rows from {@code from} on. */
  interface Range {
    /** The first bad row, counted from {@code from}, or {@link Kernels#NO_BAD_ROW}. */
    int run(int from, int count);
  }

  private final Range range;
  private int rows;
  private int[] badRows = {};

  ParallelRows(Range range) {
    this.range = range;
  }

  /** Runs all rows; the first bad one, or {@link Kernels#NO_BAD_ROW}. */
  int over(int count, int cols) {
    rows = count;
    int parts = Pool.parts((long) count * cols, GRAIN);
    if (badRows.length < parts) {
      badRows = new int[parts];
    }
    Pool.run(this, parts);
    for (int part = 0; part < parts; part++) {
      if (badRows[part] != Kernels.NO_BAD_ROW) {
        return badRows[part];
      }
    }
    return Kernels.NO_BAD_ROW;
  }

  @Override
  public void run(int part, int parts) {
    int from = Pool.begin(rows, part, parts, Kernels.LANES);
    int bad = range.run(from, Pool.begin(rows, part + 1, parts, Kernels.LANES) - from);
    badRows[part] = bad == Kernels.NO_BAD_ROW ? bad : from + bad;
  }
}
