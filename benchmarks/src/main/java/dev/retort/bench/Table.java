package dev.retort.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    Set<Section> sections = new LinkedHashSet<>();
    for (Group group : groups) {
      if (group.benchmark() != Limits.class) {
        group.units().forEach(unit -> sections.add(new Section(group.section(), unit)));
      }
    }
    for (Section section : sections) {
      section(section);
    }
    text.append(LEGEND).append('\n');
    notes();
  }

  String text() {
    return text.toString();
  }

  boolean hasWrongResults() {
    return wrong;
  }

  private record Section(String heading, Unit unit) {
    boolean has(Group group) {
      return group.section().equals(heading) && group.units().contains(unit);
    }
  }

  private void section(Section section) throws IOException {
    List<Group> members = groups.stream().filter(section::has).toList();
    Set<String> peers = new LinkedHashSet<>();
    members.forEach(group -> peers.addAll(group.implementations()));
    peers.removeAll(List.of(OURS, LIMIT));
    text.append(section.heading()).append(", ").append(section.unit().text).append('\n');
    StringBuilder head = new StringBuilder(String.format("%-27s  retort", ""));
    peers.forEach(peer -> head.append(String.format(" %8.8s", peer)));
    text.append(head).append(peers.isEmpty() ? "" : " ratio  rounds  ").append(" limit\n");
    for (Group group : members) {
      for (Map<String, String> parameters : group.cases()) {
        row(group, section.unit(), parameters, peers);
      }
    }
    text.append('\n');
  }

  private void row(Group group, Unit unit, Map<String, String> parameters, Set<String> peers)
      throws IOException {
    double[] ours = values(group, unit, parameters, OURS);
    StringBuilder line =
        new StringBuilder(String.format("%-27.27s %7s", Group.name(parameters), number(ours)));
    double[] best = {};
    for (String peer : peers) {
      double[] values = values(group, unit, parameters, peer);
      line.append(String.format(" %8s", number(values)));
      best = best.length == 0 || better(unit, values, best) ? values : best;
    }
    if (!peers.isEmpty()) {
      line.append(ratio(unit, ours, best));
    }
    text.append(line).append(limit(group, unit, parameters, ours)).append('\n');
  }

  private static boolean better(Unit unit, double[] values, double[] best) {
    return values.length > 0 && (median(values) > median(best)) == unit.moreIsBetter;
  }

  /** How many times as fast, round by round. */
  static double[] ratios(Unit unit, double[] ours, double[] theirs) {
    double[] ratios = new double[Math.min(ours.length, theirs.length)];
    Arrays.setAll(
        ratios, i -> unit.moreIsBetter ? ours[i] / theirs[i] : theirs[i] / ours[i]);
    return ratios;
  }

  private static String ratio(Unit unit, double[] ours, double[] best) {
    double[] ratios = ratios(unit, ours, best);
    if (ratios.length == 0) {
      return " ".repeat(16);
    }
    return String.format(
        Locale.ROOT, " %5.2f %4.2f-%4.2f", median(ratios),
        Arrays.stream(ratios).min().orElseThrow(), Arrays.stream(ratios).max().orElseThrow());
  }

  private String limit(Group group, Unit unit, Map<String, String> parameters, double[] ours)
      throws IOException {
    List<Measurement> measured = measurements(group, parameters, OURS);
    double[] c = values(group, unit, parameters, LIMIT);
    if (c.length > 0 && ours.length > 0) {
      return percent(median(ratios(unit, ours, c)), 'C');
    }
    if (measured.isEmpty() || measured.getFirst().cost().flops() == 0) {
      return "";
    }
    double rate = median(measured.stream().mapToDouble(Measurement::rate).toArray());
    Cost cost = measured.getFirst().cost();
    double ofPeak = 0;
    double ofReading = 0;
    double held = 0;
    for (Measurement limit : limits(group.threads())) {
      if (limit.method().equals("fma")) {
        ofPeak = rate * cost.flops() / (limit.rate() * limit.cost().flops());
      } else if (held < cost.bytes() / group.threads()) {
        held = limit.cost().bytes();
        ofReading = rate * cost.bytes() / (limit.rate() * limit.cost().bytes());
      }
    }
    return ofPeak >= ofReading ? percent(ofPeak, 'F') : percent(ofReading, 'M');
  }

  private static String percent(double share, char of) {
    return String.format(" %3.0f%%%c", 100 * share, of);
  }

  /** The best round of each limit, working sets ascending. */
  private List<Measurement> limits(int threads) throws IOException {
    Map<Double, Measurement> best = new TreeMap<>();
    for (Group group : groups) {
      if (group.benchmark() == Limits.class && group.threads() == threads) {
        for (String method : group.implementations()) {
          for (Measurement each : measurements(group, Map.of(), method)) {
            best.merge(
                each.cost().bytes(), each, (a, b) -> a.rate() >= b.rate() ? a : b);
          }
        }
      }
    }
    return new ArrayList<>(best.values());
  }

  private double[] values(Group group, Unit unit, Map<String, String> parameters, String by)
      throws IOException {
    return measurements(group, parameters, by).stream().mapToDouble(unit::of).toArray();
  }

  private List<Measurement> measurements(Group group, Map<String, String> parameters, String by)
      throws IOException {
    List<Measurement> all = new ArrayList<>();
    for (int round = 0; round < runs.rounds(); round++) {
      for (Measurement each : runs.read(round, groups.indexOf(group), by)) {
        if (each.parameters().entrySet().containsAll(parameters.entrySet())) {
          all.add(each);
        }
      }
    }
    return all;
  }

  private void notes() throws IOException {
    Set<String> notes = new TreeSet<>();
    for (int group = 0; group < groups.size(); group++) {
      for (String by : groups.get(group).implementations()) {
        runs.description(group, by).ifPresent(notes::add);
        for (String exception : runs.exceptions(group, by)) {
          wrong |= exception.contains("WrongResult");
          notes.add(by + ", " + groups.get(group).section() + ": " + exception);
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
