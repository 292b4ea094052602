package dev.retort.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a benchmark gets done, reported by JMH per second beside the runs per second. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Rates {
  /** 10^9 floating-point operations. */
  public double gflop;

  /** 10^9 bytes. */
  public double gbyte;

  /** 10^6 elements. */
  public double melement;

  /** JMH wants every iteration to count from 0. */
  @Setup(Level.Iteration)
  public void clear() {
    gflop = 0;
    gbyte = 0;
    melement = 0;
  }

  void count(Cost cost) {
    gflop += cost.flops() * 1e-9;
    gbyte += cost.bytes() * 1e-9;
    melement += cost.elements() * 1e-6;
  }
}
