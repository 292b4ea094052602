package dev.retort.bench.tour;

import dev.retort.bench.Inference;
import dev.retort.bench.OptimizerStep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.results.RunResult;

/** One case of the tour, and what everybody did there. The engine comes first. */
final class Stop {
  static final String OURS = "vector";

  final String group;
  final String name;
  final Class<?> benchmark;
  final int threads;
  final Unit unit;
  final List<String> contenders;
  final Map<String, String> parameters;
  final Map<String, Series> series = new LinkedHashMap<>();
  final Map<String, String> refused = new LinkedHashMap<>();

  Stop(
      String group, String name, Class<?> benchmark, int threads, Unit unit,
      List<String> contenders, Map<String, String> parameters) {
    this.group = group;
    this.name = name;
    this.benchmark = benchmark;
    this.threads = threads;
    this.unit = unit;
    this.contenders = contenders;
    this.parameters = parameters;
  }

  String label() {
    return threads == 1 ? name : name + ", " + threads + " threads";
  }

  void add(String by, RunResult round) {
    series(by).add(round);
  }

  Series series(String by) {
    return series.computeIfAbsent(by, name -> new Series(name, threads));
  }

  /** Everybody on as many threads as serve him best. */
  static Stop bestOf(Stop one, Stop all) {
    Stop best =
        new Stop(
            one.group, one.name + ", 1 or " + all.threads + " threads", one.benchmark, 1,
            one.unit, one.contenders, one.parameters);
    for (Stop stop : List.of(one, all)) {
      stop.series.forEach(
          (by, series) ->
              best.series.merge(by, series, (a, b) -> a.median() >= b.median() ? a : b));
    }
    return best;
  }

  /** Whether the other is the same work on another number of threads. */
  boolean sameWork(Stop other) {
    return group.equals(other.group) && name.equals(other.name) && threads != other.threads;
  }

  /** Bytes that a run comes back to: of Adam's four arrays it writes three again. */
  double resident(double bytes) {
    return benchmark == OptimizerStep.class ? bytes * 4 / 7 : bytes;
  }

  /**
   * A triad fetches the lines that it is to write, which its bytes do not count; a step of an
   * optimiser writes where it has read.
   */
  double overTriad() {
    return benchmark == OptimizerStep.class ? 4.0 / 3 : 1;
  }

  /**
   * Whether a run does little but read what it was given, as a product with one row does; what binds
   * it then is how fast that can be read.
   */
  boolean reads() {
    return benchmark == Inference.class || "1".equals(parameters.get("batch"));
  }

  Optional<Series> ours() {
    return Optional.ofNullable(series.get(OURS));
  }

  /** The fastest of the others. */
  Optional<Series> bestPeer() {
    return series.values().stream()
        .filter(each -> !each.by().equals(OURS))
        .max(Comparator.comparingDouble(Series::median));
  }

  /** Everybody who was here, the fastest first. */
  List<Series> ranking() {
    List<Series> all = new ArrayList<>(series.values());
    all.sort(Comparator.comparingDouble(Series::median).reversed());
    return all;
  }
}
