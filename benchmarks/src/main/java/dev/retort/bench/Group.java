package dev.retort.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Cases of one benchmark that an implementation measures in one JVM, as one JVM trains all layers of
 * a network: what the compiler has learned from one shape it uses for the next.
 *
 * @param section the table's heading, which several groups may share
 * @param units what is shown, a table each
 * @param benchmark its class
 * @param threads of every case
 * @param implementations who takes part, the engine first
 * @param parameters JMH's, with all values that are combined, in the order of a row's name
 */
record Group(
    String section, List<Unit> units, Class<?> benchmark, int threads, List<String> implementations,
    Map<String, List<String>> parameters) {

  static Group of(
      String section, Unit unit, Class<?> benchmark, int threads, String implementations,
      String... parameters) {
    return of(section, List.of(unit), benchmark, threads, implementations, parameters);
  }

  static Group of(
      String section, List<Unit> units, Class<?> benchmark, int threads, String implementations,
      String... parameters) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String parameter : parameters) {
      String[] parts = parameter.split("=", 2);
      values.put(parts[0], List.of(parts[1].split(",", -1)));
    }
    String title =
        threads == 1 ? section : section + ", " + threads + " threads";
    return new Group(
        title, units, benchmark, threads, List.of(implementations.split(" ", -1)), values);
  }

  /** Those that are present alone. */
  Group with(List<String> present) {
    List<String> kept = implementations.stream().filter(present::contains).toList();
    return new Group(section, units, benchmark, threads, kept, parameters);
  }

  /** JMH's command line, without what says how long. */
  List<String> arguments(String by) {
    List<String> arguments = new ArrayList<>();
    boolean limit = benchmark == Limits.class;
    arguments.add(
        "^" + benchmark.getName().replace(".", "\\.") + "\\." + (limit ? by + "$" : ""));
    Map<String, List<String>> all = new LinkedHashMap<>(parameters);
    if (limit) {
      arguments.addAll(List.of("-t", "" + threads));
    } else {
      all.put("by", List.of(by));
      all.put("threads", List.of("" + threads));
    }
    all.forEach(
        (name, values) -> arguments.addAll(List.of("-p", name + "=" + String.join(",", values))));
    return arguments;
  }

  /** The cases in the order of the table. */
  List<Map<String, String>> cases() {
    List<Map<String, String>> cases = List.of(Map.of());
    for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
      List<Map<String, String>> more = new ArrayList<>();
      for (Map<String, String> each : cases) {
        for (String value : parameter.getValue()) {
          Map<String, String> longer = new LinkedHashMap<>(each);
          longer.put(parameter.getKey(), value);
          more.add(longer);
        }
      }
      cases = more;
    }
    return cases;
  }

  /** A row's name, such as {@code forward 784x1200 128}. */
  static String name(Map<String, String> parameters) {
    return String.join(" ", parameters.values()).toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Whether a single run takes so long that one round has to do. */
  boolean isLong() {
    return benchmark == TimeToAccuracy.class || benchmark == LargeData.class;
  }

  /** Its first and its last values alone. */
  Group shorter() {
    Map<String, List<String>> fewer = new LinkedHashMap<>();
    parameters.forEach(
        (name, values) ->
            fewer.put(name, values.stream().filter(v -> v.equals(values.getFirst()) || v.equals(values.getLast())).toList()));
    return new Group(section, units, benchmark, threads, implementations, fewer);
  }
}
