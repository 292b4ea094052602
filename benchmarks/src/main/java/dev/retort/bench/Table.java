package dev.retort.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;

/** The tables of a comparison, 80 columns wide. */
final class Table {
  private static final String OURS = "vector";

  /** Hand-written C: a limit, not a peer. */
  private static final String LIMIT = "c";

  private static final String LEGEND =
      """
      ratio: how many times as fast as the best peer, with least and most of the
      rounds. limit: F, of the multiply-adds of the machine; M, of the time in which
      it reads the arrays; C, of the speed of hand-written C. Limits of the same run.

      """;

  private final List<Group> groups;
  private final Runs runs;
  private final StringBuilder text = new StringBuilder();
  private boolean wrong;

  Table(List<Group> groups, Runs runs) throws IOException {
    this.groups = groups;
    this.runs = runs;
    Set<String> headings = new HashSet<>();
    for (Group group : groups) {
      for (Unit unit : group.units()) {
        if (headings.add(group.section() + ", " + unit.text)) {
          section(group.section(), unit);
        }
      }
    }
    text.append(LEGEND);
    notes();
  }

  String text() {
    return text.toString();
  }

  boolean hasWrongResults() {
    return wrong;
  }

  private void section(String section, Unit unit) throws IOException {
    List<Group> members =
        groups.stream()
            .filter(group -> group.section().equals(section) && group.units().contains(unit))
            .toList();
    Set<String> peers = new LinkedHashSet<>();
    members.forEach(group -> peers.addAll(group.implementations()));
    peers.removeAll(List.of(OURS, LIMIT));
    text.append(section).append(", ").append(unit.text).append('\n');
    text.append(String.format("%-27s  retort", ""));
    peers.forEach(peer -> text.append(String.format(" %8.8s", peer)));
    text.append(peers.isEmpty() ? "" : " ratio  rounds  ").append(" limit\n");
    for (Group group : members) {
      for (Map.Entry<String, Map<String, List<JsonNode>>> row : rows(group).entrySet()) {
        text.append(String.format("%-27.27s", row.getKey()));
        row(group.threads(), unit, row.getValue(), peers);
      }
    }
    text.append('\n');
  }

  /** For each row what the implementations measured, a result a round. */
  private Map<String, Map<String, List<JsonNode>>> rows(Group group) throws IOException {
    Map<String, Map<String, List<JsonNode>>> rows = new LinkedHashMap<>();
    for (String by : group.implementations()) {
      for (JsonNode result : runs.results(groups.indexOf(group), by)) {
        rows.computeIfAbsent(name(result), name -> new LinkedHashMap<>())
            .computeIfAbsent(by, name -> new ArrayList<>())
            .add(result);
      }
    }
    return rows;
  }

  /** A row's name: the parameters, such as {@code forward 784x1200x128}. */
  private static String name(JsonNode result) {
    StringJoiner name = new StringJoiner(" ");
    for (Map.Entry<String, JsonNode> parameter : result.get("params").properties()) {
      if (!List.of("by", "threads").contains(parameter.getKey())) {
        name.add(parameter.getValue().asText().toLowerCase(Locale.ROOT).replace('_', ' '));
      }
    }
    return name.toString();
  }

  private void row(
      int threads, Unit unit, Map<String, List<JsonNode>> results, Set<String> peers)
      throws IOException {
    double[] ours = values(unit, results, OURS);
    text.append(String.format(" %7s", number(ours)));
    double[] best = {};
    for (String peer : peers) {
      double[] values = values(unit, results, peer);
      text.append(String.format(" %8s", number(values)));
      if (best.length == 0
          || (values.length > 0 && (median(values) > median(best)) == unit.moreIsBetter)) {
        best = values;
      }
    }
    double[] ratios = ratios(unit, ours, best);
    if (ratios.length > 0) {
      Arrays.sort(ratios);
      text.append(
          String.format(
              Locale.ROOT, " %5.2f %4.2f-%4.2f", median(ratios), ratios[0],
              ratios[ratios.length - 1]));
    } else if (!peers.isEmpty()) {
      text.append(" ".repeat(16));
    }
    double[] toLimit = ratios(unit, ours, values(unit, results, LIMIT));
    if (toLimit.length > 0) {
      text.append(percent(median(toLimit), 'C'));
    } else if (ours.length > 0) {
      text.append(limit(threads, results.get(OURS)));
    }
    text.append('\n');
  }

  private static double[] values(Unit unit, Map<String, List<JsonNode>> results, String by) {
    return results.getOrDefault(by, List.of()).stream().mapToDouble(unit.value).toArray();
  }

  /** How many times as fast, round by round. */
  static double[] ratios(Unit unit, double[] ours, double[] theirs) {
    double[] ratios = new double[Math.min(ours.length, theirs.length)];
    Arrays.setAll(
        ratios, i -> unit.moreIsBetter ? ours[i] / theirs[i] : theirs[i] / ours[i]);
    return ratios;
  }

  /** The share of what the machine does at most: multiply-adds, or reading arrays of that size. */
  private String limit(int threads, List<JsonNode> ours) throws IOException {
    if (!ours.getFirst().get("secondaryMetrics").has("gflop")) {
      return "";
    }
    double bytes = 1e9 * metric(ours, "gbyte") / metric(ours, "runs") / threads;
    double ofPeak = 0;
    double ofReading = 0;
    double held = 0;
    for (Group group : groups) {
      if (group.section().equals(Group.LIMITS) && group.threads() == threads) {
        for (Map<String, List<JsonNode>> row : rows(group).values()) {
          if (row.containsKey("fma")) {
            ofPeak = metric(ours, "gflop") / best(row.get("fma"), "gflop");
          } else if (held < bytes) {
            held = row.get("read").getFirst().get("params").get("size").asDouble();
            ofReading = metric(ours, "gbyte") / best(row.get("read"), "gbyte");
          }
        }
      }
    }
    return ofPeak >= ofReading ? percent(ofPeak, 'F') : percent(ofReading, 'M');
  }

  private static double metric(List<JsonNode> rounds, String name) {
    return median(rounds.stream().mapToDouble(round -> Unit.metric(round, name)).toArray());
  }

  private static double best(List<JsonNode> rounds, String name) {
    return rounds.stream().mapToDouble(round -> Unit.metric(round, name)).max().orElseThrow();
  }

  private static String percent(double share, char of) {
    return String.format(" %3.0f%%%c", 100 * share, of);
  }

  /** What the implementations are, and the exceptions that kept cases from being measured. */
  private void notes() throws IOException {
    Set<String> notes = new TreeSet<>();
    for (Group group : groups) {
      for (String by : group.implementations()) {
        for (String line : runs.lines(groups.indexOf(group), by)) {
          if (line.startsWith(by + " is ") || line.startsWith("Core: ")) {
            notes.add(line);
          } else if (line.matches("(Caused by: )?[a-zA-Z.$]+(Exception|Error): .*")) {
            wrong |= line.contains("WrongResult");
            String said = line.replaceFirst("^(Caused by: )?([a-zA-Z]+[.$])+", "");
            notes.add(by + ", " + group.section() + ": " + said);
          }
        }
      }
    }
    notes.forEach(note -> text.append(note).append('\n'));
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The median in three digits. */
  static String number(double[] values) {
    if (values.length == 0) {
      return "-";
    }
    double x = median(values);
    int decimals = x >= 100 ? 0 : x >= 10 ? 1 : x >= 0.1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", x);
  }
}
