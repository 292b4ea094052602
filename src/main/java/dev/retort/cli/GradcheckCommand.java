package dev.retort.cli;

import module java.base;
import dev.retort.derivation.GradientCases;
import dev.retort.derivation.GradientCases.Case;
import dev.retort.derivation.GradientCheck;
import dev.retort.derivation.Mutants;
import dev.retort.derivation.Mutants.Mutant;
import dev.retort.derivation.Tolerances;
import dev.retort.kernel.CounterRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code retort gradcheck}: every gradient against differences, and the engine's against it. */
@Command(
    name = "gradcheck",
    description = "Compare every layer's and loss's gradient with differences of its function.",
    footer = "  retort gradcheck")
final class GradcheckCommand implements Callable<Integer> {
  /** A few seconds on two cores. */
  private static final int MOST_POINTS = 200;

  @Option(names = "--seed", defaultValue = "1") private long seed;
  @Option(names = "--points", defaultValue = "20") private int points;
  @Option(names = "--mutant", paramLabel = "NAME") private String mutant;
  @Mixin private OutputOptions output;

  /** The largest error so far, and which element at which point has it; NaN is larger than all. */
  private static final class Worst {
    double error;
    String where = "-";

    void add(double another, int point, int element) {
      if (Double.compare(another, error) > 0) {
        error = another;
        where = point + ":" + element;
      }
    }
  }

  /** What came of a gradient at all points so far. */
  static final class Row {
    /** Elements that are small beside the largest by chance are compared with this norm. */
    private static final double FLOOR = 0.1;

    final String name;
    final String equations;
    int checked;
    int kinks;
    int unsettled;
    boolean longhand;
    private final Worst differences = new Worst();
    private final Worst float32 = new Worst();

    Row(String name, String equations) {
      this.name = name;
      this.equations = equations;
    }

    /** A gradient that only the engine has is itself compared with differences. */
    void add(Case given, int point) {
      longhand = given.derived().length > 0;
      double[] derived = longhand ? given.derived() : given.engine();
      GradientCheck.Report report =
          GradientCheck.coordinates(given.function(), given.at(), derived);
      checked += report.checked();
      kinks += report.kinks();
      unsettled += report.unsettled();
      (longhand ? differences : float32).add(report.worst(), point, report.where());
      double norm = FLOOR;
      for (double g : derived) {
        norm = Math.hypot(norm, g);
      }
      for (int i = 0; i < derived.length; i++) {
        float32.add(Math.abs(given.engine()[i] - derived[i]) / norm, point, i);
      }
    }

    boolean passes() {
      return checked > 0
          && unsettled == 0
          && differences.error <= Tolerances.DIFFERENCES
          && float32.error <= Tolerances.FLOAT32;
    }
  }

  @Override
  public Integer call() throws IOException {
    if (points < 1 || points > MOST_POINTS) {
      throw new IllegalArgumentException(
          "--points must be from 1 to " + MOST_POINTS + ", not " + points);
    }
    if (mutant != null) {
      return showMutants(output.text());
    }
    Map<String, Row> rows = new LinkedHashMap<>();
    for (int point = 0; point < points; point++) {
      for (Case given : new GradientCases(CounterRandom.key(seed, point)).all()) {
        rows.computeIfAbsent(given.name(), name -> new Row(name, given.equations()))
            .add(given, point);
      }
    }
    print(output.text(), rows.values());
    output.result(result(rows.values()));
    return exitCode(rows.values());
  }

  static int exitCode(Collection<Row> rows) {
    return rows.stream().allMatch(Row::passes) ? 0 : Main.FAILURE;
  }

  /** Returns 0 if each of the mutants is caught by both comparisons. */
  private int showMutants(PrintWriter out) {
    List<Mutant> known = Mutants.of(new GradientCases(CounterRandom.key(seed, 0)));
    List<Mutant> chosen =
        known.stream().filter(m -> mutant.equals("all") || mutant.equals(m.name())).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no mutant " + mutant + ", only all, "
              + known.stream().map(Mutant::name).collect(Collectors.joining(", ")));
    }
    boolean all = true;
    for (Mutant each : chosen) {
      GradientCheck.Report report = each.report();
      boolean caught =
          !report.passes(Tolerances.DIFFERENCES) && each.error() > Tolerances.FLOAT32;
      all &= caught;
      out.printf("%s: %s%n", each.name(), each.mistake());
      out.printf(
          Locale.ROOT, "  %s, NOTES (%s)%n  element %d: the mutant has %s, differences have %s%n",
          each.right().name(), each.right().equations().replace(", ", "), ("), report.where(),
          ExplanationView.number(report.derived()), ExplanationView.number(report.measured()));
      out.printf(
          "  relative error %s against differences (up to %s passes),%n"
              + "  %s against the engine (up to %s passes): %s%n",
          error(report.worst()), error(Tolerances.DIFFERENCES), error(each.error()),
          error(Tolerances.FLOAT32), caught ? "caught" : "NOT CAUGHT");
    }
    return all ? 0 : Main.FAILURE;
  }

  private static void print(PrintWriter out, Collection<Row> rows) {
    out.println("Worst relative errors. double: the longhand gradient against differences of the");
    out.println("longhand function. float32: the engine's gradient against the longhand one, or,");
    out.println("where there is none (-), against differences. kinks: points with one slope on");
    out.println("the left and another on the right, where any slope between is right. at: the");
    out.println("worst point:element. Equations are those of NOTES.md.");
    out.println();
    String line = "%-18s %-9s %7s %5s %8s %8s %8s %8s%n";
    out.printf(line, "gradient", "equations", "checked", "kinks", "double", "at", "float32", "at");
    for (Row row : rows) {
      out.printf(
          Locale.ROOT, line, row.name, row.equations, row.checked, row.kinks,
          row.longhand ? error(row.differences.error) : "-", row.differences.where,
          error(row.float32.error), row.float32.where);
    }
    out.println();
    out.printf(
        "worst of all: double %s (up to %s), float32 %s (up to %s)%n",
        error(worst(rows, row -> row.differences)), error(Tolerances.DIFFERENCES),
        error(worst(rows, row -> row.float32)), error(Tolerances.FLOAT32));
    int unsettled = rows.stream().mapToInt(row -> row.unsettled).sum();
    if (unsettled > 0) {
      out.printf("%d slopes could not be measured, so their gradients do not pass%n", unsettled);
    }
  }

  private static double worst(Collection<Row> rows, Function<Row, Worst> which) {
    return rows.stream().mapToDouble(row -> which.apply(row).error).max().orElseThrow();
  }

  private static String error(double error) {
    return String.format(Locale.ROOT, "%.1e", error);
  }

  /** A row as JSON; its longhand gradient, if it has one, first. */
  private record Shown(
      String gradient, String equations, int checked, int kinks, int unsettled,
      Optional<Double> worstDouble, Optional<String> worstDoubleAt, double worstFloat32,
      String worstFloat32At) {
    static Shown of(Row row) {
      Optional<Worst> longhand = row.longhand ? Optional.of(row.differences) : Optional.empty();
      return new Shown(
          row.name, row.equations, row.checked, row.kinks, row.unsettled,
          longhand.map(worst -> worst.error), longhand.map(worst -> worst.where), row.float32.error,
          row.float32.where);
    }
  }

  private record Result(double worstDouble, double worstFloat32, List<Shown> gradients) {}

  private static Result result(Collection<Row> rows) {
    return new Result(
        worst(rows, row -> row.differences), worst(rows, row -> row.float32),
        rows.stream().map(Shown::of).toList());
  }
}
