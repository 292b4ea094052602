package dev.retort.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.Retort;
import dev.retort.data.TrainTest;
import dev.retort.train.Epoch;
import dev.retort.train.Evaluation;
import dev.retort.train.Recipe;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;

/** {@code result.json}: the result of a command under the field names that are promised. */
final class ResultFile {
  /** Writes the fields of a result. */
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private ResultFile() {}

  /** Lets all results appear, {@code result.json} as the last, and prints it if that is asked for. */
  static void write(
      OutputOptions output, ResultFolder results, long seed, TrainTest data, Fields fields)
      throws IOException {
    write(output, results, ResultFolder.RESULT, seed, data, fields);
  }

  /** The same under another name. */
  static void write(
      OutputOptions output, ResultFolder results, String name, long seed, TrainTest data,
      Fields fields)
      throws IOException {
    String text =
        json(
            json -> {
              json.writeStringField("version", Retort.version());
              json.writeStringField("backend", Retort.backend());
              json.writeNumberField("seed", seed);
              json.writeNumberField("threads", Retort.threads());
              fields.write(json);
              json.writeObjectFieldStart("data");
              json.writeStringField("name", data.train().name());
              json.writeNumberField("trainRows", data.train().rows());
              json.writeNumberField("testRows", data.test().rows());
              json.writeEndObject();
            });
    results.write(name, text);
    results.appear();
    output.result(() -> text);
  }

  /** An object of these fields, as text. */
  static String json(Fields fields) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    }
    return text + "\n";
  }

  /**
   * One network: {@code sizes parameters testErrors testAccuracy trainSeconds trainLoss modelSha256}, where {@code
   * trainLoss} has the loss of the last epoch and its parts, unless the network came from a file.
   */
  static void network(
      JsonGenerator json, String field, Recipe.Trained trained, Evaluation test, String sha256)
      throws IOException {
    json.writeObjectFieldStart(field);
    json.writeFieldName("sizes");
    int[] sizes = trained.network().sizes();
    json.writeArray(sizes, 0, sizes.length);
    json.writeNumberField("parameters", trained.network().parameterCount());
    json.writeNumberField("testErrors", test.errors());
    json.writeNumberField("testAccuracy", test.accuracy());
    json.writeNumberField("trainSeconds", trained.seconds());
    if (!trained.epochs().isEmpty()) {
      Epoch last = trained.epochs().getLast();
      json.writeObjectFieldStart("trainLoss");
      json.writeNumberField("total", last.loss());
      for (Map.Entry<String, Double> part : last.parts().entrySet()) {
        json.writeNumberField(part.getKey(), part.getValue());
      }
      json.writeEndObject();
    }
    json.writeStringField("modelSha256", sha256);
    json.writeEndObject();
  }
}
