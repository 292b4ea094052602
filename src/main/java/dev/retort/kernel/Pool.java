package dev.retort.kernel;

import module java.base;

/**
 * Splits work over a few daemon threads; the caller takes the first share. No thread starts before
 * there is work worth a second one, idle ones end after two seconds, and a hand-over allocates
 * nothing.
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

  /** How often an idle worker, or a waiting caller, looks again before it sleeps. */
  private static final int SPINS = 20_000;

  private static final int YIELD_EVERY = 64;

  /** A worker that slept this long without work ends; the next large job starts another. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /** More threads than this are an error: each would only take turns with the others. */
  private static final int MOST_THREADS = Math.max(16, 4 * CORES);

  private static final String PROPERTY = "retort.threads";
  private static final AtomicBoolean BUSY = new AtomicBoolean();

  /** Parts of the current job that are not done yet. */
  private static final AtomicInteger PENDING = new AtomicInteger();

  /** Number of the current job in the high half, its next free part in the low half; begins closed. */
  private static final AtomicLong TICKET = new AtomicLong(Integer.MAX_VALUE);

  private static final AtomicReference<Throwable> FAILURE = new AtomicReference<>();

  /** As set; 0 before that. */
  private static volatile int threads;

  private static volatile Task job;
  private static volatile int jobParts;
  private static volatile Thread caller;
  private static Worker[] workers = {};

  private Pool() {}

  /**
   * Threads in use at most, the caller included: what was set, else {@code -Dretort.threads}, else all
   * processors.
   *
   * @throws IllegalArgumentException if the property is not a number from 1 to a few times the
   *     processors
   */
  public static int threads() {
    if (threads == 0) {
      String property = System.getProperty(PROPERTY);
      threads = property == null ? CORES : valid(PROPERTY, property);
    }
    return threads;
  }

  /**
   * Sets the number of threads, the caller included.
   *
   * @throws IllegalArgumentException if below 1, or above a few times the processors
   */
  public static void setThreads(int count) {
    threads = valid("threads", Integer.toString(count));
  }

  private static int valid(String name, String count) {
    // Anything longer is too many, whatever its digits.
    int number = count.matches("[0-9]{1,9}") ? Integer.parseInt(count) : 0;
    if (number < 1 || number > MOST_THREADS) {
      throw new IllegalArgumentException(
          name + " must be a number from 1 to " + MOST_THREADS + ", not '" + count + "'");
    }
    return number;
  }

  /** How many parts pay for work of this size, if a part should not be smaller than the grain. */
  public static int parts(long work, long grain) {
    return Math.clamp(work / grain, 1, threads());
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
      job = null;
      caller = null;
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
      workers = Arrays.copyOf(workers, count);
    }
    for (int i = 0; i < count; i++) {
      if (workers[i] == null) {
        Worker worker = new Worker(i);
        worker.start();
        workers[i] = worker;
      }
    }
  }

  /**
   * One turn of waiting actively: true while that is worth it. Every few turns lend the core to whoever
   * else wants it, as waiting must not hold up what is waited for.
   */
  @SuppressWarnings("ThreadPriorityCheck") // a yield costs speed at worst: nothing relies on it.
  private static boolean spins(int turn) {
    if (turn % YIELD_EVERY == 0) {
      Thread.yield();
    } else {
      Thread.onSpinWait();
    }
    return turn < SPINS;
  }

  private static void await() {
    for (int turn = 1; PENDING.get() > 0; turn++) {
      if (!spins(turn)) {
        LockSupport.park(Pool.class);
      }
    }
  }

  /** A thread that keeps nothing of the application alive that happened to need it first. */
  private static final class Worker extends Thread {
    private final int index;
    private volatile boolean asleep;

    Worker(int index) {
      super(null, null, "retort-" + (index + 1), 0, false);
      this.index = index;
      setDaemon(true);
      setContextClassLoader(null);
    }

    void wake() {
      if (asleep) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      long seen = 0;
      do {
        work();
        seen = awaitTicketAfter(seen);
      } while (seen >= 0);
    }

    /** Waits for another job than the last one seen; returns its number, or -1 if none came. */
    private long awaitTicketAfter(long seen) {
      for (int turn = 1; ; turn++) {
        long number = TICKET.get() >>> 32;
        if (number != seen) {
          return number;
        }
        if (!spins(turn) && idles(seen)) {
          return -1;
        }
      }
    }

    /** Sleeps; true if no job came and this worker has left the pool. */
    private boolean idles(long seen) {
      asleep = true;
      long begin = System.nanoTime();
      if (TICKET.get() >>> 32 == seen) {
        LockSupport.parkNanos(this, IDLE_NANOS);
      }
      asleep = false;
      return System.nanoTime() - begin >= IDLE_NANOS && leaves(seen);
    }

    /** Whoever holds BUSY owns the pool: no job can begin while a worker leaves. */
    private boolean leaves(long seen) {
      if (!BUSY.compareAndSet(false, true)) {
        return false;
      }
      boolean idle = TICKET.get() >>> 32 == seen;
      if (idle) {
        workers[index] = null;
      }
      BUSY.set(false);
      return idle;
    }
  }
}
