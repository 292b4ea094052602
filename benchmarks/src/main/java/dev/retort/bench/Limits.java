package dev.retort.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the machine can do at best, one core with JMH's {@code -t 1} and all with {@code -t max}:
 * multiply-adds in registers, and a sum over arrays from a core's own cache to memory, which is how
 * fast they can be read.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class Limits {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
  private static final int CHAINS = 12;
  private static final int STEPS = 1024;

  /** Of one run of {@link #fma}. */
  private static final Cost FMA = new Cost(2.0 * CHAINS * STEPS * SPECIES.length(), 0, 0);

  /** An array that is read, each thread its own. */
  @State(Scope.Thread)
  public static class Bytes {
    /** Of the array. */
    @Param({"24576", "98304", "393216", "1572864", "6291456", "25165824", "50331648", "201326592"})
    public int bytes;

    private MemorySegment x;
    private Cost cost;
    private float sink;

    /** Touches every page; begins on a cache line, which a heap does not promise. */
    @Setup
    public void setUp() {
      x = Arena.ofAuto().allocate(bytes, 4096).fill((byte) 1);
      cost = new Cost(bytes / 4.0, bytes, bytes / 4.0);
      WarmUp.untilCompiled(() -> sink += read(x), 50);
    }
  }

  /** What the multiply-adds start from; not constants, so that nothing folds. */
  @State(Scope.Thread)
  public static class Factors {
    private float a = 0.999f;
    private float b = 1e-3f;
    private float sink;

    /** Compiles. */
    @Setup
    public void setUp() {
      WarmUp.untilCompiled(() -> sink += fma(this), 300);
    }
  }

  /** Twelve independent chains: enough to hide the latency, few enough for sixteen registers. */
  @Benchmark
  public float fma(Factors factors, Rates rates) {
    rates.count(FMA);
    return fma(factors);
  }

  private static float fma(Factors factors) {
    FloatVector a = FloatVector.broadcast(SPECIES, factors.a);
    FloatVector b = FloatVector.broadcast(SPECIES, factors.b);
    FloatVector s0 = a;
    FloatVector s1 = a;
    FloatVector s2 = a;
    FloatVector s3 = a;
    FloatVector s4 = a;
    FloatVector s5 = a;
    FloatVector s6 = a;
    FloatVector s7 = a;
    FloatVector s8 = a;
    FloatVector s9 = a;
    FloatVector s10 = a;
    FloatVector s11 = a;
    for (int i = 0; i < STEPS; i++) {
      s0 = s0.fma(a, b);
      s1 = s1.fma(a, b);
      s2 = s2.fma(a, b);
      s3 = s3.fma(a, b);
      s4 = s4.fma(a, b);
      s5 = s5.fma(a, b);
      s6 = s6.fma(a, b);
      s7 = s7.fma(a, b);
      s8 = s8.fma(a, b);
      s9 = s9.fma(a, b);
      s10 = s10.fma(a, b);
      s11 = s11.fma(a, b);
    }
    return s0.add(s1).add(s2).add(s3).add(s4).add(s5)
        .add(s6).add(s7).add(s8).add(s9).add(s10).add(s11)
        .lane(0);
  }

  /** Four sums, so that loads need not wait for additions. */
  @Benchmark
  public float read(Bytes array, Rates rates) {
    rates.count(array.cost);
    return read(array.x);
  }

  private static float read(MemorySegment x) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long width = SPECIES.vectorByteSize();
    for (long i = 0; i < x.byteSize(); i += 4 * width) {
      s0 = s0.add(FloatVector.fromMemorySegment(SPECIES, x, i, NATIVE));
      s1 = s1.add(FloatVector.fromMemorySegment(SPECIES, x, i + width, NATIVE));
      s2 = s2.add(FloatVector.fromMemorySegment(SPECIES, x, i + 2 * width, NATIVE));
      s3 = s3.add(FloatVector.fromMemorySegment(SPECIES, x, i + 3 * width, NATIVE));
    }
    return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
  }
}
