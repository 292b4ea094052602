package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.TimeValue;

/** What computes something wrong is not timed. */
final class RefusalTest {
  private static Options inThisJvm(Class<?> benchmark, String by) {
    return Small.options("^" + benchmark.getName() + "\\.")
        .param("by", by)
        .forks(0)
        .warmupIterations(0)
        .measurementIterations(1)
        .measurementTime(TimeValue.milliseconds(1))
        .build();
  }

  private static Throwable root(Throwable e) {
    Throwable at = e;
    while (at.getCause() != null || at.getSuppressed().length > 0) {
      at = at.getCause() != null ? at.getCause() : at.getSuppressed()[0];
    }
    return at;
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        LayerGemm.class, CubeGemm.class, Losses.class, OptimizerStep.class, TrainingStep.class,
        Inference.class
      })
  void aResultThatIsWrongIsRefusedAndTheRightOneIsTimed(Class<?> benchmark) throws Exception {
    RunnerException refusal =
        assertThrows(
            RunnerException.class, () -> new Runner(inThisJvm(benchmark, "wrong")).run());
    assertInstanceOf(WrongResultException.class, root(refusal));
    assertTrue(root(refusal).getMessage().startsWith("wrong is wrong"), root(refusal)::getMessage);

    assertFalse(new Runner(inThisJvm(benchmark, "scalar")).run().isEmpty());
  }

  @Test
  void anExpectationRefusesWhatIsOffByMoreThanItsTolerance() {
    Expected expected = Expected.within(new double[] {1, 2}, new double[] {0.5, 0});
    expected.check("right", new double[] {1.5, 2});
    WrongResultException wrong =
        assertThrows(
            WrongResultException.class,
            () -> expected.check("who", new double[] {1, Math.nextUp(2.0)}));
    assertEquals(
        "who is wrong at element 1: 2.0000000000000004 instead of 2.0, off by more than 0.0",
        wrong.getMessage());
  }

  @Test
  void anExpectationRefusesNaNAndAnotherLength() {
    Expected expected = Expected.within(new double[] {1}, new double[] {1});
    assertThrows(
        WrongResultException.class, () -> expected.check("who", new double[] {Double.NaN}));
    assertThrows(WrongResultException.class, () -> expected.check("who", new double[2]));
  }

  @Test
  void anExpectedInNormJudgesEveryBlockByItself() {
    Expected expected = Expected.inNorm(new double[][] {{1e6}, {3, 4}}, 0.01);
    expected.check("right", new double[] {1e6, 3.03, 4.04});
    assertThrows(
        WrongResultException.class, () -> expected.check("who", new double[] {1e6, 3.06, 4}));
    assertThrows(
        WrongResultException.class,
        () -> expected.check("who", new double[] {1e6, Double.NaN, 4}));
  }
}
