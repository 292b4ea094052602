package dev.retort.bench;

import module java.base;

/**
 * What README and RESULTS.md quote of the filed tables, up to {@code <!-- end -->}: after {@code <!-- summary of TITLES
 * -->} the ratios of all machines together, a line a kind of table; after {@code <!-- machines by TITLES -->} those of
 * each machine, a line a table; after {@code <!-- goals LINES -->} how many rows of each machine reach a goal and which
 * miss it. A goal is: what | the least ratio or share of a limit | pattern in machine, colon and title | part of the
 * table's heading | pattern in the row's name.
 */
final class Summary {
  private static final Pattern BLOCK =
      Pattern.compile("(?s)(<!-- (summary of|machines by|goals)\\s(.*?)\\s-->\n).*?(<!-- end -->)");

  /** A table's heading is its first line; an empty line ends it. */
  private static final Pattern TABLE = Pattern.compile("(?m)^(?<=\n\n|```\n)([^`\\s].*)\n((?:.+\n)+)");

  /** A row that has a ratio: its name, the ratio, the share of a limit. */
  private static final Pattern ROW = Pattern.compile("(?m)^(\\S.*?)  .* ([0-9.]+) +[0-9.]+-[0-9.]+ *(\\S*)$");

  /** A table with ratios; the run's title, whose flags end the heading. */
  private record Filed(String machine, String title, String heading, String rows) {
    /** The heading without batches and threads. */
    String kind() {
      return heading.replaceAll(",[^,]*\\d[^,]*(?=,)", "");
    }
  }

  private Summary() {}

  /** A page with the quotations that the results give. */
  static String quoted(String page, Path results) throws IOException {
    List<Filed> filed = filed(results);
    return BLOCK.matcher(page).replaceAll(block -> Matcher.quoteReplacement(
        block.group(1) + table(filed, block.group(2), block.group(3)) + block.group(4)));
  }

  private static String table(List<Filed> filed, String kind, String given) {
    List<String> titles = List.of(given.split(", ", -1));
    List<Filed> titled = filed.stream().filter(table -> titles.contains(table.title)).toList();
    String all = String.join("; ", by(Filed::machine, titled).keySet());
    return switch (kind) {
      case "summary of" -> ratios(titled, Filed::kind, _ -> all);
      case "machines by" -> ratios(titled, Filed::heading, Filed::machine);
      default -> goals(filed, given);
    };
  }

  private static String ratios(List<Filed> tables, Function<Filed, String> lines, Function<Filed, String> columns) {
    Set<String> names = by(columns, tables).keySet();
    StringBuilder text = new StringBuilder(head("how many times as fast, or small, as the best peer",
        names.stream().map(name -> name + ": slowest | mean | fastest")));
    by(lines, tables).forEach((line, of) -> text.append(
        row(line, names.stream().map(name -> extremes(by(columns, of).getOrDefault(name, List.of()))))));
    return text.toString();
  }

  /** The slowest case, the geometric mean, of several machines the least and the largest, and the fastest case. */
  private static String extremes(List<Filed> tables) {
    List<String> ratios = figures(tables, "", "");
    if (ratios.isEmpty()) {
      return " | | ";
    }
    Comparator<String> order = Comparator.comparingDouble(Summary::value);
    DoubleSummaryStatistics means = by(Filed::machine, tables).values().stream().mapToDouble(of -> Math.exp(
        figures(of, "", "").stream().mapToDouble(ratio -> Math.log(value(ratio))).average().orElseThrow()))
            .summaryStatistics();
    return String.format(Locale.ROOT, means.getCount() > 1 ? "%s | %.2f to %.2f | %s" : "%s | %.2f | %4$s",
        Collections.min(ratios, order), means.getMin(), means.getMax(), Collections.max(ratios, order));
  }

  private static String goals(List<Filed> tables, String goals) {
    Map<String, List<Filed>> machines = by(Filed::machine, tables);
    return goals.lines().map(line -> line.split(" \\| ", -1)).map(goal -> row(goal[0] + " | " + goal[1],
        machines.values().stream().map(of -> reached(of, goal))))
        .collect(Collectors.joining("", head("goal | at least", machines.keySet().stream()), ""));
  }

  /** Nothing of a goal that the machine does not have, or has not measured. */
  private static String reached(List<Filed> ofMachine, String[] goal) {
    Pattern where = Pattern.compile(goal[2]);
    List<Filed> tables = ofMachine.stream().filter(table -> table.heading.contains(goal[3])
            && where.matcher(table.machine + ": " + table.title).find()).toList();
    List<String> figures = figures(tables, goal[1].replaceFirst("[0-9.]+", ""), goal[4]);
    List<String> missed = figures.stream().filter(figure -> value(figure) < value(goal[1])).toList();
    return figures.isEmpty() ? "" : figures.size() - missed.size() + " of " + figures.size()
        + (missed.isEmpty() ? "" : "; missed: " + String.join("; ", missed));
  }

  private static String head(String first, Stream<String> cells) {
    String names = row(first, cells);
    return names + names.replaceAll("[^|\n]+", "---");
  }

  private static String row(String first, Stream<String> cells) {
    return "| " + first + " | " + cells.collect(Collectors.joining(" | ")) + " |\n";
  }

  private static Map<String, List<Filed>> by(Function<Filed, String> key, List<Filed> tables) {
    return tables.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
  }

  /** Of tables that a machine measured again the last. */
  private static List<Filed> filed(Path results) throws IOException {
    Map<List<String>, Filed> filed = new LinkedHashMap<>();
    for (Path file : Run.files(results).stream().filter(file -> file.toString().endsWith(".md")).toList()) {
      String[] parts = Files.readString(file).split("(?m)^##? ", -1);
      String machine = parts[1].lines().findFirst().orElseThrow();
      for (String part : parts) {
        String title = whole(part.lines().findFirst().orElse(""));
        String flags = title.replaceFirst("^\\S*", "").replace(" -", ", -");
        TABLE.matcher(part).results().filter(table -> ROW.matcher(table.group(2)).find())
            .map(table -> new Filed(machine, title, table.group(1) + flags, table.group(2)))
            .forEach(table -> filed.put(List.of(machine, title, table.heading), table));
      }
    }
    return List.copyOf(filed.values());
  }

  /** A part, or its title, under that of the whole selection of which a run with {@code --only} is a part. */
  static String whole(String part) {
    return part.replaceFirst(" --only .*?(?= -XX|(?m)$)", "");
  }

  /** The ratios, or shares of a limit such as {@code %F}, of the rows that have the pattern in their names. */
  private static List<String> figures(List<Filed> tables, String limit, String name) {
    return tables.stream().flatMap(table -> ROW.matcher(table.rows).results())
        .filter(row -> row.group(3).endsWith(limit) && Pattern.compile(name).matcher(row.group(1)).find())
        .map(row -> row.group(limit.isEmpty() ? 2 : 3) + ", " + row.group(1)).toList();
  }

  private static double value(String figure) {
    return Double.parseDouble(figure.replaceFirst("[^0-9.].*", ""));
  }
}
