package dev.retort.bench;

import java.util.Arrays;
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

/** A benchmark of {@link Work}, which an {@link Implementation} does and which is checked first. */
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
public abstract class Timed {
  /** An {@link Implementation}; with peers also those that README names. */
  @Param({"vector", "scalar"})
  public String by;

  /** Threads that may share the work. */
  @Param("1")
  public int threads;

  private Work work;
  private Cost cost;

  final Implementation implementation() {
    Implementation implementation = Implementation.named(by);
    System.out.println(by + " is " + implementation.describe());
    String warning = NativeLibraryEnvironment.warning(System.getenv());
    if (!warning.isEmpty() && !(implementation instanceof Retort)) {
      System.out.println(warning);
    }
    return implementation;
  }

  /** The work to time, unless its result is wrong. */
  final void measure(Work unchecked, Cost each, Expected expected) {
    expected.check(by, unchecked);
    measure(unchecked, each);
  }

  /** The work to time, which has been checked. */
  final void measure(Work checked, Cost each) {
    work = checked;
    cost = each;
    WarmUp.untilCompiled(checked::run, 50);
  }

  final void run(Rates rates) {
    work.run();
    rates.count(cost);
  }

  /** Sizes in a parameter, such as 784-30-30-10 and 256x1000. */
  static int[] sizes(String text) {
    return Arrays.stream(text.split("[-x]")).mapToInt(Integer::parseInt).toArray();
  }
}
