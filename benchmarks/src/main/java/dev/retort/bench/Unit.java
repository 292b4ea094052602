package dev.retort.bench;

/** What a table shows of a measurement. */
enum Unit {
  GFLOPS("GFLOP/s", true),
  NANOSECONDS_AN_ELEMENT("ns/element", false),
  IMAGES("thousand images/s", true),
  MICROSECONDS("us", false),
  MILLISECONDS("ms", false),
  SECONDS("s", false),
  RESIDENT("MiB in memory", false),
  SHIPPED("MiB shipped", false);

  final String text;
  final boolean moreIsBetter;

  Unit(String text, boolean moreIsBetter) {
    this.text = text;
    this.moreIsBetter = moreIsBetter;
  }

  double of(Measurement measurement) {
    double rate = measurement.rate();
    Cost cost = measurement.cost();
    return switch (this) {
      case GFLOPS -> rate * cost.flops() * 1e-9;
      case NANOSECONDS_AN_ELEMENT -> 1e9 / (rate * cost.elements());
      case IMAGES -> rate * cost.elements() * 1e-3;
      case MICROSECONDS -> 1e6 / rate;
      case MILLISECONDS -> 1e3 / rate;
      case SECONDS -> 1 / rate;
      case RESIDENT -> measurement.counters().get("resident");
      case SHIPPED -> measurement.counters().get("shipped");
    };
  }
}
