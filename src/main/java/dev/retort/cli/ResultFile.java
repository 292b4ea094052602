package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import dev.retort.data.TrainTest;
import dev.retort.train.Epoch;
import dev.retort.train.Evaluation;
import dev.retort.train.Recipe;

/** {@code result.json}: the result of a command under the field names that are promised. */
final class ResultFile {
  /** The field {@code data} of a result. */
  private record Data(String name, int trainRows, int testRows) {}

  private ResultFile() {}

  /** Lets all results appear, {@code result.json} as the last, and prints it if that is asked for. */
  static void write(
      OutputOptions output, ResultFolder results, long seed, TrainTest data, JsonValues.Writer fields)
      throws IOException {
    write(output, results, ResultFolder.RESULT, seed, data, fields);
  }

  /** The same under another name. */
  static void write(
      OutputOptions output, ResultFolder results, String name, long seed, TrainTest data,
      JsonValues.Writer fields)
      throws IOException {
    String text =
        JsonValues.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("version", Retort.version());
              json.writeStringField("backend", Retort.backend());
              json.writeNumberField("seed", seed);
              json.writeNumberField("threads", Retort.threads());
              fields.write(json);
              json.writeObjectField(
                  "data", new Data(data.train().name(), data.train().rows(), data.test().rows()));
              json.writeEndObject();
            });
    results.write(name, text);
    results.appear();
    output.json(text);
  }

  /**
   * One network as it is written.
   *
   * @param trainLoss the loss of the last epoch and its parts, unless the network came from a file
   */
  @SuppressWarnings("ArrayRecordComponent") // written, never compared
  record TrainedNetwork(
      int[] sizes, int parameters, int testErrors, double testAccuracy, double trainSeconds,
      Optional<Map<String, Double>> trainLoss, String modelSha256) {
    static TrainedNetwork of(Recipe.Trained trained, Evaluation test, String sha256) {
      return new TrainedNetwork(
          trained.network().sizes(), trained.network().parameterCount(), test.errors(), test.accuracy(),
          trained.seconds(), trained.epochs().reversed().stream().findFirst().map(TrainedNetwork::losses), sha256);
    }

    private static Map<String, Double> losses(Epoch epoch) {
      Map<String, Double> losses = new LinkedHashMap<>(Map.of("total", epoch.loss()));
      losses.putAll(epoch.parts());
      return losses;
    }
  }
}
