package dev.retort.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What all benchmarks of a {@link Work} share: who does it, on how many threads, measured how. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      // Warm-up waits for the compiler instead of running uncompiled vectors, which takes minutes.
      "-XX:-BackgroundCompilation"
    })
public abstract class Measured {
  /** A {@link Contender}; with peers also openblas, mkl, vectorblas, pytorch and smile. */
  @Param({"vector", "scalar"})
  public String by;

  private Work work;
  private Cost cost;

  /** Takes work on that has been checked. */
  final void measure(Work checked, Cost each) {
    String warning = Steering.warning(System.getenv());
    if (!warning.isEmpty() && !(Contender.named(by) instanceof Retort)) {
      System.out.println(warning);
    }
    work = checked;
    cost = each;
  }

  /** Takes work on, unless it is done wrong. */
  final void measure(Work unchecked, Cost each, Answer answer) {
    answer.check(by, unchecked);
    measure(unchecked, each);
  }

  final void run(Rates rates) {
    work.run();
    rates.count(cost);
  }
}
