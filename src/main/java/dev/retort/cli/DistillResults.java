package dev.retort.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.train.Distiller.Result;
import dev.retort.train.Distiller.Role;
import dev.retort.train.Evaluation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the networks of one or more runs of the main job came to, and their names in tables, files and JSON.
 *
 * @param runs the result of each role, one map a run, at least one
 */
record DistillResults(List<Map<Role, Result>> runs) {
  /** As people read it: student alone. */
  static String label(Role role) {
    return role.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** As part of a file's name: student-alone. */
  static String name(Role role) {
    return label(role).replace(' ', '-');
  }

  /** As a model file is named. */
  static String file(Role role) {
    return name(role) + ".safetensors";
  }

  /** As a field of JSON: studentAlone. */
  static String field(Role role) {
    String[] words = label(role).split(" ");
    return Arrays.stream(words).skip(1)
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining("", words[0], ""));
  }

  /** The networks of the first run, side by side. */
  Table networks() {
    Table table =
        new Table(
            "evaluated at T = 1", "sizes", "parameters", "test errors", "accuracy", "training");
    runs.getFirst().forEach(
        (role, result) -> {
          var network = result.trained().network();
          Evaluation test = result.test();
          table.row(
              label(role), HiddenLayers.text(network.sizes()),
              Integer.toString(network.parameterCount()), test.errors() + " / " + test.rows(),
              "%.2f%%".formatted(100 * test.accuracy()),
              "%.1f s".formatted(result.trained().seconds()));
        });
    return table;
  }

  /** The test errors of all runs: mean, standard deviation with n - 1, and each. */
  Table errors() {
    int rows = runs.getFirst().get(Role.STUDENT_ALONE).test().rows();
    Table table = new Table("test errors of " + rows, "mean", "deviation", "each");
    for (Role role : runs.getFirst().keySet()) {
      int[] errors = errors(role);
      table.row(
          label(role), "%.1f".formatted(mean(errors)), "%.1f".formatted(deviation(errors)),
          Arrays.stream(errors).mapToObj("%3d"::formatted).collect(Collectors.joining(" ")));
    }
    return table;
  }

  /** The same as the field {@code runs} of an open object. */
  void writeErrors(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("runs");
    for (Role role : runs.getFirst().keySet()) {
      int[] errors = errors(role);
      json.writeObjectFieldStart(field(role));
      json.writeFieldName("testErrors");
      json.writeArray(errors, 0, errors.length);
      json.writeNumberField("mean", mean(errors));
      json.writeNumberField("deviation", deviation(errors));
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private int[] errors(Role role) {
    return runs.stream().mapToInt(run -> run.get(role).test().errors()).toArray();
  }

  private static double mean(int[] errors) {
    return Arrays.stream(errors).average().orElseThrow();
  }

  private static double deviation(int[] errors) {
    double mean = mean(errors);
    double squares = Arrays.stream(errors).mapToDouble(e -> (e - mean) * (e - mean)).sum();
    return Math.sqrt(squares / Math.max(1, errors.length - 1));
  }
}
