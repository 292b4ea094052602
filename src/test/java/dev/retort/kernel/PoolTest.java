package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RestoreThreads.class)
class PoolTest {
  private static final long PATIENCE_MILLIS = 30_000;

  @Test
  void everyPartRunsOnce() {
    for (int round = 0; round < 20_000; round++) {
      int parts = 1 + round % 8;
      AtomicIntegerArray runs = new AtomicIntegerArray(parts);
      Pool.run((part, of) -> runs.addAndGet(part, of == parts ? 1 : 100), parts);
      for (int part = 0; part < parts; part++) {
        assertEquals(1, runs.get(part), "runs of part " + part + " of " + parts);
      }
    }
  }

  @Test
  void whatAPartThrowsReachesTheCallerAfterAllPartsAreDone() {
    AtomicInteger done = new AtomicInteger();
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                Pool.run(
                    (part, parts) -> {
                      done.incrementAndGet();
                      if (part == 2) {
                        throw new IllegalStateException("part 2");
                      }
                    },
                    4));
    assertEquals("part 2", thrown.getMessage());
    assertEquals(4, done.get());
    Pool.run((part, parts) -> done.incrementAndGet(), 4);
    assertEquals(8, done.get(), "the pool serves on after a failure");
  }

  @Test
  void aJobWithinAJobRunsInItsCaller() {
    AtomicInteger inner = new AtomicInteger();
    Pool.run((part, parts) -> Pool.run((p, of) -> inner.incrementAndGet(), 3), 2);
    assertEquals(6, inner.get());
  }

  @Test
  void callersFromSeveralThreadsAllGetTheirWorkDone() throws InterruptedException {
    AtomicInteger sum = new AtomicInteger();
    Thread[] callers =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    new Thread(
                        () -> {
                          for (int round = 0; round < 2_000; round++) {
                            Pool.run((part, parts) -> sum.incrementAndGet(), 3);
                          }
                        }))
            .toArray(Thread[]::new);
    for (Thread caller : callers) {
      caller.start();
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(4 * 2_000 * 3, sum.get());
  }

  private static List<Thread> workers() {
    Thread[] all = new Thread[Thread.activeCount() + 8];
    int count = Thread.enumerate(all);
    return Arrays.stream(all, 0, count)
        .filter(thread -> thread.getName().startsWith("retort-"))
        .toList();
  }

  /** While a part runs, no worker leaves. */
  @Test
  void workersAreDaemonsThatInheritNothing() {
    List<Thread> workers = new CopyOnWriteArrayList<>();
    Pool.run((part, parts) -> workers.addAll(workers()), 3);
    assertFalse(workers.isEmpty());
    for (Thread worker : workers) {
      assertTrue(worker.isDaemon());
      assertNull(worker.getContextClassLoader());
    }
  }

  @Test
  void idleWorkersEndAndOthersTakeTheirPlace() throws InterruptedException {
    for (int round = 0; round < 2; round++) {
      Set<Thread> ran = ConcurrentHashMap.newKeySet();
      Pool.run(
          (part, parts) -> {
            ran.add(Thread.currentThread());
            while (ran.size() < parts) {
              Thread.onSpinWait();
            }
          },
          3);
      ran.remove(Thread.currentThread());
      for (Thread worker : ran) {
        worker.join(PATIENCE_MILLIS);
        assertFalse(worker.isAlive());
      }
    }
  }

  @Test
  void smallWorkStaysOnOneThread() {
    Pool.setThreads(8);
    assertEquals(1, Pool.parts(99, 100));
    assertEquals(1, Pool.parts(199, 100));
    assertEquals(2, Pool.parts(200, 100));
    assertEquals(8, Pool.parts(1L << 40, 100));
  }

  @Test
  void sharesCoverEverythingOnceOnMultiplesOfTheStep() {
    for (int n : new int[] {0, 1, 15, 16, 17, 100, 1200}) {
      for (int parts = 1; parts <= 9; parts++) {
        assertEquals(0, Pool.begin(n, 0, parts, 16));
        assertEquals(n, Pool.begin(n, parts, parts, 16));
        for (int part = 0; part < parts; part++) {
          int begin = Pool.begin(n, part, parts, 16);
          assertFalse(begin > Pool.begin(n, part + 1, parts, 16));
          assertTrue(begin == n || begin % 16 == 0);
        }
      }
    }
  }

  @Test
  void workersAndCallersThatSleptWake() throws InterruptedException {
    for (int threads : new int[] {2, 8}) {
      Pool.setThreads(threads);
      AtomicInteger sum = new AtomicInteger();
      Thread caller = Thread.currentThread();
      for (int round = 0; round < 5; round++) {
        Pool.run(
            (part, parts) -> {
              if (Thread.currentThread() != caller) {
                LockSupport.parkNanos(30_000_000);
              }
              sum.addAndGet(part + 1);
            },
            2);
        Thread.sleep(20);
      }
      assertEquals(15, sum.get());
    }
  }

  @Test
  void aHandOverAllocatesNothing() {
    Pool.setThreads(2);
    Pool.Task task = (part, parts) -> {};
    Allocation.assertNone("a hand-over", () -> Pool.run(task, 2));
  }

  @Test
  void aNumberOfThreadsIsFromOneToAFewTimesTheProcessors() {
    for (int count : new int[] {Integer.MIN_VALUE, -5, 0, 100_000, Integer.MAX_VALUE}) {
      IllegalArgumentException thrown =
          assertThrows(IllegalArgumentException.class, () -> Pool.setThreads(count));
      assertTrue(thrown.getMessage().startsWith("threads must be a number from 1 to "));
      assertTrue(thrown.getMessage().endsWith(", not '" + count + "'"), thrown::getMessage);
    }
  }
}
