package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import module java.base;
import dev.retort.bench.Expected.WrongResultException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs, its checks on, and what computes something wrong is not timed. */
final class BenchmarksTest {
  private static final Map<String, String> SMALL =
      Map.of("shape", "30x10x32 2x5x3 2x43x5",
          "images", "200", "accuracy", "0.5", "network", "784-30-30-10", "size", "24576");

  /** The vector backend with the largest number of its results, which no rounding is, off by a hundredth. */
  public static final class Wrong extends Implementation {
    public Wrong() {
      super("wrong", "");
    }

    @Override
    Work work(Measured benchmark) {
      Work work = new Retort("vector").work(benchmark);
      return new Work(work.task(), () -> {
        double[] result = work.result().get();
        double largest = Arrays.stream(result).map(Math::abs).max().orElseThrow();
        return Arrays.stream(result).map(x -> Math.abs(x) == largest ? x * 1.01 : x).toArray();
      });
    }
  }

  /** The benchmarks that ran. */
  private static Set<String> run(String benchmarks, String by) throws RunnerException {
    ChainedOptionsBuilder options = new OptionsBuilder().include(benchmarks).param("by", by).forks(0)
            .shouldFailOnError(true).verbosity(VerboseMode.SILENT);
    SMALL.forEach((name, values) -> options.param(name, values.split(" ", -1)));
    return new Runner(options.build()).run().stream()
            .map(result -> result.getParams().getBenchmark().replaceAll(".*(bench|cli)\\.|\\.run", ""))
            .collect(Collectors.toSet());
  }

  @Test
  void everyBenchmarkRuns() throws Exception {
    String all = "Gemm RowLosses TrainingStep Inference ColdStart TimeToAccuracy LargeData Limits PlaygroundSlider";
    assertEquals(Set.of(all.split(" ", -1)), run(".*", "vector"));
  }

  /** Rows with whole vectors and tails of several lengths. */
  @Test
  void handWrittenCIsRight() throws RunnerException {
    assumeTrue(Files.exists(Path.of("/usr/bin/cc")));
    assertEquals(Set.of("RowLosses"), run("RowLosses", "c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Gemm", "RowLosses", "TrainingStep", "Inference"})
  void aResultThatIsWrongIsRefused(String benchmark) {
    Throwable at = assertThrows(RunnerException.class, () -> run(benchmark, "wrong"));
    while (!(at instanceof WrongResultException)) {
      at = at.getCause() != null ? at.getCause() : at.getSuppressed()[0];
    }
    assertTrue(at.getMessage().startsWith("wrong is wrong at element"), at::getMessage);
  }

  @Test
  void anExpectationRefusesWhatIsOffByMoreThanItsTolerance() {
    Expected expected = new Expected(new double[] {1, 2}, i -> i == 0 ? 0.5 : 0);
    expected.check("right", new double[] {1.5, 2});
    WrongResultException wrong =
        assertThrows(WrongResultException.class, () -> expected.check("who", new double[] {1, Math.nextUp(2.0)}));
    assertEquals(
        "who is wrong at element 1: 2.0000000000000004 instead of 2.0, off by more than 0.0", wrong.getMessage());
    assertThrows(WrongResultException.class, () -> expected.check("who", new double[] {Double.NaN, 2}));
    assertThrows(WrongResultException.class, () -> expected.check("who", new double[3]));
  }
}
