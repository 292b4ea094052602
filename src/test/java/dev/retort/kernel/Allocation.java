package dev.retort.kernel;

import module java.base;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Bytes that the current thread allocates, by the JVM's own count. */
public final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 200;
  private static final int MOST_ROUNDS = 5_000; // a busy machine compiles late
  private static final long PAUSE = 10_000_000;

  private Allocation() {}

  /** Warms up until compiled: some round of many calls must allocate less than a byte a call. */
  public static void assertNone(String what, Runnable body) {
    assertNone(what, MOST_ROUNDS, body);
  }

  static void assertNone(String what, int rounds, Runnable body) {
    long bytes = Long.MAX_VALUE;
    for (int round = 0; round < rounds && bytes >= CALLS; round++) {
      bytes = of(() -> repeat(body));
      LockSupport.parkNanos(PAUSE); // leaves the core to the compiler
    }
    if (bytes >= CALLS) {
      throw new AssertionError(what + " allocates " + bytes / CALLS + " bytes a call");
    }
  }

  private static void repeat(Runnable body) {
    for (int call = 0; call < CALLS; call++) {
      body.run();
    }
  }

  /** The bytes of one call. */
  public static long of(Runnable body) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    body.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
