package dev.retort.train;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import com.sun.management.ThreadMXBean;
import dev.retort.data.Dataset;
import dev.retort.kernel.Pool;
import dev.retort.kernel.RestoreThreads;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.optim.Schedule;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A steady step of a real training allocates nothing, on the thread that trains and on the pool's,
 * by the JVM's own count: once all is compiled, the steps of an epoch but the first add up to 0 bytes.
 */
@Tag("allocation")
@Tag("bits")
@ExtendWith(RestoreThreads.class)
final class StepAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int STEPS = 40;
  private static final int MOST_EPOCHS = 4_000; // a busy machine compiles late
  private static final long PAUSE = 20_000_000;

  /** Batches of 128: the first layer's product is large enough for two threads. */
  private static final Dataset TRAIN = Samples.of(STEPS * 128, 12, 1);

  /** Counts the bytes between the ends of the first and the last step of each epoch. */
  private static final class Meter implements TrainingListener {
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
  private static long bytes(Training training, Loss loss) {
    Meter meter = new Meter(() -> {});
    try {
      training.schedule(Schedule.cosine().withWarmUp(0.1)).epochs(MOST_EPOCHS).batchSize(128)
          .jitter(1).listener(meter).fit(network(), TRAIN, loss);
    } catch (Steady done) {
      return 0;
    }
    return meter.fewest;
  }

  private static Network network() {
    return Network.mlp(144, 64, 10).inputDropout(0.1).dropout(0.3).build();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void hardLabels(int count) {
    Pool.setThreads(count);
    assertNone(bytes(Training.sgd(0.01).nesterov(0.9), Loss.crossEntropy(0.1)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void distillation(int count) {
    Pool.setThreads(count);
    SoftTargets targets = SoftTargets.fromLogits(network().logits(TRAIN), 3);
    assertNone(bytes(Training.adam(0.01), Loss.distillation(targets, 0.3, 0.7)));
  }

  private static void assertNone(long bytes) {
    assertTrue(bytes == 0, () -> STEPS - 1 + " steady steps allocate " + bytes + " bytes");
  }

  @Test
  void anAllocationIsNoticed() {
    float[][] sink = new float[1][];
    Meter meter = new Meter(() -> sink[0] = new float[1]);
    Training.sgd(0.01).epochs(3).batchSize(128).listener(meter)
        .fit(Network.mlp(144, 10).build(), TRAIN, Loss.crossEntropy());
    assertThrows(AssertionError.class, () -> assertNone(meter.fewest));
  }
}
