package dev.retort.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** What a table shows of a result in JMH's JSON. */
@SuppressWarnings("ImmutableEnumChecker")
enum Unit {
  GFLOPS("GFLOP/s", true, result -> metric(result, "gflop")),
  NANOSECONDS_AN_ELEMENT("ns/element", false, result -> 1e3 / metric(result, "melement")),
  IMAGES("thousand images/s", true, result -> 1e3 * metric(result, "melement")),
  MICROSECONDS("us", false, result -> 1e6 / metric(result, "runs")),
  MILLISECONDS("ms", false, result -> metric(result, "runs")),
  SECONDS("s", false, result -> 1e-3 * metric(result, "runs")),
  RESIDENT("MiB in memory", false, result -> metric(result, "resident")),
  SHIPPED("MiB shipped", false, result -> metric(result, "shipped"));

  final String text;
  final boolean moreIsBetter;
  final ToDoubleFunction<JsonNode> value;

  Unit(String text, boolean moreIsBetter, ToDoubleFunction<JsonNode> value) {
    this.text = text;
    this.moreIsBetter = moreIsBetter;
    this.value = value;
  }

  static Unit of(String text) {
    return Arrays.stream(values()).filter(unit -> unit.text.equals(text)).findFirst().orElseThrow();
  }

  /** A counter by its name or, as {@code runs}, JMH's own score: the median of the iterations. */
  static double metric(JsonNode result, String name) {
    JsonNode metric =
        name.equals("runs") ? result.get("primaryMetric") : result.get("secondaryMetrics").get(name);
    return metric.get("scorePercentiles").get("50.0").asDouble();
  }
}
