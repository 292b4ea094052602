package dev.retort.bench;

/** See {@link Steady}. */
final class SteadyScalarTest extends Steady {
  SteadyScalarTest() {
    super("scalar");
  }
}
