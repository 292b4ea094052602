package dev.retort.cli;

import module java.base;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.train.Hinton.Row;

/**
 * What the networks of the paper's experiment came to.
 *
 * @param all in the order of the rows, the temperatures and the seeds
 * @param rows how many samples they were evaluated on
 */
record HintonResults(List<Outcome> all, int rows) {
  /**
   * Errors.
   *
   * @param all on all samples
   * @param mended on samples of the classes whose biases are mended
   */
  record Errors(int all, int mended) {}

  /**
   * Errors after a number was added to the biases of the row's classes.
   *
   * @param shift the number
   * @param errors what is left
   */
  record Mended(double shift, Errors errors) {}

  /**
   * One network.
   *
   * @param temperature of its soft targets, if it learned from any
   * @param errors as it was trained
   * @param chosenOnTraining its biases mended by the number with the fewest errors on the training samples
   * @param chosenOnTest the same chosen on the samples it is evaluated on, as the paper did
   * @param seconds of its training
   * @param sha256 of its file
   */
  record Outcome(
      Row row, OptionalDouble temperature, long seed, Errors errors, Optional<Mended> chosenOnTraining,
      Optional<Mended> chosenOnTest, double seconds, String sha256) {}

  /**
   * A line of the table.
   *
   * @param paper what the paper has
   * @param after which errors of a network are counted: as it was trained, or mended
   * @param errors which of those
   */
  private record Line(
      Row row, String name, String paper, Function<Outcome, Errors> after, ToIntFunction<Errors> errors) {
    boolean isMended() {
      return name.endsWith("mended");
    }
  }

  private static final List<Line> LINES =
      List.of(
          new Line(Row.TEACHER, "teacher", "67", Outcome::errors, Errors::all),
          new Line(Row.ALONE, "student alone", "146", Outcome::errors, Errors::all),
          new Line(Row.DISTILLED, "student distilled", "74", Outcome::errors, Errors::all),
          new Line(Row.NO3, "no threes", "206", Outcome::errors, Errors::all),
          new Line(Row.NO3, "on threes", "133", Outcome::errors, Errors::mended),
          new Line(Row.NO3, "no threes, mended", "109", HintonResults::onTraining, Errors::all),
          new Line(Row.NO3, "on threes, mended", "14", HintonResults::onTraining, Errors::mended),
          new Line(Row.ONLY78, "only 7 and 8", "47.3%", Outcome::errors, Errors::all),
          new Line(Row.ONLY78, "only 7 and 8, mended", "13.2%", HintonResults::onTraining, Errors::all));

  private List<Outcome> of(Row row) {
    return all.stream().filter(outcome -> outcome.row() == row).toList();
  }

  /** The networks of one temperature of a sweep. */
  private List<Outcome> at(Row row, double temperature) {
    return of(row).stream().filter(o -> o.temperature().getAsDouble() == temperature).toList();
  }

  private List<Row> sweepRows() {
    return Arrays.stream(Row.values()).filter(row -> row.isSweep() && !of(row).isEmpty()).toList();
  }

  /** The rows beside the paper's. */
  Table table() {
    Table table =
        new Table("errors of " + rows, "paper", "mean", "each seed", "bias by test", "seconds");
    for (Line line : LINES) {
      List<Outcome> networks = of(line.row());
      if (!networks.isEmpty()) {
        ToIntFunction<Outcome> errors = o -> line.errors().applyAsInt(line.after().apply(o));
        double seconds = networks.stream().mapToDouble(Outcome::seconds).average().orElseThrow();
        table.row(
            line.name(), line.paper(), mean(line.row(), networks, errors),
            networks.stream()
                .map(o -> cell(line.row(), errors.applyAsInt(o))).collect(Collectors.joining(" ")),
            line.isMended()
                ? mean(line.row(), networks, o -> line.errors().applyAsInt(onTest(o))) : "",
            line.isMended() ? "" : "%.0f".formatted(seconds));
      }
    }
    return table;
  }

  private static Errors onTraining(Outcome outcome) {
    return outcome.chosenOnTraining().orElseThrow().errors();
  }

  private static Errors onTest(Outcome outcome) {
    return outcome.chosenOnTest().orElseThrow().errors();
  }

  private String cell(Row row, double errors) {
    if (row == Row.ONLY78) {
      return "%.1f%%".formatted(100 * errors / rows);
    }
    return errors == Math.rint(errors) ? "%.0f".formatted(errors) : "%.1f".formatted(errors);
  }

  private String mean(Row row, List<Outcome> networks, ToIntFunction<Outcome> errors) {
    return cell(row, networks.stream().mapToInt(errors).average().orElseThrow());
  }

  /** The temperatures of the sweeps, ascending. */
  private double[] temperatures() {
    return sweepRows().stream().flatMap(row -> of(row).stream())
        .mapToDouble(o -> o.temperature().getAsDouble()).distinct().sorted().toArray();
  }

  /** The rows and, if there are any, the sweeps. */
  List<Table> tables() {
    return sweepRows().isEmpty() ? List.of(table()) : List.of(table(), sweeps());
  }

  /** Errors at each temperature of the sweeps, mean and range over the seeds. */
  private Table sweeps() {
    Table table =
        new Table(
            Stream.concat(Stream.of("T"), sweepRows().stream().map(Row::label)).toArray(String[]::new));
    for (double t : temperatures()) {
      table.row(
          Stream.concat(Stream.of(Scale.number(t)), sweepRows().stream().map(row -> range(row, at(row, t))))
              .toArray(String[]::new));
    }
    return table;
  }

  private String range(Row row, List<Outcome> networks) {
    int[] errors = networks.stream().mapToInt(o -> o.errors().all()).sorted().toArray();
    return errors.length == 0
        ? "" : "%s (%d to %d)".formatted(mean(row, networks, o -> o.errors().all()), errors[0], errors[errors.length - 1]);
  }

  /** A chart of each sweep. */
  String charts() {
    StringBuilder html = new StringBuilder();
    double[] ts = temperatures();
    for (Row row : sweepRows()) {
      List<Chart.Series> series =
          List.of(
              new Chart.Series("mean", errors(row, ts, s -> s.average().orElseThrow())),
              new Chart.Series("fewest", errors(row, ts, s -> s.min().orElseThrow())),
              new Chart.Series("most", errors(row, ts, s -> s.max().orElseThrow())));
      double[] values = series.stream().flatMapToDouble(s -> s.values().stream().mapToDouble(v -> v)).toArray();
      html.append(
          Chart.lines(
              Html.capital(row.label()) + ": errors against T", Scale.logarithmic("T", ts),
              Scale.linear("errors", Arrays.stream(values).min().orElseThrow(), Arrays.stream(values).max().orElseThrow()),
              ts, series));
    }
    return html.toString();
  }

  private double[] errors(Row row, double[] temperatures, ToDoubleFunction<IntStream> of) {
    return Arrays.stream(temperatures)
        .map(t -> of.applyAsDouble(at(row, t).stream().mapToInt(o -> o.errors().all()))).toArray();
  }

  /** The tables as Markdown. */
  String markdown() {
    return tables().stream().map(HintonResults::markdown).collect(Collectors.joining("\n"));
  }

  private static String markdown(Table table) {
    StringBuilder text = new StringBuilder();
    String rule = "";
    for (List<String> row : table.rows()) {
      text.append("| ").append(String.join(" | ", row)).append(" |\n");
      if (rule.isEmpty()) {
        rule = "|---" + "|---:".repeat(row.size() - 1) + "|\n";
        text.append(rule);
      }
    }
    return text.toString();
  }

  /** The networks as the field {@code networks} of an open object. */
  void write(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("networks");
    for (Outcome outcome : all) {
      json.writeStartObject();
      json.writeStringField("row", outcome.row().key());
      if (outcome.temperature().isPresent()) {
        json.writeNumberField("temperature", outcome.temperature().getAsDouble());
      }
      json.writeNumberField("seed", outcome.seed());
      write(json, outcome.errors());
      if (outcome.chosenOnTraining().isPresent()) {
        write(json, "biasChosenOnTraining", outcome.chosenOnTraining().get());
        write(json, "biasChosenOnTest", outcome.chosenOnTest().orElseThrow());
      }
      json.writeNumberField("trainSeconds", outcome.seconds());
      json.writeStringField("modelSha256", outcome.sha256());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, String field, Mended mended) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("shift", mended.shift());
    write(json, mended.errors());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Errors errors) throws IOException {
    json.writeNumberField("testErrors", errors.all());
    json.writeNumberField("testErrorsOfMended", errors.mended());
  }
}
