package dev.retort.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.kernel.CounterRandom;
import dev.retort.derivation.Tolerances;
import dev.retort.derivation.GradientCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code retort gradcheck}: every gradient against differences, and the engine's against it. */
@Command(
    name = "gradcheck",
    description = "Compare every layer's and loss's gradient with differences of its function.",
    footerHeading = Main.EXAMPLES,
    footer = "  retort gradcheck")
final class GradcheckCommand implements Callable<Integer> {
  /** Elements that are small beside the largest by chance are set against this. */
  private static final double FLOOR = 0.1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the points (default ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--points",
      defaultValue = "20",
      description = "Random points for each gradient (default ${DEFAULT-VALUE}).")
  private int points;

  @Option(names = "--json", description = "Print the table as JSON.")
  private boolean json;

  /** What came of a gradient at all points so far. */
  static final class Row {
    final String name;
    final String equations;
    int checked;
    int kinks;
    int unsettled;
    double worst;
    String where = "-";
    double worstFloat;
    String whereFloat = "-";

    Row(String name, String equations) {
      this.name = name;
      this.equations = equations;
    }

    void add(GradientCases.Case given, int point) {
      double[] derived = array(given.derived());
      GradientCheck.Report report =
          GradientCheck.coordinates(given.function(), array(given.at()), derived);
      checked += report.checked();
      kinks += report.kinks();
      unsettled += report.unsettled();
      if (Double.compare(report.worst(), worst) > 0) {
        worst = report.worst();
        where = point + ":" + report.where();
      }
      double norm = FLOOR;
      for (double g : derived) {
        norm = Math.hypot(norm, g);
      }
      for (int i = 0; i < derived.length; i++) {
        double error = Math.abs(given.engine().get(i) - derived[i]) / norm;
        if (Double.compare(error, worstFloat) > 0) {
          worstFloat = error;
          whereFloat = point + ":" + i;
        }
      }
    }

    boolean passes() {
      return checked > 0
          && unsettled == 0
          && worst <= Tolerances.DIFFERENCES
          && worstFloat <= Tolerances.FLOAT32;
    }

    private static double[] array(List<Double> numbers) {
      return numbers.stream().mapToDouble(x -> x).toArray();
    }
  }

  @Override
  public Integer call() throws IOException {
    if (points < 1) {
      throw new IllegalArgumentException("--points must be at least 1, not " + points);
    }
    Map<String, Row> rows = new LinkedHashMap<>();
    for (int point = 0; point < points; point++) {
      for (GradientCases.Case given : new GradientCases(CounterRandom.key(seed, point)).all()) {
        rows.computeIfAbsent(given.name(), name -> new Row(name, given.equations()))
            .add(given, point);
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      write(out, rows.values());
    } else {
      print(out, rows.values());
    }
    return exitCode(rows.values());
  }

  static int exitCode(Collection<Row> rows) {
    return rows.stream().allMatch(Row::passes) ? 0 : Main.FAILURE;
  }

  private static void print(PrintWriter out, Collection<Row> rows) {
    out.println("Worst relative errors: derived in double against differences, and the engine's");
    out.println("float32 against that; where is point:element, equations are those of NOTES.md.");
    out.println();
    String line = "%-19s %-10s %7s %6s %8s %6s %8s %6s%n";
    out.printf(line, "gradient", "equations", "checked", "kinks", "double", "where", "float32",
        "where");
    for (Row row : rows) {
      out.printf(
          Locale.ROOT, line, row.name, row.equations, row.checked, row.kinks, error(row.worst),
          row.where, error(row.worstFloat), row.whereFloat);
    }
    out.println();
    out.printf(
        "worst of all: double %s (up to %s), float32 %s (up to %s)%n",
        error(worst(rows, row -> row.worst)), error(Tolerances.DIFFERENCES),
        error(worst(rows, row -> row.worstFloat)), error(Tolerances.FLOAT32));
  }

  private static double worst(Collection<Row> rows, ToDoubleFunction<Row> error) {
    return rows.stream().mapToDouble(error).max().orElseThrow();
  }

  private static String error(double error) {
    return String.format(Locale.ROOT, "%.1e", error);
  }

  private static void write(PrintWriter out, Collection<Row> rows) throws IOException {
    try (JsonGenerator generator = ExplainCommand.generator(out)) {
      generator.writeStartObject();
      generator.writeNumberField("worstDouble", worst(rows, row -> row.worst));
      generator.writeNumberField("worstFloat32", worst(rows, row -> row.worstFloat));
      generator.writeArrayFieldStart("gradients");
      for (Row row : rows) {
        generator.writeStartObject();
        generator.writeStringField("gradient", row.name);
        generator.writeStringField("equations", row.equations);
        generator.writeNumberField("checked", row.checked);
        generator.writeNumberField("kinks", row.kinks);
        generator.writeNumberField("unsettled", row.unsettled);
        generator.writeNumberField("worstDouble", row.worst);
        generator.writeStringField("worstDoubleAt", row.where);
        generator.writeNumberField("worstFloat32", row.worstFloat);
        generator.writeStringField("worstFloat32At", row.whereFloat);
        generator.writeEndObject();
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
    out.println();
  }
}
