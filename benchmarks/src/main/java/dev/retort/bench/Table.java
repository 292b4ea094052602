package dev.retort.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

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

  private final Map<String, StringBuilder> tables = new LinkedHashMap<>();
  private final Set<String> notes = new TreeSet<>();

  /** The most that any round has by threads: GFLOP/s, and GB/s by the bytes of an array. */
  private final Map<Integer, Double> peaks = new TreeMap<>();

  private final Map<Integer, NavigableMap<Double, Double>> reading = new TreeMap<>();

  /** Groups with limits first. */
  Table(List<Group> groups, Runs runs) throws IOException {
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      Map<String, Map<String, List<JsonNode>>> rows = new LinkedHashMap<>();
      for (String by : group.implementations()) {
        for (JsonNode result : runs.results(i, by)) {
          rows.computeIfAbsent(name(result), name -> new LinkedHashMap<>())
              .computeIfAbsent(by, name -> new ArrayList<>())
              .add(result);
          limit(by, group.threads(), result);
        }
        note(by, group, runs.lines(i, by));
      }
      for (Unit unit : group.units()) {
        StringBuilder table = tables.computeIfAbsent(head(group, unit), head -> new StringBuilder());
        rows.forEach((name, results) -> row(table, name, group, unit, results));
      }
    }
  }

  String text() {
    return tables.entrySet().stream()
            .map(table -> table.getKey() + table.getValue())
            .collect(Collectors.joining("\n"))
        + LEGEND + String.join("\n", notes) + "\n";
  }

  boolean hasWrongResults() {
    return notes.stream().anyMatch(note -> note.contains("WrongResult"));
  }

  /** What an implementation is, and the exceptions that kept cases from being measured. */
  private void note(String by, Group group, List<String> log) {
    for (String line : log) {
      if (line.startsWith(by + " is ") || line.startsWith("Core: ")) {
        notes.add(line);
      } else if (line.matches("(Caused by: )?[a-zA-Z.$]+(Exception|Error): .*")) {
        String said = line.replaceFirst("^(Caused by: )?([a-zA-Z]+[.$])+", "");
        notes.add(by + ", " + group.section() + ": " + said);
      }
    }
  }

  private void limit(String by, int threads, JsonNode result) {
    if (by.equals("fma")) {
      peaks.merge(threads, Unit.metric(result, "gflop"), Math::max);
    } else if (by.equals("read")) {
      double bytes = result.get("params").get("size").asDouble();
      reading
          .computeIfAbsent(threads, none -> new TreeMap<>())
          .merge(bytes, Unit.metric(result, "gbyte"), Math::max);
    }
  }

  /** A row's name: the parameters, such as {@code forward 784x1200x128}. */
  private static String name(JsonNode result) {
    return result.get("params").properties().stream()
        .filter(parameter -> !List.of("by", "threads").contains(parameter.getKey()))
        .map(parameter -> parameter.getValue().asText().toLowerCase(Locale.ROOT).replace('_', ' '))
        .collect(Collectors.joining(" "));
  }

  private static List<String> peers(Group group) {
    return group.implementations().stream()
        .filter(by -> !by.equals(OURS) && !by.equals(LIMIT))
        .toList();
  }

  private static String head(Group group, Unit unit) {
    String peers =
        peers(group).stream()
            .map(peer -> String.format(" %8.8s", peer))
            .collect(Collectors.joining());
    return group.section() + ", " + unit.text + "\n" + " ".repeat(29) + "retort" + peers
        + (peers.isEmpty() ? " limit\n" : " ratio  rounds   limit\n");
  }

  private void row(
      StringBuilder table, String name, Group group, Unit unit,
      Map<String, List<JsonNode>> results) {
    double[] ours = values(unit, results, OURS);
    table.append(String.format("%-27.27s %7s", name, number(ours)));
    double[] best = {};
    for (String peer : peers(group)) {
      double[] values = values(unit, results, peer);
      table.append(String.format(" %8s", number(values)));
      if (best.length == 0
          || (values.length > 0 && (median(values) > median(best)) == unit.moreIsBetter)) {
        best = values;
      }
    }
    double[] ratios = Arrays.stream(ratios(unit, ours, best)).sorted().toArray();
    if (ratios.length > 0) {
      double most = ratios[ratios.length - 1];
      table.append(
          String.format(Locale.ROOT, " %5.2f %4.2f-%4.2f", median(ratios), ratios[0], most));
    } else if (!peers(group).isEmpty()) {
      table.append(" ".repeat(16));
    }
    double[] ofC = ratios(unit, ours, values(unit, results, LIMIT));
    if (ofC.length > 0) {
      table.append(percent(median(ofC), 'C'));
    } else if (ours.length > 0) {
      table.append(share(group.threads(), results.get(OURS)));
    }
    table.append('\n');
  }

  private static double[] values(Unit unit, Map<String, List<JsonNode>> results, String by) {
    return results.getOrDefault(by, List.of()).stream().mapToDouble(unit.value).toArray();
  }

  /** How many times as fast, round by round. */
  private static double[] ratios(Unit unit, double[] ours, double[] theirs) {
    double[] ratios = new double[Math.min(ours.length, theirs.length)];
    Arrays.setAll(ratios, i -> unit.moreIsBetter ? ours[i] / theirs[i] : theirs[i] / ours[i]);
    return ratios;
  }

  /** Of what the machine does at most: multiply-adds, or reading arrays that are no smaller. */
  private String share(int threads, List<JsonNode> ours) {
    if (!ours.getFirst().get("secondaryMetrics").has("gflop")) {
      return "";
    }
    double gbyte = median(ours, "gbyte");
    double bytes = 1e9 * gbyte / median(ours, "runs") / threads;
    NavigableMap<Double, Double> arrays = reading.get(threads);
    Map.Entry<Double, Double> held = arrays.ceilingEntry(bytes);
    double ofReading = gbyte / (held == null ? arrays.lastEntry() : held).getValue();
    double ofPeak = median(ours, "gflop") / peaks.get(threads);
    return ofPeak >= ofReading ? percent(ofPeak, 'F') : percent(ofReading, 'M');
  }

  private static String percent(double share, char of) {
    return String.format(" %3.0f%%%c", 100 * share, of);
  }

  private static double median(List<JsonNode> results, String name) {
    return median(results.stream().mapToDouble(result -> Unit.metric(result, name)).toArray());
  }

  private static double median(double[] values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** The median in three digits. */
  private static String number(double[] values) {
    if (values.length == 0) {
      return "-";
    }
    double x = median(values);
    int decimals = x >= 100 ? 0 : x >= 10 ? 1 : x >= 0.1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", x);
  }
}
