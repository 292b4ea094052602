package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;

/** What {@code -prof gc} is to show: once compiled, a run allocates nothing. */
final class SteadyTest {
  private static final int RUNS = 50;

  /** On an idle machine a second is enough; a busy one gets this long to compile. */
  private static final double SECONDS = 30;

  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Whether the work comes to a point where many runs in a row allocate nothing. */
  private static boolean becomesSteady(Runnable run, double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < RUNS; i++) {
        run.run();
      }
      if (THREADS.getCurrentThreadAllocatedBytes() == before) {
        return true;
      }
    }
    return false;
  }

  private static void assertSteady(Runnable run) {
    assertTrue(becomesSteady(run, SECONDS), "it never stopped allocating");
  }

  private static byte[] kept;

  @Test
  void workThatAllocatesIsNotSteady() {
    assertFalse(becomesSteady(() -> kept = new byte[16], 0.5));
  }

  @ParameterizedTest
  @EnumSource
  void layerGemm(GemmCase.Kind product) {
    LayerGemm gemm = new LayerGemm();
    gemm.by = "vector";
    gemm.threads = 1;
    gemm.layer = "30x10";
    gemm.batch = 33;
    gemm.product = product;
    gemm.setUp();
    Rates rates = new Rates();
    assertSteady(() -> gemm.gemm(rates));
  }

  static Stream<Object[]> losses() {
    return Stream.of("64x10", "16x127")
        .flatMap(
            logits ->
                Arrays.stream(LossCase.Operation.values())
                    .map(operation -> new Object[] {logits, operation}));
  }

  @ParameterizedTest
  @MethodSource
  void losses(String logits, LossCase.Operation operation) {
    Losses losses = new Losses();
    losses.by = "vector";
    losses.threads = 1;
    losses.logits = logits;
    losses.operation = operation;
    losses.setUp();
    Rates rates = new Rates();
    assertSteady(() -> losses.loss(rates));
  }

  @ParameterizedTest
  @EnumSource
  void denseLayer(DenseCase.Direction direction) {
    DenseLayer dense = new DenseLayer();
    dense.by = "vector";
    dense.threads = 1;
    dense.layer = "30x10";
    dense.batch = 33;
    dense.direction = direction;
    dense.setUp();
    Rates rates = new Rates();
    assertSteady(() -> dense.pass(rates));
  }

  @ParameterizedTest
  @EnumSource
  void optimizerStep(OptimizerCase.Rule rule) {
    OptimizerStep optimizer = new OptimizerStep();
    optimizer.by = "vector";
    optimizer.threads = 1;
    optimizer.rule = rule;
    optimizer.parameters = 1001;
    optimizer.setUp();
    Rates rates = new Rates();
    assertSteady(() -> optimizer.step(rates));
  }

  @ParameterizedTest
  @EnumSource
  void trainingStep(StepCase.Loss loss) {
    TrainingStep step = new TrainingStep();
    step.by = "vector";
    step.threads = 1;
    step.network = "784-30-30-10";
    step.batch = 128;
    step.loss = loss;
    step.setUp();
    Rates rates = new Rates();
    assertSteady(() -> step.step(rates));
  }

  @Test
  void inference() {
    Inference inference = new Inference();
    inference.by = "vector";
    inference.network = "784-30-30-10";
    inference.setUp();
    Rates rates = new Rates();
    assertSteady(() -> inference.image(rates));
  }
}
