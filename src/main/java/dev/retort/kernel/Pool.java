package dev.retort.kernel;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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

  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final AtomicBoolean BUSY = new AtomicBoolean();

  /** Parts of the current job that are not done yet. */
  private static final AtomicInteger PENDING = new AtomicInteger();

  /** Number of the current job in the high half, its next free part in the low half; begins closed. */
  private static final AtomicLong TICKET = new AtomicLong(Integer.MAX_VALUE);

  private static final AtomicReference<Throwable> FAILURE = new AtomicReference<>();
  private static volatile int threads =
      Math.max(1, Integer.getInteger("retort.threads", CORES));
  private static volatile Task job;
  private static volatile int jobParts;
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

  /** Runs every part and returns when all are done; rethrows what a part threw first. */
  public static void run(Task task, int parts) {
    if (parts == 1 || !BUSY.compareAndSet(false, true)) {
      for (int part = 0; part < parts; part++) {
        task.run(part, parts);
      }
      return;
    }
    try {
      startWorkers(parts - 1);
      job = task;
      jobParts = parts;
      caller = Thread.currentThread();
      PENDING.set(parts);
      TICKET.set(((TICKET.get() >>> 32) + 1) << 32);
      for (int i = 0; i < parts - 1; i++) {
        workers[i].wake();
      }
      work();
      await();
      Throwable thrown = FAILURE.getAndSet(null);
      if (thrown instanceof RuntimeException e) {
        throw e;
      }
      if (thrown instanceof Error e) {
        throw e;
      }
    } finally {
      // Closed: whoever still holds a ticket cannot take a part of what comes next.
      TICKET.set(TICKET.get() | Integer.MAX_VALUE);
      BUSY.set(false);
    }
  }

  /**
   * Does parts of the current job until none is left to take. A worker that comes late finds its part
   * done by the caller, so a busy machine costs no more than the lost help.
   *
   * <p>A part is taken by counting the ticket up. That fails if the job has changed since the ticket
   * was read, so the job and the number of parts read in between belong to it.
   */
  private static void work() {
    while (true) {
      long ticket = TICKET.get();
      int part = (int) ticket;
      Task task = job;
      int parts = jobParts;
      if (part >= parts) {
        return;
      }
      if (TICKET.compareAndSet(ticket, ticket + 1)) {
        try {
          task.run(part, parts);
        } catch (RuntimeException | Error e) {
          FAILURE.compareAndSet(null, e);
        }
        if (PENDING.decrementAndGet() == 0) {
          LockSupport.unpark(caller);
        }
      }
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

  /** Spinning on a core that another thread needs would delay what is waited for. */
  private static int spins() {
    return threads <= CORES ? SPINS : 0;
  }

  private static void await() {
    for (int spin = 0; PENDING.get() > 0; spin++) {
      if (spin < spins()) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(Pool.class);
      }
    }
  }

  private static final class Worker extends Thread {
    private volatile boolean asleep;

    Worker(int number) {
      super("retort-" + number);
      setDaemon(true);
    }

    void wake() {
      if (asleep) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      long seen = 0;
      while (true) {
        work();
        seen = awaitTicketAfter(seen);
      }
    }

    /** Waits for another job than the last one seen; returns its number. */
    private long awaitTicketAfter(long seen) {
      for (int spin = 0; ; spin++) {
        long number = TICKET.get() >>> 32;
        if (number != seen) {
          return number;
        }
        if (spin < spins()) {
          Thread.onSpinWait();
        } else {
          asleep = true;
          if (TICKET.get() >>> 32 == seen) {
            LockSupport.park(this);
          }
          asleep = false;
        }
      }
    }
  }
}
