package dev.retort.bench;

import module java.base;
import com.fasterxml.jackson.databind.JsonNode;

/** What a table shows of a result in JMH's JSON. */
@SuppressWarnings("ImmutableEnumChecker")
enum Unit {
  GFLOPS("GFLOP/s", true, result -> metric(result, "secondaryMetrics/gflop")),
  GBYTES("GB/s", true, result -> metric(result, "secondaryMetrics/gbyte")),
  NANOSECONDS_AN_ELEMENT("ns/element", false, result -> 1e3 / metric(result, "secondaryMetrics/melement")),
  IMAGES("thousand images/s", true, result -> 1e3 * metric(result, "secondaryMetrics/melement")),
  MICROSECONDS("us", false, result -> 1e6 / metric(result, "primaryMetric")),
  MILLISECONDS("ms", false, result -> 1e3 * metric(result, "primaryMetric")),
  SECONDS("s", false, result -> metric(result, "primaryMetric")),
  RESIDENT("MiB in memory", false, result -> metric(result, "secondaryMetrics/resident")),
  SHIPPED("MiB shipped", false, result -> metric(result, "secondaryMetrics/shipped"));

  final String text;
  final ToDoubleFunction<JsonNode> value;
  private final boolean moreIsBetter;

  Unit(String text, boolean moreIsBetter, ToDoubleFunction<JsonNode> value) {
    this.text = text;
    this.moreIsBetter = moreIsBetter;
    this.value = value;
  }

  static Unit of(String text) {
    return Arrays.stream(values()).filter(unit -> unit.text.equals(text)).findFirst().orElseThrow();
  }

  /** More is better. */
  double speed(double value) {
    return moreIsBetter ? value : 1 / value;
  }

  /** The median of JMH's iterations; NaN if there is no such metric. */
  private static double metric(JsonNode result, String metric) {
    return result.at("/" + metric + "/scorePercentiles/50.0").asDouble(Double.NaN);
  }
}
