package dev.retort.bench.tour;

import dev.retort.bench.Cost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** What one contender did at one stop: runs a second, a median for each round. */
final class Series {
  private final String by;
  private final int threads;
  private final List<Double> rates = new ArrayList<>();
  private Cost cost;

  Series(String by, int threads) {
    this.by = by;
    this.threads = threads;
  }

  /** Takes on a round; the counters give what one run costs. */
  void add(RunResult round) {
    add(
        round.getPrimaryResult().getStatistics().getPercentile(50),
        new Cost(
            perRun(round, "gflop", 1e9), perRun(round, "gbyte", 1e9),
            perRun(round, "melement", 1e6)));
  }

  void add(double rate, Cost run) {
    rates.add(rate);
    cost = run;
  }

  private static double perRun(RunResult round, String counter, double scale) {
    Result<?> result = round.getSecondaryResults().get(counter);
    return result.getScore() / round.getPrimaryResult().getScore() * scale;
  }

  String by() {
    return by;
  }

  /** That shared the work. */
  int threads() {
    return threads;
  }

  /** Runs a second, one number a round. */
  double[] rates() {
    return rates.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Runs a second. */
  double median() {
    return medianOf(rates());
  }

  /** Runs a second of the best round. */
  double best() {
    return rates.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /** Floating-point operations of a run. */
  double flops() {
    return cost.flops();
  }

  /** Bytes that a run must move. */
  double bytes() {
    return cost.bytes();
  }

  /** Elements of a run. */
  double elements() {
    return cost.elements();
  }

  double nanosecondsAnElement() {
    return 1e9 / (median() * elements());
  }

  /** How many times as fast as the other, round by round. */
  double[] over(Series other) {
    return ratios(rates(), other.rates());
  }

  static double[] ratios(double[] ours, double[] theirs) {
    double[] ratios = new double[Math.min(ours.length, theirs.length)];
    Arrays.setAll(ratios, i -> ours[i] / theirs[i]);
    return ratios;
  }

  static double medianOf(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
