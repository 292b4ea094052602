package dev.retort.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One result in JMH's JSON.
 *
 * @param method the benchmark method
 * @param parameters JMH's parameters but {@code by}
 * @param rate runs a second, the median over the iterations
 * @param cost of a run, from the counters of {@link Rates}
 * @param counters all counters, as JMH gives them
 */
record Measurement(
    String method, Map<String, String> parameters, double rate, Cost cost,
    Map<String, Double> counters) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static List<Measurement> read(Path file) throws IOException {
    List<Measurement> all = new ArrayList<>();
    for (JsonNode result : JSON.readTree(file.toFile())) {
      all.add(of(result));
    }
    return all;
  }

  private static Measurement of(JsonNode result) {
    JsonNode metric = result.get("primaryMetric");
    double score = metric.get("score").asDouble();
    double median = metric.get("scorePercentiles").get("50.0").asDouble();
    boolean milliseconds = metric.get("scoreUnit").asText().equals("ms/op");
    Map<String, Double> counters = new TreeMap<>();
    result
        .get("secondaryMetrics")
        .properties()
        .forEach(each -> counters.put(each.getKey(), each.getValue().get("score").asDouble()));
    Map<String, String> parameters = new TreeMap<>();
    if (result.has("params")) {
      result
          .get("params")
          .properties()
          .forEach(each -> parameters.put(each.getKey(), each.getValue().asText()));
    }
    parameters.remove("by");
    String name = result.get("benchmark").asText();
    Cost cost =
        new Cost(
            counters.getOrDefault("gflop", 0.0) * 1e9 / score,
            counters.getOrDefault("gbyte", 0.0) * 1e9 / score,
            counters.getOrDefault("melement", 0.0) * 1e6 / score);
    return new Measurement(
        name.substring(name.lastIndexOf('.') + 1), parameters,
        milliseconds ? 1e3 / median : median, cost, counters);
  }
}
