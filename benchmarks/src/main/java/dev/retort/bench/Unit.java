package dev.retort.bench;

import java.util.function.ToDoubleFunction;

/** What a table shows of a measurement. */
enum Unit {
  GFLOPS("GFLOP/s", true, m -> m.rate() * m.cost().flops() * 1e-9),
  NANOSECONDS_AN_ELEMENT("ns/element", false, m -> 1e9 / (m.rate() * m.cost().elements())),
  IMAGES("thousand images/s", true, m -> m.rate() * m.cost().elements() * 1e-3),
  MICROSECONDS("us", false, m -> 1e6 / m.rate()),
  MILLISECONDS("ms", false, m -> 1e3 / m.rate()),
  SECONDS("s", false, m -> 1 / m.rate());

  final String text;
  final boolean moreIsBetter;
  private final ToDoubleFunction<Measurement> value;

  Unit(String text, boolean moreIsBetter, ToDoubleFunction<Measurement> value) {
    this.text = text;
    this.moreIsBetter = moreIsBetter;
    this.value = value;
  }

  double of(Measurement measurement) {
    return value.applyAsDouble(measurement);
  }
}
