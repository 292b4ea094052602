package dev.retort.bench;

import module java.base;
import picocli.CommandLine;

/**
 * Compares the engine with peers and with the machine's limits. A round goes through all groups of a selection; at a
 * group each implementation in turn has a JVM of its own, in which JMH measures the group's cases, so that a ratio
 * compares neighbours in time. Native libraries share names of functions: two in one process could call each other.
 *
 * <p>Each JVM leaves JMH's JSON in {@code target/comparison}. A comparison that was interrupted goes on from there;
 * one that ends prints its table and files it under the machine's name in {@code results}.
 */
@CommandLine.Command(name = "comparison")
public final class Comparison implements Callable<Integer> {
  private enum Selection { TOUR, SHAPES }

  @CommandLine.Parameters(paramLabel = "SELECTION", description = "tour or shapes")
  private Selection selection;

  @CommandLine.Option(names = "--quick", description = "one round of fewer cases, two minutes")
  private boolean quick;

  @CommandLine.Option(names = "--rounds", paramLabel = "N", description = "else 3, as far as 14 minutes go")
  private Integer rounds;

  @CommandLine.Option(names = "--only", paramLabel = "PART", defaultValue = "", description = "of a table's heading")
  private String only;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs one selection; ends with exit code 1 if a result was wrong, 2 if an option is. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Comparison()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String title = String.join(" ", spec.commandLine().getParseResult().originalArgs()) + Machine.flags();
    Path folder = Run.folder(Path.of("target", "comparison"), title);
    List<Group> groups = Group.selection(selection.name().toLowerCase(Locale.ROOT), only, quick,
            Implementation.all().stream().map(each -> each.name).toList(), Runtime.getRuntime().availableProcessors());
    List<Run> runs = Run.of(groups, quick ? 1 : rounds == null ? 3 : rounds, folder);
    Instant late = rounds == null ? Instant.now().plus(14, ChronoUnit.MINUTES) : Instant.MAX;
    for (Run run : runs) {
      if (run.round() > 0 && run.by().equals(Group.OURS) && Instant.now().isAfter(late)) {
        break; // between groups: a ratio is to all peers
      }
      if (!Files.exists(run.json())) {
        System.out.println("round " + (run.round() + 1) + ", " + run.group().section() + ", " + run.by());
        run.measure();
      }
    }
    Table table = new Table(runs);
    Path file = Machine.file(Path.of("results"), title, table.text());
    System.out.println("\n" + table.text() + "\nfiled in " + file);
    for (Path page : List.of(Path.of("..", "README.md"), Path.of("RESULTS.md"))) {
      Files.writeString(page, Summary.quoted(Files.readString(page), file.getParent()));
    }
    for (Path done : Run.files(folder).reversed()) {
      Files.delete(done);
    }
    return table.hasWrongResults() ? 1 : 0;
  }
}
