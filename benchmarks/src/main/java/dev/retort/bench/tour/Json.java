package dev.retort.bench.tour;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The tour in numbers, every round. */
final class Json {
  private Json() {}

  static void write(Path file, Machine machine, List<Stop> stops, int rounds) throws IOException {
    try (JsonGenerator json =
        new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      for (Map.Entry<String, String> fact : Machine.description().entrySet()) {
        json.writeStringField(fact.getKey(), fact.getValue());
      }
      json.writeObjectFieldStart("contenders");
      for (Map.Entry<String, String> contender : Machine.contenders().entrySet()) {
        json.writeStringField(contender.getKey(), contender.getValue());
      }
      json.writeEndObject();
      json.writeNumberField("rounds", rounds);
      json.writeArrayFieldStart("limits");
      for (Stop limit : machine.limits()) {
        stop(json, limit);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("stops");
      for (Stop stop : stops) {
        stop(json, stop);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void stop(JsonGenerator json, Stop stop) throws IOException {
    json.writeStartObject();
    json.writeStringField("group", stop.group);
    json.writeStringField("name", stop.name);
    json.writeStringField("benchmark", stop.benchmark.getSimpleName());
    json.writeNumberField("threads", stop.threads);
    json.writeObjectFieldStart("parameters");
    for (Map.Entry<String, String> parameter : stop.parameters.entrySet()) {
      json.writeStringField(parameter.getKey(), parameter.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("results");
    for (Series series : stop.series.values()) {
      json.writeStartObject();
      json.writeStringField("by", series.by());
      json.writeNumberField("flopsPerRun", series.flops());
      json.writeNumberField("bytesPerRun", series.bytes());
      json.writeNumberField("elementsPerRun", series.elements());
      json.writeFieldName("runsPerSecond");
      double[] rates = series.rates();
      json.writeArray(rates, 0, rates.length);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("refused");
    for (Map.Entry<String, String> refusal : stop.refused.entrySet()) {
      json.writeStringField(refusal.getKey(), refusal.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
