package dev.retort.bench;

import module java.base;

/**
 * What README and RESULTS.md quote of the filed tables: between {@code <!-- summary of TITLES -->} and {@code <!-- end
 * -->} the ratios, a line a table; between {@code <!-- goals LINES -->} and {@code <!-- end -->} how many rows reach a
 * goal and which miss it. A line is: what | the least ratio or share of a limit | title | part of the table's heading |
 * pattern in the row's name. A table that was measured again with {@code --only} takes the place of the one before.
 */
final class Summary {
  private static final Pattern BLOCK =
      Pattern.compile("(?s)(<!-- (summary of|goals)\\s(.*?)\\s-->\n).*?(<!-- end -->)");

  /** A table's heading is its first line; an empty line ends it. */
  private static final Pattern TABLE = Pattern.compile("(?m)^(?<=\n\n|```\n)([^`\\s].*)\n((?:.+\n)+)");

  /** A row that has a ratio: its name, the ratio, the share of a limit. */
  private static final Pattern ROW = Pattern.compile("(?m)^(\\S.*?)  .* ([0-9.]+) +[0-9.]+-[0-9.]+ *(\\S*)$");

  private Summary() {}

  /** A page with the quotations that the results give. */
  static String quoted(String page, Path results) throws IOException {
    List<Path> files = Run.files(results).stream().filter(file -> file.toString().endsWith(".md")).toList();
    StringBuilder text = new StringBuilder();
    Matcher blocks = BLOCK.matcher(page);
    while (blocks.find()) {
      String table = blocks.group(2).equals("goals") ? goals(files, blocks.group(3)) : summary(files, blocks.group(3));
      blocks.appendReplacement(text, Matcher.quoteReplacement(blocks.group(1) + table + blocks.group(4)));
    }
    return blocks.appendTail(text).toString();
  }

  private static String summary(List<Path> files, String titles) throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            | how many times as fast, or small, as the best peer | cases | slowest | mean | fastest |
            |---|---:|---|---:|---|
            """);
    for (Path file : files) {
      text.append("| **" + Files.readAllLines(file).getFirst().substring(2) + "** | | | | |\n");
      Map<String, Map<String, String>> tables = tables(List.of(file));
      for (String title : titles.split(", ", -1)) {
        String flags = title.replaceFirst("^\\S*", "").replace(" -", ", -");
        tables.getOrDefault(title, Map.of()).forEach((heading, rows) -> text.append(line(heading + flags, rows)));
      }
    }
    return text.toString();
  }

  private static String line(String heading, String rows) {
    List<String> ratios = figures(rows, "", "");
    if (ratios.isEmpty()) {
      return "";
    }
    Comparator<String> order = Comparator.comparingDouble(Summary::value);
    double mean = Math.exp(ratios.stream().mapToDouble(ratio -> Math.log(value(ratio))).average().orElseThrow());
    return String.format(Locale.ROOT, "| %s | %d | %s | %.2f | %s |%n", heading, ratios.size(),
        Collections.min(ratios, order), mean, Collections.max(ratios, order));
  }

  private static String goals(List<Path> files, String goals) throws IOException {
    StringBuilder text = new StringBuilder("| goal | at least | reached | missed |\n|---|---:|---|---|\n");
    Map<String, Map<String, String>> tables = tables(files);
    for (String goal : goals.lines().toList()) {
      String[] parts = goal.split(" \\| ", -1);
      List<String> figures = new ArrayList<>();
      tables.getOrDefault(parts[2], Map.of()).forEach((heading, rows) -> figures.addAll(
          heading.contains(parts[3]) ? figures(rows, parts[1].replaceFirst("[0-9.]+", ""), parts[4]) : List.of()));
      List<String> missed = figures.stream().filter(figure -> value(figure) < value(parts[1])).toList();
      String reached = figures.size() - missed.size() + " of " + figures.size();
      text.append("| %s | %s | %s | %s |\n".formatted(parts[0], parts[1], reached, String.join("; ", missed)));
    }
    return text.toString();
  }

  /** Rows by title and heading, of the last file that has them. */
  private static Map<String, Map<String, String>> tables(List<Path> files) throws IOException {
    Map<String, Map<String, String>> tables = new LinkedHashMap<>();
    for (Path file : files) {
      for (String part : Files.readString(file).split("(?m)^## ", -1)) {
        String title = whole(part.substring(0, part.indexOf('\n')));
        Map<String, String> of = tables.computeIfAbsent(title, _ -> new LinkedHashMap<>());
        TABLE.matcher(part).results().forEach(table -> of.put(table.group(1), table.group(2)));
      }
    }
    return tables;
  }

  /** A part, or its title, under that of the whole selection of which a run with {@code --only} is a part. */
  static String whole(String part) {
    return part.replaceFirst(" --only .*?(?= -XX|(?m)$)", "");
  }

  /** The ratios, or shares of a limit such as {@code %F}, of the rows that have the pattern in their names. */
  private static List<String> figures(String rows, String limit, String name) {
    return ROW.matcher(rows).results()
        .filter(row -> row.group(3).endsWith(limit) && Pattern.compile(name).matcher(row.group(1)).find())
        .map(row -> row.group(limit.isEmpty() ? 2 : 3) + ", " + row.group(1)).toList();
  }

  private static double value(String figure) {
    return Double.parseDouble(figure.replaceFirst("[^0-9.].*", ""));
  }
}
