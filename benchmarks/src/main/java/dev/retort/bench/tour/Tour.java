package dev.retort.bench.tour;

import dev.retort.bench.Contender;
import dev.retort.bench.Limits;
import dev.retort.bench.Steering;
import dev.retort.bench.TrainingStep;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Goes round all stops, again and again while time is left. A round measures everybody who is at a
 * stop one behind the other, each in a JVM of its own, so that a ratio compares neighbours in time;
 * the median and the extremes of the rounds' ratios are reported.
 *
 * <p>Arguments: the folder for results, and optionally the minutes to take (10).
 */
public final class Tour {
  private static final double MINUTES = 10;

  private final List<Stop> stops;
  private final Machine machine;
  private int rounds;

  private Tour(Set<String> present, int cores) {
    stops = Route.of(present, cores);
    machine = new Machine(cores);
  }

  /** Runs the tour; ends with exit code 1 if anybody was refused. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (!Steering.in(System.getenv()).isEmpty()) {
      System.exit(startOver(Tour.class, args));
    }
    Set<String> present = new TreeSet<>();
    Contender.all().forEach(contender -> present.add(contender.name()));
    Tour tour = new Tour(present, Runtime.getRuntime().availableProcessors());
    tour.run(args.length > 1 ? Double.parseDouble(args[1]) : MINUTES);
    Report report =
        new Report(tour.machine, tour.stops, tour.rounds, command(present.size() > 2, args));
    Path folder = Files.createDirectories(Path.of(args[0]));
    Files.writeString(folder.resolve("tour.md"), report.whole());
    Files.writeString(folder.resolve("tour-short.md"), report.brief());
    Files.writeString(folder.resolve("tour.svg"), new Chart(tour.machine, tour.stops).svg());
    Json.write(folder.resolve("tour.json"), tour.machine, tour.stops, tour.rounds);
    System.out.println(report.brief());
    System.out.println("whole table, chart and numbers: " + folder + "/tour.{md,svg,json}");
    if (tour.stops.stream().anyMatch(stop -> !stop.refused.isEmpty())) {
      System.exit(1);
    }
  }

  private static String command(boolean peers, String[] args) {
    return "mvn -q install -DskipTests && mvn -q -f benchmarks " + (peers ? "-Ppeers " : "")
        + "compile exec:exec@tour" + (args.length > 1 ? " -Dtour.args=" + args[1] : "");
  }

  /** In an environment that lets every peer choose what is best; nobody can change his own. */
  static int startOver(Class<?> program, String[] args) throws IOException, InterruptedException {
    String taken = Steering.in(System.getenv()).toString();
    System.out.println("warning: starting over without " + taken + ", which may hold peers down");
    List<String> command = java();
    command.add(1, "-D" + Machine.TAKEN + "=" + taken);
    command.add(program.getName());
    command.addAll(List.of(args));
    ProcessBuilder process = new ProcessBuilder(command).inheritIO();
    Steering.calm(process.environment());
    Process again = process.start();
    Runtime.getRuntime().addShutdownHook(new Thread(again::destroy));
    return again.waitFor();
  }

  /** This JVM's command up to the name of a program. */
  static List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    return command;
  }

  private void run(double minutes) {
    List<Stop> all = new ArrayList<>(machine.limits());
    all.addAll(stops);
    long start = System.nanoTime();
    double spent = 0;
    // For nothing: the limits share this JVM, which is to have compiled them.
    machine.limits().forEach(Tour::visit);
    machine.limits().forEach(limit -> limit.series.clear());
    while (rounds == 0 || spent + spent / rounds <= minutes) {
      for (int i = 0; i < all.size(); i++) {
        System.out.printf(
            "round %d, %d of %d: %s, %s%n",
            rounds + 1, i + 1, all.size(), all.get(i).group, all.get(i).label());
        visit(all.get(i));
      }
      rounds++;
      spent = (System.nanoTime() - start) / 60e9;
    }
  }

  private static void visit(Stop stop) {
    for (String by : stop.contenders) {
      if (stop.refused.containsKey(by)) {
        continue;
      }
      try {
        Collection<RunResult> results = new Runner(options(stop, by).build()).run();
        stop.add(by, results.iterator().next());
      } catch (RunnerException e) {
        String reason = reason(e);
        stop.refused.put(by, reason);
        System.out.println("refused: " + by + ": " + reason);
      }
    }
  }

  /** Limits have no contenders, but one method a limit, and need no JVM of their own. */
  private static ChainedOptionsBuilder options(Stop stop, String by) {
    boolean limit = stop.benchmark == Limits.class;
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + stop.benchmark.getName() + "\\." + (limit ? by + "$" : ""))
            .forks(limit ? 0 : 1)
            .threads(limit ? stop.threads : 1)
            .warmupIterations(3)
            .warmupTime(TimeValue.milliseconds(warmUp(stop, by)))
            .measurementIterations(5)
            .measurementTime(TimeValue.milliseconds(limit ? 40 : 100))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    stop.parameters.forEach(options::param);
    return limit ? options : options.param("by", by);
  }

  /**
   * A third of the milliseconds after which nobody was seen to get faster: a native library is
   * compiled, its wrapper in Java is not, and a training step takes the compiler longest.
   */
  private static int warmUp(Stop stop, String by) {
    return switch (by) {
      case Stop.OURS -> stop.benchmark == TrainingStep.class ? 1200 : 400;
      case "pytorch", "smile", "vectorblas" -> 200;
      default -> 40;
    };
  }

  private static String reason(Throwable e) {
    Throwable at = e;
    while (at.getCause() != null || at.getSuppressed().length > 0) {
      at = at.getCause() != null ? at.getCause() : at.getSuppressed()[0];
    }
    return at.getMessage() == null ? at.toString() : at.getMessage();
  }
}
