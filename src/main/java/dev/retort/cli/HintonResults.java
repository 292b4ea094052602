package dev.retort.cli;

import module java.base;
import dev.retort.cli.Hinton.Row;

/**
 * The results of the paper's experiment.
 *
 * @param networks in the order of the rows, the temperatures and the seeds
 * @param rows how many samples they were evaluated on
 */
record HintonResults(List<Outcome> networks, int rows) {
  /**
   * Errors after a number was added to the biases of the row's classes.
   *
   * @param shift the number
   * @param testErrors on all samples
   * @param testErrorsOfMended on samples of those classes
   */
  record Mended(double shift, int testErrors, int testErrorsOfMended) {}

  /**
   * One network, as JSON has it.
   *
   * @param temperature of its soft targets, if it learned from any
   * @param testErrors as it was trained
   * @param testErrorsOfMended on samples of the classes whose biases are mended
   * @param biasChosenOnTraining its biases mended by the number with the fewest errors on the training samples
   * @param biasChosenOnTest the same chosen on the samples it is evaluated on, as the paper did
   * @param modelSha256 of its file
   */
  record Outcome(
      Row row, Optional<Double> temperature, long seed, int testErrors, int testErrorsOfMended,
      Optional<Mended> biasChosenOnTraining, Optional<Mended> biasChosenOnTest, double trainSeconds,
      String modelSha256) {
    Mended asTrained() {
      return new Mended(0, testErrors, testErrorsOfMended);
    }
  }

  /**
   * A line of the table.
   *
   * @param paper what the paper has
   * @param errors which errors are counted
   */
  private record Line(Row row, String name, String paper, ToIntFunction<Mended> errors) {
    boolean isMended() {
      return name.endsWith("mended");
    }

    int of(Outcome network) {
      return errors.applyAsInt(isMended() ? network.biasChosenOnTraining().orElseThrow() : network.asTrained());
    }

    int byTest(Outcome network) {
      return errors.applyAsInt(network.biasChosenOnTest().orElseThrow());
    }
  }

  private static final List<Line> LINES =
      List.of(
          new Line(Row.TEACHER, "teacher", "67", Mended::testErrors),
          new Line(Row.ALONE, "student alone", "146", Mended::testErrors),
          new Line(Row.DISTILLED, "student distilled", "74", Mended::testErrors),
          new Line(Row.NO3, "no threes", "206", Mended::testErrors),
          new Line(Row.NO3, "on threes", "133", Mended::testErrorsOfMended),
          new Line(Row.NO3, "no threes, mended", "109", Mended::testErrors),
          new Line(Row.NO3, "on threes, mended", "14", Mended::testErrorsOfMended),
          new Line(Row.ONLY78, "only 7 and 8", "47.3%", Mended::testErrors),
          new Line(Row.ONLY78, "only 7 and 8, mended", "13.2%", Mended::testErrors));

  private List<Outcome> of(Row row) {
    return networks.stream().filter(network -> network.row() == row).toList();
  }

  /** The rows beside the paper's. */
  Table table() {
    Table table = new Table("errors of " + rows, "paper", "mean", "each seed", "bias by test", "seconds");
    for (Line line : LINES) {
      List<Outcome> all = of(line.row);
      if (!all.isEmpty()) {
        double seconds = all.stream().mapToDouble(Outcome::trainSeconds).average().orElseThrow();
        table.row(
            line.name, line.paper, mean(line.row, all, line::of),
            all.stream().map(network -> cell(line.row, line.of(network))).collect(Collectors.joining(" ")),
            line.isMended() ? mean(line.row, all, line::byTest) : "",
            line.isMended() ? "" : "%.0f".formatted(seconds));
      }
    }
    return table;
  }

  private String mean(Row row, List<Outcome> all, ToIntFunction<Outcome> errors) {
    return cell(row, all.stream().mapToInt(errors).average().orElseThrow());
  }

  private String cell(Row row, double errors) {
    if (row == Row.ONLY78) {
      return "%.1f%%".formatted(100 * errors / rows);
    }
    return errors == Math.rint(errors) ? "%.0f".formatted(errors) : "%.1f".formatted(errors);
  }

  /** The errors of each sweep over its seeds, by the temperature, ascending. */
  private SortedMap<Row, TreeMap<Double, IntSummaryStatistics>> sweeps() {
    return networks.stream()
        .filter(network -> network.row().isSweep())
        .collect(
            Collectors.groupingBy(
                Outcome::row, TreeMap::new,
                Collectors.groupingBy(
                    network -> network.temperature().orElseThrow(), TreeMap::new,
                    Collectors.summarizingInt(Outcome::testErrors))));
  }

  /** The rows and, if there are any, the sweeps: errors at each temperature, mean and range over the seeds. */
  List<Table> tables() {
    Map<Row, TreeMap<Double, IntSummaryStatistics>> sweeps = sweeps();
    List<Row> columns = List.copyOf(sweeps.keySet());
    List<Double> ts = sweeps.values().stream().flatMap(each -> each.keySet().stream()).distinct().sorted().toList();
    Table ranges =
        Table.of(
            "T", ts.stream().map(Scale::number).toList(), columns.stream().map(row -> row.label).toList(),
            (i, j) -> range(columns.get(j), sweeps.get(columns.get(j)).get(ts.get(i))));
    return ts.isEmpty() ? List.of(table()) : List.of(table(), ranges);
  }

  /** The errors at a temperature, or null if no network has it. */
  private String range(Row row, IntSummaryStatistics errors) {
    return errors == null
        ? "" : "%s (%d to %d)".formatted(cell(row, errors.getAverage()), errors.getMin(), errors.getMax());
  }

  /** A chart of each sweep. */
  String charts() {
    StringBuilder charts = new StringBuilder();
    sweeps().forEach((row, sweep) -> charts.append(chart(row, sweep)));
    return charts.toString();
  }

  private static String chart(Row row, SortedMap<Double, IntSummaryStatistics> sweep) {
    double[] ts = sweep.keySet().stream().mapToDouble(t -> t).toArray();
    List<Chart.Series> series =
        List.of(
            new Chart.Series("mean", sweep.values().stream().map(IntSummaryStatistics::getAverage).toList()),
            new Chart.Series("fewest", sweep.values().stream().map(s -> (double) s.getMin()).toList()),
            new Chart.Series("most", sweep.values().stream().map(s -> (double) s.getMax()).toList()));
    return Chart.lines(
        Html.capital(row.label) + ": errors against T", Scale.logarithmic("T", ts),
        Scale.linear("errors", Chart.values(series)), ts, series);
  }
}
