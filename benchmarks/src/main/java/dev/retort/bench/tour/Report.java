package dev.retort.bench.tour;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tour as tables in Markdown: one line a stop, or one line a contender. */
final class Report {
  private final Machine machine;
  private final List<Stop> stops;
  private final int rounds;
  private final String command;

  Report(Machine machine, List<Stop> stops, int rounds, String command) {
    this.machine = machine;
    this.stops = stops;
    this.rounds = rounds;
    this.command = command;
  }

  /** One line a stop: the engine, the best of the others, and the limit. */
  String brief() {
    StringBuilder text = new StringBuilder(header());
    text.append("| | Retort | best peer | ratio | of its limit |\n|---|---|---|---|---|\n");
    String group = "";
    for (Stop stop : Route.brief(stops)) {
      if (!stop.group.equals(group)) {
        group = stop.group;
        text.append("| **").append(group).append("** | | | | |\n");
      }
      text.append("| ").append(stop.label()).append(" | ");
      text.append(stop.ours().map(stop.unit::of).orElse("refused")).append(" | ");
      text.append(
              stop.bestPeer()
                  .map(peer -> peer.by() + " " + stop.unit.of(peer) + threads(stop, peer))
                  .orElse(""))
          .append(" | ");
      text.append(
              stop.bestPeer().isPresent() && stop.ours().isPresent()
                  ? ratio(stop.ours().get().over(stop.bestPeer().get()))
                  : "")
          .append(" | ");
      text.append(stop.ours().map(ours -> share(stop, ours)).orElse("")).append(" |\n");
    }
    return text.toString();
  }

  private static String threads(Stop stop, Series series) {
    return series.threads() == stop.threads ? "" : " on " + series.threads() + " threads";
  }

  /** One line a contender, behind the machine's limits. */
  String whole() {
    StringBuilder text = new StringBuilder(header()).append(contenders());
    text.append("| limit | threads | |\n|---|---|---|\n");
    for (Stop limit : machine.limits()) {
      for (Series series : limit.series.values()) {
        text.append(
            String.format(
                "| %s | %d | %s |%n", limit.name, limit.threads, limit.unit.of(series)));
      }
    }
    text.append(
        "\n| | threads | by | time a run | ns/element | GFLOP/s | GB/s | of its limit | Retort's"
            + " speed over it |\n|---|---|---|---|---|---|---|---|---|\n");
    for (Stop stop : stops) {
      for (Series series : stop.ranking()) {
        text.append(line(stop, series));
      }
      stop.refused.forEach(
          (by, reason) ->
              text.append(
                  String.format(
                      "| %s, %s | %d | %s | %s | | | | | |%n",
                      stop.group, stop.name, stop.threads, by, reason)));
    }
    return text.toString();
  }

  private String line(Stop stop, Series series) {
    boolean ours = series.by().equals(Stop.OURS);
    String ratio = stop.ours().isPresent() && !ours ? ratio(stop.ours().get().over(series)) : "";
    return String.format(
        "| %s, %s | %d | %s | %s | %s | %s | %s | %s | %s |%n",
        stop.group, stop.name, stop.threads, ours ? "**retort**" : series.by(),
        Unit.time(1e9 / series.median()),
        Unit.number(series.nanosecondsAnElement()),
        Unit.number(series.median() * series.flops() * 1e-9),
        Unit.number(series.median() * series.bytes() * 1e-9),
        share(stop, series), ratio);
  }

  private String share(Stop stop, Series series) {
    return machine.share(stop, series).toString();
  }

  static String ratio(double[] ratios) {
    double least = Double.MAX_VALUE;
    double most = 0;
    for (double ratio : ratios) {
      least = Math.min(least, ratio);
      most = Math.max(most, ratio);
    }
    return String.format(
        Locale.ROOT, "%s x (%s to %s)",
        Unit.number(Series.medianOf(ratios)), Unit.number(least), Unit.number(most));
  }

  private String header() {
    Map<String, String> facts = Machine.description();
    return facts.get("processor") + ", " + facts.get("cores") + " cores; " + facts.get("system")
        + "; " + facts.get("jdk") + "; backend " + facts.get("backend") + "; environment: "
        + facts.get("environment") + ". " + rounds + (rounds == 1 ? " round" : " rounds")
        + ", each case in its own JVM; medians, and the extremes of the rounds' ratios. `"
        + command + "`\n\n";
  }

  private static String contenders() {
    StringBuilder text = new StringBuilder("| by | |\n|---|---|\n");
    Machine.contenders()
        .forEach((by, what) -> text.append(String.format("| %s | %s |%n", by, what)));
    return text.append('\n').toString();
  }
}
