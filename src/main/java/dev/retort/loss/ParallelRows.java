package dev.retort.loss;

import module java.base;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.ParallelRange;
import dev.retort.tensor.Tensor;

/** A kernel over rows of logits, its rows shared out by the pool. */
final class ParallelRows {
  /** With fewer elements a second thread costs more than it saves; see the decision log. */
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

  /** Runs all rows; the first without a softmax is a {@link BadRowException}. */
  void over(Tensor logits) {
    firstBadRow.setPlain(Integer.MAX_VALUE);
    range.over(logits.rows(), logits.rowSize());
    int bad = firstBadRow.getPlain();
    if (bad == Integer.MAX_VALUE) {
      return;
    }
    for (int j = 0; j < logits.rowSize(); j++) {
      float z = logits.get(bad, j);
      if (Float.isNaN(z) || z == Float.POSITIVE_INFINITY) {
        throw new BadRowException(bad, "the logit of class " + j + " is " + z);
      }
    }
    throw new BadRowException(bad, "every logit is -Infinity, so no class is possible");
  }
}
