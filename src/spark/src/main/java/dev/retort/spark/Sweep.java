package dev.retort.spark;

import module java.base;
import dev.retort.Retort;
import dev.retort.cli.Setting;
import dev.retort.data.TrainTest;
import dev.retort.train.DivergenceException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A program for {@code spark-submit}: settings of a distilled student, each tried by one thread of an executor. */
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    description = "Tries all combinations of settings on a split of the training samples, then runs retort distill"
        + " with the best. The test samples choose nothing.")
public final class Sweep implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out", required = true, paramLabel = "DIR",
      description = "Folder of sweep.tsv, a line a setting, and of the results of retort distill.")
  private Path out;

  @Option(
      names = "--share", defaultValue = "0.2",
      description = "Share of the training samples held back (default ${DEFAULT-VALUE}).")
  private double share;

  @Parameters(
      paramLabel = "OPTION",
      description = "After --: options of retort distill. Several values, with commas between, are tried for"
          + " --temperature, --hard-weight, --soft-weight, --student, --epochs, --distilled-rate, --distilled-decay,"
          + " --loss, --other-weight, --top and --seed; errors are a mean over the seeds.")
  private List<String> options = List.of();

  /** A setting tried with all seeds. */
  private record Trial(List<String> arguments, double errors) {}

  /**
   * Runs the program; an error ends the process.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    Program.main(new Sweep(), args);
  }

  @Override
  public Integer call() throws IOException {
    List<List<String>> grid = Grid.of(options);
    grid.forEach(Setting::parse); // refuses what is wrong before anything is trained
    Setting first = Setting.parse(grid.getFirst());
    Files.createDirectories(out);
    TrainTest data = first.load();
    int threads = Retort.threads();
    TrainTest parts = data.train().split(share, first.seed());
    PrintWriter text = spec.commandLine().getOut();
    text.printf("%d students; the teacher is trained on the driver%n", grid.size());
    List<Integer> errors = errors(grid, new Split(parts, first.teacherLogits(parts.train())));
    List<Trial> trials = trials(grid, errors);
    Files.writeString(out.resolve("sweep.tsv"), table(trials));
    Trial best = trials.getFirst();
    text.print(table(trials));
    Retort.setThreads(threads); // in local mode the trials set it to 1
    String sha256 = Setting.distill(best.arguments(), out, spec.commandLine().getErr());
    text.printf("best: retort distill %s%nSHA-256 %s%n", String.join(" ", best.arguments()), sha256);
    return 0;
  }

  /** Validation errors of each point of the grid; a student that diverges is wrong on all samples. */
  private static List<Integer> errors(List<List<String>> grid, Split split) {
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(Program.session("retort sweep").sparkContext());
    Broadcast<Split> shared = context.broadcast(split);
    return context.parallelize(grid, grid.size()).map(point -> trial(point, shared.value())).collect();
  }

  private static int trial(List<String> arguments, Split split) {
    Retort.setThreads(1);
    try {
      return Setting.parse(arguments).student(split.train(), split.logits()).evaluate(split.validation()).errors();
    } catch (DivergenceException e) {
      return split.validation().rows();
    }
  }

  /** The settings with their mean errors, the best first, the first of equals before the others. */
  private static List<Trial> trials(List<List<String>> grid, List<Integer> errors) {
    Map<List<String>, List<Integer>> bySetting =
        IntStream.range(0, grid.size()).boxed()
            .collect(
                Collectors.groupingBy(
                    i -> Grid.withoutSeed(grid.get(i)), LinkedHashMap::new, Collectors.toList()));
    List<Trial> trials = new ArrayList<>();
    bySetting.forEach(
        (setting, points) ->
            trials.add(
                new Trial(
                    grid.get(points.getFirst()),
                    points.stream().mapToInt(errors::get).average().orElseThrow())));
    trials.sort(Comparator.comparingDouble(Trial::errors));
    return trials;
  }

  private static String table(List<Trial> trials) {
    return trials.stream()
        .map(
            trial ->
                "%.1f\t%s\n".formatted(trial.errors(), String.join(" ", Grid.withoutSeed(trial.arguments()))))
        .collect(Collectors.joining("", "validation errors\tsetting\n", ""));
  }
}
