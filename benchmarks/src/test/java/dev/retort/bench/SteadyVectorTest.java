package dev.retort.bench;

/** See {@link Steady}. */
final class SteadyVectorTest extends Steady {
  SteadyVectorTest() {
    super("vector");
  }
}
