package dev.retort.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The ratios of all filed tables, a line a table: what README and RESULTS.md quote between {@code
 * <!-- summary of TITLES -->} and {@code <!-- end -->}.
 */
final class Summary {
  private static final Pattern BLOCK =
      Pattern.compile("(?s)(<!-- summary of (.*?) -->\n).*?(<!-- end -->)");

  /** A table's heading is its first line; an empty line ends it. */
  private static final Pattern TABLE = Pattern.compile("(?m)^(?<=\n\n|```\n)([^`\\s].*)\n((?:.+\n)+)");

  /** A row that has a ratio. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^(.{27}).* +([0-9.]+) [0-9.]+-[0-9.]+( .*)?$");

  private record Ratio(String name, double value) {}

  private Summary() {}

  /** Brings the quotations in a page up to date. */
  static void update(Path page, Path results) throws IOException {
    Files.writeString(page, quoted(Files.readString(page), results));
  }

  /** A page with the quotations that the results give. */
  static String quoted(String page, Path results) throws IOException {
    Matcher blocks = BLOCK.matcher(page);
    StringBuilder text = new StringBuilder();
    while (blocks.find()) {
      String table = table(results, List.of(blocks.group(2).split(", ", -1)));
      blocks.appendReplacement(
          text, Matcher.quoteReplacement(blocks.group(1) + table + blocks.group(3)));
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
    try (Stream<Path> files = Files.list(Files.createDirectories(results))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
        List<String> parts = List.of(Files.readString(file).split("(?m)^#+ ", -1));
        text.append("| **" + parts.get(1).lines().findFirst().orElse("") + "** | | | | |\n");
        parts.stream()
            .skip(2)
            .filter(part -> titles.contains(part.lines().findFirst().orElse("")))
            .flatMap(part -> TABLE.matcher(part).results())
            .forEach(table -> text.append(line(table.group(1), table.group(2))));
      }
    }
    return text.toString();
  }

  private static String line(String heading, String table) {
    List<Ratio> ratios =
        ROW.matcher(table)
            .results()
            .map(row -> new Ratio(row.group(1).strip(), Double.parseDouble(row.group(2))))
            .toList();
    if (ratios.isEmpty()) {
      return "";
    }
    Comparator<Ratio> bySpeed = Comparator.comparingDouble(Ratio::value);
    Ratio least = Collections.min(ratios, bySpeed);
    Ratio most = Collections.max(ratios, bySpeed);
    double logs = ratios.stream().mapToDouble(ratio -> Math.log(ratio.value())).sum();
    return String.format(
        Locale.ROOT, "| %s | %d | %.2f, %s | %.2f | %.2f, %s |%n", heading, ratios.size(),
        least.value(), least.name(), Math.exp(logs / ratios.size()), most.value(), most.name());
  }
}
