package dev.retort.kernel;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Splits work over a few daemon threads; the caller takes the first share. No thread starts before
 * there is work worth a second one, and a hand-over allocates nothing.
 *
 * <p>Parts are disjoint pieces of an output, never pieces of one sum, so results do not depend on the
 * number of threads. That also lets a caller who finds the pool busy, from another thread or from
 * inside a part, do all parts itself.
 */
public final class Pool {
  /** A piece of work that can be cut; keep instances, a lambda per call is an allocation. */
  @FunctionalInterface
  public interface Task {
    /** Does share {@code part} of {@code parts}. */
    void run(int part, int parts);
  }

  /** How long an idle worker, or a waiting caller, spins before it sleeps. */
  private static final int SPINS = 20_000;

  private static final AtomicBoolean BUSY = new AtomicBoolean();
  private static final AtomicInteger PENDING = new AtomicInteger();
  private static volatile int threads =
      Math.max(
          1, Integer.getInteger("retort.threads", Runtime.getRuntime().availableProcessors()));
  private static volatile Thread caller;
  private static Worker[] workers = {};

  private Pool() {}

  /** Threads in use at most, the caller included. */
  public static int threads() {
    return threads;
  }

  /**
   * Sets the number of threads, the caller included.
   *
   * @throws IllegalArgumentException if below 1
   */
  public static void setThreads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + count);
    }
    threads = count;
  }

  /** How many parts pay for work of this size, if a part should not be smaller than the grain. */
  public static int parts(long work, long grain) {
    return Math.clamp(work / grain, 1, threads);
  }

  /** Where share {@code part} of {@code parts} of n items begins, on a multiple of {@code step}. */
  public static int begin(int n, int part, int parts, int step) {
    long steps = (n + step - 1L) / step;
    return (int) Math.min(n, steps * part / parts * step);
  }

  /** Runs every part and returns when all are done; rethrows what a part threw. */
  public static void run(Task task, int parts) {
    if (parts == 1 || !BUSY.compareAndSet(false, true)) {
      for (int part = 0; part < parts; part++) {
        task.run(part, parts);
      }
      return;
    }
    try {
      startWorkers(parts - 1);
      caller = Thread.currentThread();
      PENDING.set(parts - 1);
      for (int part = 1; part < parts; part++) {
        workers[part - 1].give(task, part, parts);
      }
      try {
        task.run(0, parts);
      } finally {
        await();
      }
      for (int part = 1; part < parts; part++) {
        workers[part - 1].rethrow();
      }
    } finally {
      BUSY.set(false);
    }
  }

  private static void startWorkers(int count) {
    if (workers.length < count) {
      Worker[] more = Arrays.copyOf(workers, count);
      for (int i = workers.length; i < count; i++) {
        more[i] = new Worker(i + 1);
        more[i].start();
      }
      workers = more;
    }
  }

  private static void await() {
    for (int spin = 0; PENDING.get() > 0; spin++) {
      if (spin < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(Pool.class);
      }
    }
  }

  private static final class Worker extends Thread {
    private volatile Task task;
    private volatile boolean asleep;
    private int part;
    private int parts;
    private volatile Throwable failure;

    Worker(int number) {
      super("retort-" + number);
      setDaemon(true);
    }

    void give(Task next, int nextPart, int nextParts) {
      part = nextPart;
      parts = nextParts;
      task = next;
      if (asleep) {
        LockSupport.unpark(this);
      }
    }

    /** Throws what this worker's part threw, once. */
    void rethrow() {
      Throwable thrown = failure;
      failure = null;
      if (thrown instanceof RuntimeException e) {
        throw e;
      }
      if (thrown instanceof Error e) {
        throw e;
      }
    }

    @Override
    public void run() {
      while (true) {
        Task current = next();
        try {
          current.run(part, parts);
        } catch (RuntimeException | Error e) {
          failure = e;
        }
        task = null;
        if (PENDING.decrementAndGet() == 0) {
          LockSupport.unpark(caller);
        }
      }
    }

    private Task next() {
      for (int spin = 0; ; spin++) {
        Task given = task;
        if (given != null) {
          asleep = false;
          return given;
        }
        if (spin < SPINS) {
          Thread.onSpinWait();
        } else {
          asleep = true;
          if (task == null) {
            LockSupport.park(this);
          }
        }
      }
    }
  }
}
