package dev.retort.bench;

import module java.base;

/**
 * The ratios of all filed tables, a line a table: what README and RESULTS.md quote between {@code <!-- summary of
 * TITLES -->} and {@code <!-- end -->}. A table that was measured again with {@code --only} takes the place of the one
 * before.
 */
final class Summary {
  private static final Pattern BLOCK = Pattern.compile("(?s)(<!-- summary of (.*?) -->\n).*?(<!-- end -->)");

  /** A table's heading is its first line; an empty line ends it. */
  private static final Pattern TABLE = Pattern.compile("(?m)^(?<=\n\n|```\n)([^`\\s].*)\n((?:.+\n)+)");

  /** A row that has a ratio: its name, and the ratio. */
  private static final Pattern ROW = Pattern.compile("(?m)^(.{27}).* +([0-9.]+) [0-9.]+-[0-9.]+( .*)?$");

  private Summary() {}

  /** A page with the quotations that the results give. */
  static String quoted(String page, Path results) throws IOException {
    Matcher blocks = BLOCK.matcher(page);
    StringBuilder text = new StringBuilder();
    while (blocks.find()) {
      String table = table(results, List.of(blocks.group(2).split(", ", -1)));
      blocks.appendReplacement(text, Matcher.quoteReplacement(blocks.group(1) + table + blocks.group(3)));
    }
    return blocks.appendTail(text).toString();
  }

  private static String table(Path results, List<String> titles) throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            | how many times as fast, or small, as the best peer | cases | slowest | mean | fastest |
            |---|---:|---|---:|---|
            """);
    for (Path file : Run.files(results)) {
      if (file.toString().endsWith(".md")) {
        List<String> parts = List.of(Files.readString(file).split("(?m)^#+ ", -1));
        text.append("| **" + firstLine(parts.get(1)) + "** | | | | |\n");
        Map<String, String> lines = new LinkedHashMap<>();
        for (String part : parts.subList(2, parts.size())) {
          if (titles.contains(firstLine(part))) {
            String whole = firstLine(part).replaceFirst(" --only .*?(?= -XX|$)", "");
            TABLE.matcher(part).results().forEach(table -> lines.put(whole + table.group(1), line(table)));
          }
        }
        lines.values().forEach(text::append);
      }
    }
    return text.toString();
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static String line(MatchResult table) {
    List<MatchResult> rows = ROW.matcher(table.group(2)).results().toList();
    if (rows.isEmpty()) {
      return "";
    }
    Comparator<MatchResult> byRatio = Comparator.comparingDouble(Summary::ratio);
    MatchResult least = Collections.min(rows, byRatio);
    MatchResult most = Collections.max(rows, byRatio);
    double logs = rows.stream().mapToDouble(row -> Math.log(ratio(row))).sum();
    return String.format(
        Locale.ROOT, "| %s | %d | %.2f, %s | %.2f | %.2f, %s |%n", table.group(1), rows.size(),
        ratio(least), least.group(1).strip(), Math.exp(logs / rows.size()), ratio(most), most.group(1).strip());
  }

  private static double ratio(MatchResult row) {
    return Double.parseDouble(row.group(2));
  }
}
