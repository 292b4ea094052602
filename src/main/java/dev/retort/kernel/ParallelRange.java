package dev.retort.kernel;

/**
 * Work on the items of a range, such as rows or elements, cut into ranges by the pool. One thread at a time; a run
 * allocates nothing.
 */
public final class ParallelRange implements Pool.Task {
  /** Work on a range of items. */
  @FunctionalInterface
  public interface Work {
    /** Does items {@code from} to {@code to}, exclusive. */
    void run(int from, int to);
  }

  private final long grain;
  private final int step;
  private final Work work;
  private int count;

  /**
   * Work that is worth a second thread from two grains on.
   *
   * @param grain the least work of a part, in the unit of {@link #over}'s work per item
   * @param step the ranges begin at multiples of this many items
   * @param work what is done on a range
   */
  public ParallelRange(long grain, int step, Work work) {
    this.grain = grain;
    this.step = step;
    this.work = work;
  }

  /** Does items 0 to {@code items}, exclusive, each of which is so much work. */
  public void over(int items, long workPerItem) {
    count = items;
    Pool.run(this, Pool.parts(items * workPerItem, grain));
  }

  @Override
  public void run(int part, int parts) {
    work.run(Pool.begin(count, part, parts, step), Pool.begin(count, part + 1, parts, step));
  }
}
