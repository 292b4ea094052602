package dev.retort.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import joptsimple.OptionException;
import joptsimple.OptionParser;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;

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
  private final List<Group> groups;
  private final Runs runs;
  private final Machine machine;
  private long started;
  private int measured;
  private int left;

  private Comparison(List<Group> groups, Runs runs, Machine machine) {
    this.groups = groups;
    this.runs = runs;
    this.machine = machine;
  }

  /** Runs one selection; ends with exit code 1 if a result was wrong, 2 if an option is. */
  public static void main(String[] args) throws IOException, InterruptedException {
    OptionParser parser = new OptionParser();
    parser.accepts("quick", "one round of fewer cases");
    OptionSpec<Integer> rounds =
        parser.accepts("rounds").withRequiredArg().ofType(Integer.class).defaultsTo(3);
    OptionSpec<String> only =
        parser.accepts("only", "part of a table's heading").withRequiredArg().defaultsTo("");
    OptionSpec<String> selection = parser.nonOptions("tour or shapes");
    Machine machine = new Machine();
    List<Group> groups;
    OptionSet options;
    try {
      options = parser.parse(args);
      groups =
          groups(options.valueOf(selection), options.valueOf(only), options.has("quick"), machine);
    } catch (OptionException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      parser.printHelpOn(System.err);
      System.exit(2);
      return;
    }
    String title = String.join(" ", args) + machine.flags();
    Runs runs =
        new Runs(
            Path.of("target", "comparison"), title,
            options.has("quick") ? 1 : options.valueOf(rounds));
    new Comparison(groups, runs, machine).run();
    Table table = new Table(groups, runs);
    Path file = machine.file(Path.of("results"), title, table.text());
    System.out.println("\n" + table.text() + "\nfiled in " + file);
    Summary.update(Path.of("..", "README.md"), file.getParent());
    Summary.update(Path.of("RESULTS.md"), file.getParent());
    runs.delete();
    System.exit(table.hasWrongResults() ? 1 : 0);
  }

  /** Limits first, for as many threads as there are; then whatever is asked for and present. */
  private static List<Group> groups(String selection, String only, boolean quick, Machine machine) {
    List<String> present = new ArrayList<>(List.of("fma", "read"));
    Implementation.all().forEach(each -> present.add(each.name()));
    List<Group> groups = new ArrayList<>();
    for (Group group : Selection.named(selection, machine.cores())) {
      if (group.section().contains(only) && !(quick && group.isLong())) {
        groups.add((quick ? group.shorter() : group).with(present));
      }
    }
    List<Integer> threads = groups.stream().map(Group::threads).distinct().toList();
    threads.forEach(count -> groups.addFirst(Selection.limits(count)));
    return groups;
  }

  private void run() throws IOException, InterruptedException {
    started = System.nanoTime();
    left = runs.rounds() * groups.stream().mapToInt(g -> g.implementations().size()).sum();
    for (int round = 0; round < runs.rounds(); round++) {
      for (Group group : groups) {
        for (String by : group.implementations()) {
          left--;
          boolean enough = round > 0 && group.isLong();
          if (!enough && !runs.has(round, groups.indexOf(group), by)) {
            measure(round, group, by);
          }
        }
      }
    }
  }

  private void measure(int round, Group group, String by) throws IOException, InterruptedException {
    double seconds = (System.nanoTime() - started) * 1e-9;
    System.out.printf(
        "round %d of %d%s: %s, %s%n",
        round + 1, runs.rounds(),
        measured == 0 ? "" : String.format(", %.0f s left", seconds / measured * (left + 1)),
        group.section(), by);
    Path json = runs.file(round, groups.indexOf(group), by);
    Path unfinished = json.resolveSibling("unfinished.json");
    Files.deleteIfExists(unfinished);
    List<String> command = new ArrayList<>(machine.java());
    command.add("org.openjdk.jmh.Main");
    command.addAll(group.arguments(by));
    command.addAll(
        List.of("-f", "0", "-rf", "json", "-rff", unfinished.toString(), "-v", "NORMAL"));
    command.addAll(time(group));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(runs.log(json).toFile());
    NativeLibraryEnvironment.clear(builder.environment());
    Process process = builder.start();
    Thread interruption = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(interruption);
    process.waitFor();
    Runtime.getRuntime().removeShutdownHook(interruption);
    if (Files.exists(unfinished)) {
      Files.move(unfinished, json, StandardCopyOption.REPLACE_EXISTING);
    }
    measured++;
  }

  /** JMH's iterations; {@link WarmUp} comes before them. */
  private static List<String> time(Group group) {
    BenchmarkMode mode = group.benchmark().getAnnotation(BenchmarkMode.class);
    return mode != null && mode.value()[0] == Mode.SingleShotTime
        ? List.of("-i", "1")
        : List.of("-wi", "1", "-w", "40ms", "-i", "5", "-r", "40ms");
  }
}
