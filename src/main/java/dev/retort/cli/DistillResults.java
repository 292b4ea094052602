package dev.retort.cli;

import module java.base;
import dev.retort.train.Evaluation;

/**
 * What the networks of one or more runs of the main job came to.
 *
 * @param runs the result of each role, one map a run, at least one
 */
record DistillResults(List<Map<Role, NetworkResult>> runs) {
  /** The test errors of a role in all runs as JSON has them, with their standard deviation by n - 1. */
  @SuppressWarnings("ArrayRecordComponent") // written, never compared
  record Errors(int[] testErrors, double mean, double deviation) {
    static Errors of(int[] errors) {
      double mean = Arrays.stream(errors).average().orElseThrow();
      double squares = Arrays.stream(errors).mapToDouble(e -> (e - mean) * (e - mean)).sum();
      return new Errors(errors, mean, Math.sqrt(squares / Math.max(1, errors.length - 1)));
    }
  }

  /** The first run. */
  Map<Role, NetworkResult> first() {
    return runs.getFirst();
  }

  /** The networks of the first run, side by side. */
  Table networks() {
    Table table =
        new Table(
            "evaluated at T = 1", "sizes", "parameters", "test errors", "accuracy", "training");
    first().forEach(
        (role, result) -> {
          var network = result.trained().network();
          Evaluation test = result.test();
          table.row(
              role.label(), HiddenLayers.text(network.sizes()),
              Integer.toString(network.parameterCount()), test.errors() + " / " + test.rows(),
              "%.2f%%".formatted(100 * test.accuracy()),
              "%.1f s".formatted(result.trained().seconds()));
        });
    return table;
  }

  /** The test errors of a role in all runs. */
  Errors errors(Role role) {
    return Errors.of(runs.stream().mapToInt(run -> run.get(role).test().errors()).toArray());
  }

  /** The same of all roles, by their fields in JSON. */
  Map<String, Errors> errorsByField() {
    Map<String, Errors> errors = new LinkedHashMap<>();
    first().keySet().forEach(role -> errors.put(role.field(), errors(role)));
    return errors;
  }

  /** The test errors of all runs: mean, standard deviation, and each. */
  Table errors() {
    int rows = first().get(Role.STUDENT_ALONE).test().rows();
    Table table = new Table("test errors of " + rows, "mean", "deviation", "each");
    for (Role role : first().keySet()) {
      Errors errors = errors(role);
      table.row(
          role.label(), "%.1f".formatted(errors.mean), "%.1f".formatted(errors.deviation),
          Arrays.stream(errors.testErrors).mapToObj("%3d"::formatted).collect(Collectors.joining(" ")));
    }
    return table;
  }

  /** The first run in one sentence. */
  String sentence() {
    NetworkResult distilled = first().get(Role.STUDENT_DISTILLED);
    NetworkResult taught = first().get(Role.TEACHER);
    int rows = distilled.test().rows();
    String teacher =
        taught == null
            ? "A teacher from files"
            : String.format(
                "A teacher of %,d parameters with %d errors on %,d test samples",
                taught.trained().network().parameterCount(), taught.test().errors(), rows);
    return String.format(
        "%s was distilled into a student of %,d parameters, which makes %d errors on %,d test"
            + " samples; trained alone, on the labels only, it makes %d.",
        teacher, distilled.trained().network().parameterCount(), distilled.test().errors(), rows,
        first().get(Role.STUDENT_ALONE).test().errors());
  }
}
