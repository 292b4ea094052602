package dev.retort.bench;

import module java.base;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What benchmarks share: who does the work, on how many threads, and what JMH reports besides. */
@State(Scope.Thread)
@Warmup(iterations = 1, time = 40, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(time = 40, timeUnit = TimeUnit.MILLISECONDS)
// Warm-up waits for the compiler instead of running vectors uncompiled, which takes minutes.
@Fork(value = 3, jvmArgsAppend = {
  "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:-BackgroundCompilation"
})
public abstract class Measured {
  /** An {@link Implementation}; with peers also those that README names. */
  @Param({"vector", "scalar"})
  public String by;

  /** Threads that may share the work. */
  @Param("1")
  public int threads;

  // Of one run at least, two for each operation that takes a place in the multiply-add pipes; of all arrays that it
  // reads or writes; what a time an element refers to: outputs, logits or images.
  double flops;
  double bytes;
  double elements;

  // In MiB: memory in use at the end; jars, natives included.
  double resident;
  double shipped;

  private Runnable task;

  /** A benchmark of what a process does once, compilation included. */
  @BenchmarkMode(Mode.SingleShotTime)
  @Warmup(iterations = 0)
  public abstract static class Once extends Measured {
    /** Memory of this process that is in use, in MiB; 0 where the system does not tell. */
    static double memory() {
      try {
        String status = Files.readString(Path.of("/proc/self/status"));
        return Double.parseDouble(status.replaceFirst("(?s).*VmRSS:\\s*(\\d+).*", "$1")) / 1024;
      } catch (IOException e) {
        return 0;
      }
    }
  }

  /** What a benchmark gets done per second, in 10^9 flops and bytes and 10^6 elements. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Rates {
    public double gflop;
    public double gbyte;
    public double melement;
  }

  /** What is no rate. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Footprint {
    public double resident;
    public double shipped;
  }

  /** Makes the input, and what is measured. */
  protected abstract Runnable prepare() throws IOException;

  @Setup
  public final void setUp() throws IOException {
    task = prepare();
  }

  @Benchmark
  public final void run(Rates rates, Footprint footprint) {
    task.run();
    rates.gflop += flops * 1e-9;
    rates.gbyte += bytes * 1e-9;
    rates.melement += elements * 1e-6;
    footprint.resident = resident;
    footprint.shipped = shipped;
  }

  /** Sizes in a parameter, such as 784-30-30-10 and 256x1000. */
  static int[] sizes(String text) {
    return Arrays.stream(text.split("[-x]", -1)).mapToInt(Integer::parseInt).toArray();
  }
}
