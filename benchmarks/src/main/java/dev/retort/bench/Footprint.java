package dev.retort.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a program takes beside time, in MiB. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Footprint {
  /** Memory in use at the end. */
  public double resident;

  /** Jars, natives included. */
  public double shipped;
}
