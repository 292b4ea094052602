package dev.retort.loss;

import module java.base;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.ParallelRange;

/** A kernel over rows of logits, its rows shared out by the pool. */
final class ParallelRows {
  /** Elements below which a second thread does not pay; decision log. */
  private static final long GRAIN = 1L << 15;

  /** Runs the kernel on {@code count} rows from {@code from} on. */
  interface Kernel {
    /** The first bad row, counted from {@code from}, or {@link Kernels#NO_BAD_ROW}. */
    int run(int from, int count);
  }

  private final AtomicInteger firstBadRow = new AtomicInteger();
  private final ParallelRange range;

  ParallelRows(Kernel kernel) {
    range =
        new ParallelRange(
            GRAIN, Kernels.LANES,
            (from, to) -> {
              int bad = kernel.run(from, to - from);
              if (bad != Kernels.NO_BAD_ROW) {
                firstBadRow.accumulateAndGet(from + bad, Math::min);
              }
            });
  }

  /** Runs all rows; the first bad one, or {@link Kernels#NO_BAD_ROW}. */
  int over(int rows, int cols) {
    firstBadRow.setPlain(Integer.MAX_VALUE);
    range.over(rows, cols);
    int bad = firstBadRow.getPlain();
    return bad == Integer.MAX_VALUE ? Kernels.NO_BAD_ROW : bad;
  }
}
