package dev.retort.bench.tour;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The tour as a picture: for every stop, on the left how many times as fast as the best peer, on a
 * logarithmic scale around 1, on the right the share of the limit that binds.
 */
final class Chart {
  private static final int LABELS = 350;
  private static final int RATIOS = 430;
  private static final int SHARES = 300;
  private static final int GAP = 90;
  private static final int TOP = 78;
  private static final int ROW = 20;
  private static final int BAR = 12;
  private static final int WIDTH = LABELS + RATIOS + GAP + SHARES + 170;

  private static final String AHEAD = "#1b7f79";
  private static final String BEHIND = "#c8553d";
  private static final String SHARE = "#5b6c8f";
  private static final double[] TICKS = {
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000
  };

  private final Machine machine;
  private final List<Stop> stops;
  private final StringBuilder svg = new StringBuilder();
  private final double least;
  private final double most;

  Chart(Machine machine, List<Stop> stops) {
    this.machine = machine;
    this.stops = Route.brief(stops).stream().filter(stop -> stop.ours().isPresent()).toList();
    double low = 0.7;
    double high = 1.5;
    for (Stop stop : this.stops) {
      for (double ratio : ratios(stop)) {
        low = Math.min(low, ratio * 0.9);
        high = Math.max(high, ratio * 1.1);
      }
    }
    least = low;
    most = high;
  }

  private static double[] ratios(Stop stop) {
    return stop.bestPeer().map(peer -> stop.ours().get().over(peer)).orElse(new double[0]);
  }

  String svg() {
    long groups = stops.stream().map(stop -> stop.group).distinct().count();
    int bottom = TOP + (int) (stops.size() + groups) * ROW + 10;
    svg.append(
        String.format(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
                + " font-family='Helvetica, Arial, sans-serif' font-size='12' fill='#222'>%n",
            WIDTH, bottom + 34, WIDTH, bottom + 34));
    svg.append("<rect width='100%' height='100%' fill='white'/>\n");
    heads(bottom);
    int y = TOP;
    String group = "";
    for (Stop stop : stops) {
      if (!stop.group.equals(group)) {
        group = stop.group;
        text(12, y + 14, "start", "font-weight='bold'", group);
        y += ROW;
      }
      row(stop, y);
      y += ROW;
    }
    String at = Machine.description().get("processor");
    text(
        12, bottom + 22, "start", "fill='#777'",
        at + ", JDK " + System.getProperty("java.version")
            + "; medians over the rounds, whiskers from the worst to the best round");
    return svg.append("</svg>\n").toString();
  }

  private void heads(int bottom) {
    text(LABELS, 24, "start", "font-weight='bold' font-size='15'", "Speed over the best peer");
    text(
        LABELS + RATIOS + GAP, 24, "start", "font-weight='bold' font-size='15'",
        "Share of the machine's limit");
    text(LABELS, 42, "start", "fill='#777'", "log scale; right of 1 is faster");
    text(
        LABELS + RATIOS + GAP, 42, "start", "fill='#777'",
        "of FMA peak or of bandwidth, whichever binds");
    for (double tick : ticks()) {
      line(x(tick), TOP - 6, x(tick), bottom, tick == 1 ? "#333" : "#ddd");
      text(x(tick), TOP - 12, "middle", "fill='#777'", Unit.brief(tick));
    }
    for (int percent = 0; percent <= 100; percent += 25) {
      double x = share(percent / 100.0);
      line(x, TOP - 6, x, bottom, percent == 0 ? "#333" : "#ddd");
      text(x, TOP - 12, "middle", "fill='#777'", percent + "%");
    }
  }

  /** The round numbers in range, thinned so that their labels do not meet. */
  private List<Double> ticks() {
    List<Double> shown = new ArrayList<>();
    for (double tick : TICKS) {
      boolean clear = shown.isEmpty() || x(tick) - x(shown.getLast()) > 28;
      if (tick >= least && tick <= most && (clear || tick == 1)) {
        if (!clear) {
          shown.removeLast();
        }
        shown.add(tick);
      }
    }
    return shown;
  }

  private void row(Stop stop, int y) {
    text(LABELS - 14, y + 14, "end", "", stop.label());
    double[] ratios = ratios(stop);
    if (ratios.length > 0) {
      double median = Series.medianOf(ratios);
      double best = Arrays.stream(ratios).max().orElseThrow();
      double worst = Arrays.stream(ratios).min().orElseThrow();
      bar(x(Math.min(1, median)), x(Math.max(1, median)), y, median >= 1 ? AHEAD : BEHIND);
      line(x(worst), y + ROW / 2, x(best), y + ROW / 2, "#222");
      text(
          x(Math.max(1, best)) + 5, y + 14, "start", "fill='#444' font-size='11'",
          Unit.brief(median) + "x " + stop.bestPeer().get().by());
    }
    Machine.Share share = machine.share(stop, stop.ours().get());
    bar(share(0), share(Math.min(1, share.value())), y, SHARE);
    text(
        share(Math.min(1, share.value())) + 5, y + 14, "start", "fill='#444' font-size='11'",
        share.toString());
  }

  private double x(double ratio) {
    return LABELS + RATIOS * Math.log(ratio / least) / Math.log(most / least);
  }

  private static double share(double value) {
    return LABELS + RATIOS + GAP + SHARES * value;
  }

  private void bar(double from, double to, int y, String colour) {
    svg.append(
        String.format(
            Locale.ROOT, "<rect x='%.1f' y='%d' width='%.1f' height='%d' rx='1.5' fill='%s'/>%n",
            from, y + (ROW - BAR) / 2, Math.max(1, to - from), BAR, colour));
  }

  private void line(double x1, double y1, double x2, double y2, String colour) {
    svg.append(
        String.format(
            Locale.ROOT, "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s'/>%n",
            x1, y1, x2, y2, colour));
  }

  private void text(double x, double y, String anchor, String style, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
    svg.append(
        String.format(
            Locale.ROOT, "<text x='%.1f' y='%.1f' text-anchor='%s' %s>", x, y, anchor, style));
    svg.append(escaped).append("</text>\n");
  }
}
