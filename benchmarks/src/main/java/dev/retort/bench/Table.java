package dev.retort.bench;

import module java.base;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The tables of a comparison, 80 columns wide. */
final class Table {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** JMH's JSON, an array of cases. */
  private final Map<Run, JsonNode> results = new LinkedHashMap<>();

  /** By heading; all rows of one have as many cells. */
  private final Map<String, List<List<String>>> tables = new LinkedHashMap<>();

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
      List<String> ratio = group.peers().isEmpty() ? List.of() : List.of("ratio", "rounds");
      List<String> head = cells(Stream.of(List.of("", "retort"), group.peers(), ratio, List.of("limit")));
      for (Unit unit : group.units()) {
        String heading = group.section() + ", " + unit.text;
        List<List<String>> rows = tables.computeIfAbsent(heading, _ -> new ArrayList<>(List.of(head)));
        names.forEach(name -> rows.add(row(group, name, unit)));
      }
    }
  }

  private Stream<JsonNode> cases(Predicate<Run> of) {
    return results.keySet().stream().filter(of).flatMap(run -> results.get(run).valueStream());
  }

  String text() {
    StringBuilder text = new StringBuilder();
    tables.forEach((heading, rows) -> text.append(heading).append('\n').append(aligned(rows)).append('\n'));
    String wrapped = String.join("\n", notes).replaceAll("(?=.{79})(.{1,78}) ", "$1\n  ");
    return text + Data.resource("legend.txt") + wrapped + "\n";
  }

  /** Names to the left, numbers to the right. */
  private static String aligned(List<List<String>> rows) {
    String format = "";
    for (int column = 0; column < rows.getFirst().size(); column++) {
      int cell = column;
      int width = rows.stream().mapToInt(row -> row.get(cell).length()).max().orElseThrow();
      format += (column == 0 ? "%-" : " %") + (width + (column == 0 ? 1 : 0)) + "s";
    }
    String line = format;
    return rows.stream().map(row -> line.formatted(row.toArray()).stripTrailing() + "\n").collect(Collectors.joining());
  }

  boolean hasWrongResults() {
    return notes.stream().anyMatch(note -> note.contains("WrongResult"));
  }

  /** What an implementation is, and the exceptions that kept cases from being measured. */
  private void note(Run run, String line) {
    String told = line.replaceFirst("^# Warmup Iteration +1: ", "");
    if (told.startsWith(run.by() + " is ") || told.startsWith("Core: ")) {
      notes.add(told);
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

  private List<String> row(Group group, String name, Unit unit) {
    double[] ours = values(group, Group.OURS, name, unit);
    List<double[]> peers = group.peers().stream().map(peer -> values(group, peer, name, unit)).toList();
    double[] none = {};
    double[] best = peers.stream().filter(values -> values.length > 0)
            .max(Comparator.comparingDouble(values -> unit.speed(median(values)))).orElse(none);
    double[] ratios = ratios(unit, ours, best);
    double[] ofC = ratios(unit, ours, values(group, Group.C, name, unit));
    List<String> rounds = ratios.length == 0
            ? List.of("", "")
            : List.of(fixed(2, median(ratios)), fixed(2, ratios[0]) + "-" + fixed(2, ratios[ratios.length - 1]));
    return cells(Stream.of(List.of(name, number(ours)), peers.stream().map(Table::number).toList(),
        peers.isEmpty() ? List.of() : rounds,
        List.of(ofC.length > 0 ? fixed(0, 100 * median(ofC)) + "%C" : share(group, name))));
  }

  private static List<String> cells(Stream<List<String>> parts) {
    return parts.flatMap(List::stream).toList();
  }

  /** Of each round. */
  private double[] values(Group group, String by, String name, Unit unit) {
    return cases(run -> run.group().equals(group) && run.by().equals(by)).filter(result -> name(result).equals(name))
        .mapToDouble(unit.value).toArray();
  }

  /** How many times as fast in each round, the least first. */
  private static double[] ratios(Unit unit, double[] ours, double[] theirs) {
    return IntStream.range(0, Math.min(ours.length, theirs.length))
        .mapToDouble(i -> unit.speed(ours[i]) / unit.speed(theirs[i])).sorted().toArray();
  }

  /** Of what the machine does at most: multiply-adds, or reading arrays that are no smaller. */
  private String share(Group group, String name) {
    double gflops = median(values(group, Group.OURS, name, Unit.GFLOPS));
    if (Double.isNaN(gflops)) {
      return "";
    }
    double gbytes = median(values(group, Group.OURS, name, Unit.GBYTES));
    double bytes = 1e3 * gbytes * median(values(group, Group.OURS, name, Unit.MICROSECONDS)) / group.threads();
    TreeMap<Double, Double> reading = new TreeMap<>();
    limits("read", group).forEach(
        limit -> reading.merge(limit.at("/params/size").asDouble(), Unit.GBYTES.value.applyAsDouble(limit), Math::max));
    Map.Entry<Double, Double> held = reading.ceilingEntry(bytes);
    double ofReading = gbytes / (held == null ? reading.lastEntry() : held).getValue();
    double ofPeak = gflops / limits("fma", group).mapToDouble(Unit.GFLOPS.value).max().orElseThrow();
    return ofPeak >= ofReading ? fixed(0, 100 * ofPeak) + "%F" : fixed(0, 100 * ofReading) + "%M";
  }

  private Stream<JsonNode> limits(String by, Group group) {
    return cases(run -> run.by().equals(by) && run.group().threads() == group.threads());
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
    return Double.isNaN(x) ? "-" : fixed(decimals, x);
  }

  private static String fixed(int decimals, double x) {
    return String.format(Locale.ROOT, "%." + decimals + "f", x);
  }
}
