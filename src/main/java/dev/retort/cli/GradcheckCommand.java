package dev.retort.cli;

import module java.base;
import dev.retort.derivation.GradientCases;
import dev.retort.derivation.GradientCases.Case;
import dev.retort.derivation.GradientCheck;
import dev.retort.derivation.Mutant;
import dev.retort.derivation.Tolerances;
import dev.retort.kernel.CounterRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code retort gradcheck}: every gradient against differences, and the engine's against it. */
@Command(name = "gradcheck")
final class GradcheckCommand implements Callable<Integer> {
  /** A few seconds on two cores. */
  private static final int MOST_POINTS = 200;

  @Option(names = "--seed", defaultValue = "1") private long seed;
  @Option(names = "--points", defaultValue = "20") private int points;
  @Option(names = "--mutant", paramLabel = "NAME") private String mutant;
  @Mixin private OutputOptions output;

  /** The largest error, and which element at which point has it; NaN is larger than all. */
  private record Worst(double error, String where) {
    static final Worst NONE = new Worst(0, "-");

    Worst or(Worst another) {
      return Double.compare(another.error, error) > 0 ? another : this;
    }
  }

  /** The largest errors of a gradient, as JSON has them: of its longhand form, if it has one, and of the engine's. */
  record Row(
      String gradient, String equations, int checked, int kinks, int unsettled, Optional<Double> worstDouble,
      Optional<String> worstDoubleAt, double worstFloat32, String worstFloat32At) {
    /** Elements that are small beside the largest by chance are compared with this norm. */
    private static final double FLOOR = 0.1;

    /** One case a point; a gradient that only the engine has is itself compared with differences. */
    static Row of(List<Case> points) {
      Case first = points.getFirst();
      boolean longhand = first.derived().length > 0;
      int checked = 0;
      int kinks = 0;
      int unsettled = 0;
      Worst differences = Worst.NONE;
      Worst float32 = Worst.NONE;
      for (int point = 0; point < points.size(); point++) {
        Case given = points.get(point);
        double[] derived = longhand ? given.derived() : given.engine();
        GradientCheck.Report report = GradientCheck.coordinates(given.function(), given.at(), derived);
        checked += report.checked();
        kinks += report.kinks();
        unsettled += report.unsettled();
        differences = differences.or(new Worst(report.worst(), point + ":" + report.where()));
        double norm = Arrays.stream(derived).reduce(FLOOR, Math::hypot);
        for (int i = 0; i < derived.length; i++) {
          float32 = float32.or(new Worst(Math.abs(given.engine()[i] - derived[i]) / norm, point + ":" + i));
        }
      }
      Worst engine = longhand ? float32 : float32.or(differences);
      Optional<Worst> derived = Optional.of(differences).filter(worst -> longhand);
      return new Row(
          first.name(), first.equations(), checked, kinks, unsettled, derived.map(Worst::error),
          derived.map(Worst::where), engine.error, engine.where);
    }

    boolean passes() {
      return checked > 0
          && unsettled == 0
          && worstDouble.orElse(0.0) <= Tolerances.DIFFERENCES
          && worstFloat32 <= Tolerances.FLOAT32;
    }
  }

  @Override
  public Integer call() throws IOException {
    if (points < 1 || points > MOST_POINTS) {
      throw new IllegalArgumentException("--points must be from 1 to " + MOST_POINTS + ", not " + points);
    }
    if (mutant != null) {
      return showMutants(output.text());
    }
    Map<String, List<Case>> cases = new LinkedHashMap<>();
    for (int point = 0; point < points; point++) {
      for (Case given : new GradientCases(CounterRandom.key(seed, point)).all()) {
        cases.computeIfAbsent(given.name(), name -> new ArrayList<>()).add(given);
      }
    }
    List<Row> rows = cases.values().stream().map(Row::of).toList();
    double worstDouble = rows.stream().mapToDouble(row -> row.worstDouble.orElse(0.0)).max().orElseThrow();
    double worstFloat32 = rows.stream().mapToDouble(Row::worstFloat32).max().orElseThrow();
    print(output.text(), rows, worstDouble, worstFloat32);
    output.result(JsonValues.object("worstDouble", worstDouble, "worstFloat32", worstFloat32, "gradients", rows));
    return exitCode(rows);
  }

  static int exitCode(List<Row> rows) {
    return rows.stream().allMatch(Row::passes) ? 0 : Main.FAILURE;
  }

  /** Returns 0 if each of the mutants is caught by both comparisons. */
  private int showMutants(PrintWriter out) {
    List<Mutant> known = new GradientCases(CounterRandom.key(seed, 0)).mutants();
    List<Mutant> chosen = known.stream().filter(m -> mutant.equals("all") || mutant.equals(m.name())).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no mutant " + mutant + ", only all, "
              + known.stream().map(Mutant::name).collect(Collectors.joining(", ")));
    }
    boolean all = true;
    for (Mutant each : chosen) {
      GradientCheck.Report report = each.report();
      boolean caught = !report.passes(Tolerances.DIFFERENCES) && each.error() > Tolerances.FLOAT32;
      all &= caught;
      out.printf(
          """
          %s: %s
            %s, NOTES (%s)
            element %d: the mutant has %s, differences have %s
            relative error %s against differences (up to %s passes),
            %s against the engine (up to %s passes): %s
          """,
          each.name(), each.mistake(), each.right().name(), each.right().equations().replace(", ", "), ("),
          report.where(), ExplanationView.number(report.derived()), ExplanationView.number(report.measured()),
          error(report.worst()), error(Tolerances.DIFFERENCES), error(each.error()),
          error(Tolerances.FLOAT32), caught ? "caught" : "NOT CAUGHT");
    }
    return all ? 0 : Main.FAILURE;
  }

  private static void print(PrintWriter out, List<Row> rows, double worstDouble, double worstFloat32) {
    out.print(
        """
        Worst relative errors. double: the longhand gradient against differences of the
        longhand function. float32: the engine's gradient against the longhand one, or,
        where there is none (-), against differences. kinks: points with one slope on
        the left and another on the right, where any slope between is right. at: the
        worst point:element. Equations are those of NOTES.md.

        """);
    String line = "%-18s %-9s %7s %5s %8s %8s %8s %8s%n";
    out.printf(line, "gradient", "equations", "checked", "kinks", "double", "at", "float32", "at");
    for (Row row : rows) {
      out.printf(
          line, row.gradient, row.equations, row.checked, row.kinks,
          row.worstDouble.map(GradcheckCommand::error).orElse("-"), row.worstDoubleAt.orElse("-"),
          error(row.worstFloat32), row.worstFloat32At);
    }
    out.printf(
        "%nworst of all: double %s (up to %s), float32 %s (up to %s)%n",
        error(worstDouble), error(Tolerances.DIFFERENCES), error(worstFloat32), error(Tolerances.FLOAT32));
    int unsettled = rows.stream().mapToInt(Row::unsettled).sum();
    if (unsettled > 0) {
      out.printf("%d slopes could not be measured, so their gradients do not pass%n", unsettled);
    }
  }

  private static String error(double error) {
    return "%.1e".formatted(error);
  }
}
