package dev.retort.cli;

import module java.base;
import dev.retort.train.Evaluation;

/**
 * The results of one or more runs of the main job.
 *
 * @param runs the result of each role, one map a run, at least one
 */
record DistillResults(List<Map<Role, NetworkResult>> runs) {
  /** The test errors of a role in all runs as JSON has them, with their standard deviation by n - 1. */
  private record Errors(List<Integer> testErrors, double mean, double deviation) {}

  /** The first run. */
  Map<Role, NetworkResult> first() {
    return runs.getFirst();
  }

  /** The networks of the first run, side by side. */
  Table networks() {
    Table table = new Table("evaluated at T = 1", "sizes", "parameters", "test errors", "accuracy", "training");
    for (NetworkResult network : first().values()) {
      Evaluation test = network.test();
      table.row(
          network.name(), network.sizes(), Integer.toString(network.network().parameterCount()),
          test.errors() + " / " + test.rows(), "%.2f%%".formatted(100 * test.accuracy()),
          "%.1f s".formatted(network.trained().seconds()));
    }
    return table;
  }

  private Errors errors(Role role) {
    List<Integer> errors = runs.stream().map(run -> run.get(role).test().errors()).toList();
    double mean = errors.stream().mapToInt(e -> e).average().orElseThrow();
    double squares = errors.stream().mapToDouble(e -> (e - mean) * (e - mean)).sum();
    return new Errors(errors, mean, Math.sqrt(squares / Math.max(1, errors.size() - 1)));
  }

  /** The test errors of all runs, of each role by its field in JSON. */
  Map<String, Object> errorsByField() {
    Map<String, Object> errors = new LinkedHashMap<>();
    first().keySet().forEach(role -> errors.put(role.field, errors(role)));
    return errors;
  }

  /** The test errors of all runs: mean, standard deviation, and each. */
  Table errors() {
    int rows = first().get(Role.STUDENT_ALONE).test().rows();
    Table table = new Table("test errors of " + rows, "mean", "deviation", "each");
    for (Role role : first().keySet()) {
      Errors errors = errors(role);
      table.row(
          role.label, "%.1f".formatted(errors.mean), "%.1f".formatted(errors.deviation),
          errors.testErrors.stream().map("%3d"::formatted).collect(Collectors.joining(" ")));
    }
    return table;
  }

  /** The first run in one sentence. */
  String sentence() {
    NetworkResult student = first().get(Role.STUDENT_DISTILLED);
    int rows = student.test().rows();
    NetworkResult taught = first().get(Role.TEACHER);
    String teacher =
        taught == null
            ? "A teacher from files"
            : String.format(
                "A teacher of %,d parameters with %d errors on %,d test samples",
                taught.network().parameterCount(), taught.test().errors(), rows);
    return String.format(
        "%s was distilled into a student of %,d parameters, which makes %d errors on %,d test samples;"
            + " trained alone, on the labels only, it makes %d.",
        teacher, student.network().parameterCount(), student.test().errors(), rows,
        first().get(Role.STUDENT_ALONE).test().errors());
  }
}
