package dev.retort.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import joptsimple.OptionException;
import joptsimple.OptionParser;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;

/**
 * Compares the engine with peers and with the machine's limits. A round goes through all groups of a
 * selection; at a group each implementation in turn has a JVM of its own, in which JMH measures the
 * group's cases, so that a ratio compares neighbours in time. Native libraries share the names of
 * their functions: two in one process could end up in each other's code.
 *
 * <p>Each JVM leaves JMH's JSON in {@code target/comparison}. A comparison that was interrupted goes
 * on from there; one that ends prints its table and files it under the machine's name in {@code
 * results}.
 */
public final class Comparison {
  private Comparison() {}

  /** Runs one selection; ends with exit code 1 if a result was wrong, 2 if an option is. */
  public static void main(String[] args) throws IOException, InterruptedException {
    OptionParser parser = new OptionParser();
    parser.accepts("quick", "one round of fewer cases");
    OptionSpec<Integer> rounds =
        parser.accepts("rounds").withRequiredArg().ofType(Integer.class).defaultsTo(3);
    OptionSpec<String> only =
        parser.accepts("only", "part of a table's heading").withRequiredArg().defaultsTo("");
    OptionSpec<String> selection = parser.nonOptions("tour or shapes");
    List<Group> groups;
    OptionSet options;
    try {
      options = parser.parse(args);
      groups =
          Group.selection(
              String.valueOf(options.valueOf(selection)), options.valueOf(only),
              options.has("quick"),
              Implementation.all().stream().map(each -> each.name).toList(),
              Runtime.getRuntime().availableProcessors());
    } catch (OptionException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      parser.printHelpOn(System.err);
      System.exit(2);
      return;
    }
    String title = String.join(" ", args) + Machine.flags();
    int count = options.has("quick") ? 1 : options.valueOf(rounds);
    Runs runs = new Runs(Path.of("target", "comparison"), title, count);
    run(groups, runs);
    Table table = new Table(groups, runs);
    Path file = Machine.file(Path.of("results"), title, table.text());
    System.out.println("\n" + table.text() + "\nfiled in " + file);
    Summary.update(Path.of("..", "README.md"), file.getParent());
    Summary.update(Path.of("RESULTS.md"), file.getParent());
    Runs.delete(runs.folder);
    System.exit(table.hasWrongResults() ? 1 : 0);
  }

  private static void run(List<Group> groups, Runs runs) throws IOException, InterruptedException {
    long started = System.nanoTime();
    int measured = 0;
    int left = runs.rounds * groups.stream().mapToInt(group -> group.implementations().size()).sum();
    for (int round = 0; round < runs.rounds; round++) {
      for (int i = 0; i < groups.size(); i++) {
        Group group = groups.get(i);
        for (String by : group.implementations()) {
          Path json = runs.file(round, i, by, "json");
          if (!Files.exists(json) && (round == 0 || !group.isLong())) {
            double seconds = (System.nanoTime() - started) * 1e-9;
            System.out.printf(
                "round %d of %d%s: %s, %s%n", round + 1, runs.rounds,
                measured == 0 ? "" : String.format(", %.0f s left", seconds / measured * left),
                group.section(), by);
            measure(group.command() + " -p by=" + by, json, runs.file(round, i, by, "log"));
            measured++;
          }
          left--;
        }
      }
    }
  }

  /** One JVM, which ends when this one does. */
  private static void measure(String command, Path json, Path log)
      throws IOException, InterruptedException {
    Path unfinished = json.resolveSibling("unfinished.json");
    Files.deleteIfExists(unfinished);
    Process process =
        Machine.java("org.openjdk.jmh.Main " + command + " -f 0 -rf json -rff " + unfinished)
            .redirectOutput(log.toFile())
            .start();
    Thread interruption = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(interruption);
    int exit = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(interruption);
    if (exit != 0) {
      String said = "java.lang.IllegalStateException: the JVM ended with " + exit + "\n";
      Files.writeString(log, said, StandardOpenOption.APPEND);
    } else if (Files.exists(unfinished)) {
      Files.move(unfinished, json);
    }
  }
}
