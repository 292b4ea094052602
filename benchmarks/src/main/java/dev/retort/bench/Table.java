package dev.retort.bench;

import module java.base;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The tables of a comparison, 80 columns wide. */
final class Table {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** JMH's JSON, an array of cases. */
  private final Map<Run, JsonNode> results = new LinkedHashMap<>();

  private final Map<String, StringBuilder> tables = new LinkedHashMap<>();
  private final Set<String> notes = new TreeSet<>();

  Table(List<Run> runs) throws IOException {
    for (Run run : runs) {
      if (Files.exists(run.json())) {
        results.put(run, JSON.readTree(run.json().toFile()));
      }
      if (Files.exists(run.log())) {
        Files.readAllLines(run.log()).forEach(line -> note(run, line));
      }
    }
    for (Group group : runs.stream().map(Run::group).distinct().toList()) {
      List<String> names = cases(run -> run.group().equals(group)).map(Table::name).distinct().toList();
      for (Unit unit : group.units()) {
        StringBuilder table = tables.computeIfAbsent(head(group, unit), head -> new StringBuilder());
        names.forEach(name -> table.append(row(group, name, unit)));
      }
    }
  }

  private Stream<JsonNode> cases(Predicate<Run> of) {
    return results.keySet().stream().filter(of).flatMap(run -> results.get(run).valueStream());
  }

  String text() {
    return tables.entrySet().stream()
            .map(table -> table.getKey() + table.getValue())
            .collect(Collectors.joining("\n"))
        + Data.resource("legend.txt") + String.join("\n", notes) + "\n";
  }

  boolean hasWrongResults() {
    return notes.stream().anyMatch(note -> note.contains("WrongResult"));
  }

  /** What an implementation is, and the exceptions that kept cases from being measured. */
  private void note(Run run, String line) {
    if (line.startsWith(run.by() + " is ") || line.startsWith("Core: ")) {
      notes.add(line);
    } else if (line.matches("(Caused by: )?[a-zA-Z.$]+(Exception|Error): .*")) {
      String said = line.replaceFirst("^(Caused by: )?([a-zA-Z]+[.$])+", "");
      notes.add(run.by() + ", " + run.group().section() + ": " + said);
    }
  }

  /** A row's name: the parameters, such as {@code forward 784x1200x128}. */
  private static String name(JsonNode result) {
    return result.get("params").properties().stream()
        .filter(parameter -> !List.of("by", "threads").contains(parameter.getKey()))
        .map(parameter -> parameter.getValue().asText().toLowerCase(Locale.ROOT).replace('_', ' '))
        .collect(Collectors.joining(" "));
  }

  private static String head(Group group, Unit unit) {
    String peers = group.peers().stream().map(" %8.8s"::formatted).collect(Collectors.joining());
    return group.section() + ", " + unit.text + "\n" + " ".repeat(29) + "retort" + peers
        + (peers.isEmpty() ? " limit\n" : " ratio  rounds   limit\n");
  }

  private String row(Group group, String name, Unit unit) {
    double[] ours = values(group, Group.OURS, name, unit);
    StringBuilder row = new StringBuilder("%-27.27s %7s".formatted(name, number(ours)));
    double[] best = {};
    for (String peer : group.peers()) {
      double[] values = values(group, peer, name, unit);
      row.append(" %8s".formatted(number(values)));
      best = best.length == 0 || unit.speed(median(values)) > unit.speed(median(best)) ? values : best;
    }
    double[] ratios = ratios(unit, ours, best);
    if (ratios.length > 0) {
      double most = ratios[ratios.length - 1];
      row.append(String.format(Locale.ROOT, " %5.2f %4.2f-%4.2f", median(ratios), ratios[0], most));
    } else if (!group.peers().isEmpty()) {
      row.append(" ".repeat(16));
    }
    double[] ofC = ratios(unit, ours, values(group, Group.C, name, unit));
    return row.append(ofC.length > 0 ? percent(median(ofC), 'C') : share(group, name)).append('\n').toString();
  }

  /** Of each round. */
  private double[] values(Group group, String by, String name, Unit unit) {
    return cases(run -> run.group().equals(group) && run.by().equals(by))
        .filter(result -> name(result).equals(name))
        .mapToDouble(unit.value)
        .toArray();
  }

  /** How many times as fast in each round, the least first. */
  private static double[] ratios(Unit unit, double[] ours, double[] theirs) {
    double[] ratios = new double[Math.min(ours.length, theirs.length)];
    Arrays.setAll(ratios, i -> unit.speed(ours[i]) / unit.speed(theirs[i]));
    Arrays.sort(ratios);
    return ratios;
  }

  /** Of what the machine does at most: multiply-adds, or reading arrays that are no smaller. */
  private String share(Group group, String name) {
    double[] gflops = values(group, Group.OURS, name, Unit.GFLOPS);
    double[] gbytes = values(group, Group.OURS, name, Unit.GBYTES);
    if (Double.isNaN(median(gflops))) {
      return "";
    }
    double bytes = 1e3 * median(gbytes) * median(values(group, Group.OURS, name, Unit.MICROSECONDS)) / group.threads();
    TreeMap<Double, Double> reading = new TreeMap<>();
    limits("read", group).forEach(
        limit -> reading.merge(limit.at("/params/size").asDouble(), Unit.GBYTES.value.applyAsDouble(limit), Math::max));
    Map.Entry<Double, Double> held = reading.ceilingEntry(bytes);
    double ofReading = median(gbytes) / (held == null ? reading.lastEntry() : held).getValue();
    double ofPeak = median(gflops) / limits("fma", group).mapToDouble(Unit.GFLOPS.value).max().orElseThrow();
    return ofPeak >= ofReading ? percent(ofPeak, 'F') : percent(ofReading, 'M');
  }

  private Stream<JsonNode> limits(String by, Group group) {
    return cases(run -> run.by().equals(by) && run.group().threads() == group.threads());
  }

  private static String percent(double share, char of) {
    return String.format(" %3.0f%%%c", 100 * share, of);
  }

  /** NaN of none. */
  private static double median(double[] values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    int n = sorted.length;
    return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  /** The median in three digits. */
  private static String number(double[] values) {
    double x = median(values);
    int decimals = x >= 100 ? 0 : x >= 10 ? 1 : x >= 0.1 ? 2 : 3;
    return Double.isNaN(x) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", x);
  }
}
