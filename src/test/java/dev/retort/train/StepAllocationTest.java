package dev.retort.train;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.retort.data.Dataset;
import dev.retort.kernel.Pool;
import dev.retort.loss.Distillation;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.optim.Adam;
import dev.retort.optim.Optimizer;
import dev.retort.optim.Schedule;
import dev.retort.optim.Sgd;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A steady step of the real trainer allocates nothing, on the thread that trains and on the pool's,
 * by the JVM's own count: once all is compiled, the steps of an epoch but the first add up to 0 bytes.
 */
@Tag("allocation")
@Tag("bits")
final class StepAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int STEPS = 40;
  private static final int MOST_EPOCHS = 400;
  private static final long PAUSE = 20_000_000;

  /** Batches of 128: the first layer's product is large enough for two threads. */
  private static final Dataset TRAIN = Samples.of(STEPS * 128, 12, 1);

  private final int threads = Pool.threads();

  @AfterEach
  void restore() {
    Pool.setThreads(threads);
  }

  /** Counts the bytes between the ends of the first and the last step of each epoch. */
  private static final class Meter implements Progress {
    private final Runnable extra;
    private long[] workers;
    private long start;
    private long bytes;
    private long fewest = Long.MAX_VALUE;

    Meter(Runnable extra) {
      this.extra = extra;
    }

    @Override
    public void batch(int step, int steps) {
      int ofEpoch = (step - 1) % STEPS;
      if (ofEpoch == 0) {
        workers = workers();
        start = allocated();
      }
      extra.run();
      if (ofEpoch == STEPS - 1) {
        bytes = allocated() - start;
      }
    }

    @Override
    public void epoch(Epoch epoch) {
      fewest = Math.min(fewest, bytes);
      if (fewest == 0) {
        throw new Steady();
      }
      LockSupport.parkNanos(PAUSE); // leaves the core to the compiler
    }

    private long allocated() {
      long sum = THREADS.getCurrentThreadAllocatedBytes();
      for (long worker : workers) {
        sum += THREADS.getThreadAllocatedBytes(worker);
      }
      return sum;
    }

    private static long[] workers() {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().startsWith("retort-"))
          .mapToLong(Thread::threadId)
          .toArray();
    }
  }

  /** Ends a training run that has nothing more to show. */
  private static final class Steady extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The fewest bytes that the steady steps of an epoch allocated. */
  private static long bytes(Network network, Optimizer optimizer, Objective goal, Runnable extra) {
    Meter meter = new Meter(extra);
    Trainer trainer =
        new Trainer(
            network, optimizer, Schedule.cosine(0.01).withWarmUp(10),
            new Trainer.Settings(MOST_EPOCHS, 128, 1, 0, 7), meter);
    try {
      trainer.fit(TRAIN, goal, null);
    } catch (Steady done) {
      return 0;
    }
    return meter.fewest;
  }

  private static Network network() {
    return Network.of(1, 0.1, 0.3, 144, 64, 10);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void hardLabels(int count) {
    Pool.setThreads(count);
    Network network = network();
    Sgd sgd = new Sgd(network.parameters(), 0.9, true, 1e-4);
    assertNone(bytes(network, sgd, Objective.labels(TRAIN, 0.1), () -> {}));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void distillation(int count) {
    Pool.setThreads(count);
    Network network = network();
    SoftTargets targets = SoftTargets.fromLogits(Evaluation.logits(network, TRAIN), 3);
    Objective both = Objective.distillation(TRAIN, targets, new Distillation(0.3, 0.7));
    assertNone(bytes(network, new Adam(network.parameters(), 0.01), both, () -> {}));
  }

  private static void assertNone(long bytes) {
    assertTrue(bytes == 0, () -> STEPS - 1 + " steady steps allocate " + bytes + " bytes");
  }

  @Test
  void anAllocationIsNoticed() {
    float[][] sink = new float[1][];
    Network network = Network.of(1, 0, 0, 144, 10);
    Sgd sgd = new Sgd(network.parameters(), 0, false, 0);
    Meter meter = new Meter(() -> sink[0] = new float[1]);
    Trainer trainer =
        new Trainer(
            network, sgd, Schedule.constant(0.01), new Trainer.Settings(3, 128, 0, 0, 7), meter);
    trainer.fit(TRAIN, Objective.labels(TRAIN, 0), null);
    assertThrows(AssertionError.class, () -> assertNone(meter.fewest));
  }
}
