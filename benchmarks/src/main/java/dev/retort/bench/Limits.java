package dev.retort.bench;

import module java.base;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Param;

/**
 * What the machine can do at best, on one core with JMH's {@code -t 1} and on all with {@code -t max}, by {@code
 * fma}: multiply-adds in registers; by {@code read}: a sum over arrays from a core's own cache to memory, which is
 * how fast they can be read.
 */
public class Limits extends Measured {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
  private static final int CHAINS = 12;
  private static final int STEPS = 1024;

  /** Bytes of the array that is read, each thread its own. */
  @Param({"24576", "98304", "393216", "1572864", "6291456", "25165824", "50331648", "201326592"})
  public int size;

  // What the multiply-adds start from; not constants, so that nothing folds.
  private float factor = 0.999f;
  private float term = 1e-3f;

  private MemorySegment x;
  private float sink;

  /** Touches every page of an array that begins on a cache line, which a heap does not promise. */
  @Override
  protected Runnable prepare() {
    x = Arena.ofAuto().allocate(size, 4096).fill((byte) 1);
    boolean multiplies = by.equals("fma");
    flops = multiplies ? 2.0 * CHAINS * STEPS * SPECIES.length() : 0;
    bytes = multiplies ? 0 : size;
    Runnable task = multiplies ? () -> sink += fma() : () -> sink += read();
    Timed.runUntilCompiled(task, 50);
    return task;
  }

  /** Twelve sums: enough to hide the latency, few enough for 16 registers, which a copy of the addend would outgrow. */
  private float fma() {
    FloatVector a = FloatVector.broadcast(SPECIES, factor);
    FloatVector b = FloatVector.broadcast(SPECIES, term);
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
      s0 = a.fma(b, s0);
      s1 = a.fma(b, s1);
      s2 = a.fma(b, s2);
      s3 = a.fma(b, s3);
      s4 = a.fma(b, s4);
      s5 = a.fma(b, s5);
      s6 = a.fma(b, s6);
      s7 = a.fma(b, s7);
      s8 = a.fma(b, s8);
      s9 = a.fma(b, s9);
      s10 = a.fma(b, s10);
      s11 = a.fma(b, s11);
    }
    return s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).lane(0);
  }

  /** Four sums, so that loads need not wait for additions. */
  private float read() {
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
