package dev.retort.cli;

import module java.base;

/**
 * Charts as figures of a page: a title, a legend, the drawing with its alternative text, and the
 * numbers behind it as a table. The page colours them: classes {@code s0}, {@code s1}, ... are the
 * series; lines also differ in their dashes, so that colour alone carries no meaning.
 */
final class Chart {
  /** Width of most charts, in the units of the drawing; text is 12 high. */
  private static final int WIDTH = 400;

  /** Width of one histogram among many. */
  private static final int SMALL_WIDTH = 170;

  private static final int HEIGHT = 230;
  private static final int SMALL_HEIGHT = 140;
  private static final int LEFT = 52;
  private static final int SMALL_LEFT = 26;
  private static final int RIGHT = 12;
  private static final int TOP = 10;
  private static final int BOTTOM = 40;

  /** Shades of ink in an image. */
  private static final int LEVELS = 16;

  /** Share of a category's width that its bars take. */
  private static final double BARS = 0.8;

  /** Values with a name; a chart numbers its series from 0. */
  record Series(String name, List<Double> values) {
    Series(String name, double[] values) {
      this(name, Arrays.stream(values).boxed().toList());
    }

    /** As many values, each by its index. */
    static Series of(String name, int count, IntToDoubleFunction value) {
      return new Series(name, IntStream.range(0, count).mapToDouble(value).boxed().toList());
    }
  }

  /** What all series have, to be in the range of a scale. */
  static double[] values(List<Series> all) {
    return all.stream().flatMap(series -> series.values.stream()).mapToDouble(value -> value).toArray();
  }

  /** The names of classes: 0, 1, ... */
  static List<String> classes(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private final String title;
  private final String kind;
  private final int width;
  private final int height;
  private final int left;
  private final Formatter svg = new Formatter(Locale.ROOT);

  private Chart(String kind, String title, int width, int height) {
    this.kind = kind;
    this.title = title;
    this.width = width;
    this.height = height;
    this.left = width == SMALL_WIDTH ? SMALL_LEFT : LEFT;
  }

  /** A line for each series through its values at {@code xs}; a series may end early. */
  static String lines(String title, Scale x, Scale y, double[] xs, List<Series> series) {
    Chart chart = new Chart("Line chart", title, WIDTH, HEIGHT);
    DoubleUnaryOperator xOf = value -> chart.left + (WIDTH - chart.left - RIGHT) * x.at(value);
    chart.yAxis(y);
    boolean whole = Arrays.stream(xs).allMatch(value -> value == Math.rint(value));
    for (double tick : x.ticks(7)) {
      if (!whole || tick == Math.rint(tick)) { // there is no half epoch
        chart.text(xOf.applyAsDouble(tick), HEIGHT - BOTTOM + 16, "middle", Scale.number(tick));
      }
    }
    chart.text((WIDTH + chart.left) / 2.0, HEIGHT - 6, "middle", x.name());
    for (int i = 0; i < series.size(); i++) {
      List<Double> values = series.get(i).values;
      chart.svg.format("<polyline class='s%d' points='", i);
      for (int j = 0; j < values.size(); j++) {
        chart.svg.format("%s%.1f,%.1f", j == 0 ? "" : " ", xOf.applyAsDouble(xs[j]), chart.yOf(y, values.get(j)));
      }
      chart.svg.format("'/>%n");
    }
    return chart.figure(x.name(), Arrays.stream(xs).mapToObj(Scale::number).toList(), series);
  }

  /** For each category a bar of each series, from 0 up or down. */
  static String bars(String title, String category, List<String> categories, Scale y, List<Series> series) {
    return new Chart("Bar chart", title, WIDTH, HEIGHT).bars(category, categories, y, series);
  }

  /** A small bar chart of one series, to stand beside others. */
  static String histogram(String title, String category, List<String> categories, Scale y, Series one) {
    return new Chart("Histogram", title, SMALL_WIDTH, SMALL_HEIGHT).bars(category, categories, y, List.of(one));
  }

  private String bars(String category, List<String> categories, Scale y, List<Series> series) {
    yAxis(y);
    double group = (width - left - RIGHT) / (double) categories.size();
    double bar = group * BARS / series.size();
    double zero = yOf(y, 0);
    for (int c = 0; c < categories.size(); c++) {
      double start = left + group * (c + (1 - BARS) / 2);
      for (int i = 0; i < series.size(); i++) {
        double end = yOf(y, series.get(i).values.get(c));
        svg.format(
            "<rect class='s%d' x='%.1f' y='%.1f' width='%.1f' height='%.1f'/>%n",
            i, start + i * bar, Math.min(zero, end), bar, Math.abs(end - zero));
      }
      text(left + group * (c + 0.5), height - BOTTOM + 16, "middle", categories.get(c));
    }
    line(zero, "zero");
    text((width + left) / 2.0, height - 6, "middle", category);
    return figure(category, categories, series);
  }

  /** An image, its ink in the page's text colour, in sixteen steps. */
  static String image(float[] pixels, int width, String alternative) {
    StringBuilder ink = new StringBuilder();
    for (int level = 1; level <= LEVELS; level++) {
      ink.append("<path opacity='").append(Scale.number((double) level / LEVELS)).append("' d='");
      for (int i = 0; i < pixels.length; i++) {
        if (Math.round(pixels[i] * LEVELS) == level) {
          ink.append('M').append(i % width).append(' ').append(i / width).append("h1v1h-1z");
        }
      }
      ink.append("'/>");
    }
    return "<svg class='image' viewBox='0 0 %d %d' role='img' aria-label='%s'>%s</svg>%n"
        .formatted(width, pixels.length / width, Html.escape(alternative), ink);
  }

  private double yOf(Scale y, double value) {
    return height - BOTTOM - (height - BOTTOM - TOP) * y.at(value);
  }

  /** Lines and numbers across the drawing; the axis' name where there is space for it. */
  private void yAxis(Scale y) {
    for (double tick : y.ticks(left == LEFT ? 5 : 2)) {
      line(yOf(y, tick), "grid");
      text(left - 6, yOf(y, tick) + 4, "end", Scale.number(tick));
    }
    if (left == LEFT) {
      svg.format(
          "<text transform='translate(11.0 %.1f) rotate(-90)' text-anchor='middle'>%s</text>%n",
          TOP + (height - BOTTOM - TOP) / 2.0, Html.escape(y.name()));
    }
  }

  private void line(double y, String style) {
    svg.format("<line class='%s' x1='%d.0' x2='%d.0' y1='%.1f' y2='%4$.1f'/>%n", style, left, width - RIGHT, y);
  }

  private void text(double x, double y, String anchor, String text) {
    svg.format("<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>%n", x, y, anchor, Html.escape(text));
  }

  /** The whole figure; its alternative text has the first, the last and the highest value of each series. */
  private String figure(String rowName, List<String> rows, List<Series> series) {
    StringBuilder legend = new StringBuilder();
    StringJoiner spoken = new StringJoiner("; ");
    for (int i = 0; i < series.size(); i++) {
      List<Double> values = series.get(i).values;
      legend.append(
          """
          <li><svg class='key' viewBox='0 0 24 10' aria-hidden='true'><rect class='s%1$d' width='24' height='10'/>\
          <line class='s%1$d' x1='0' x2='24' y1='5' y2='5'/></svg>%2$s</li>
          """.formatted(i, Html.escape(series.get(i).name)));
      if (!values.isEmpty()) {
        double most = Collections.max(values);
        spoken.add(
            series.get(i).name + " from " + Scale.number(values.getFirst()) + " to "
                + Scale.number(values.getLast()) + ", highest at " + rowName + " "
                + rows.get(values.indexOf(most)) + " with " + Scale.number(most));
      }
    }
    Table numbers =
        Table.of(
            rowName, rows, series.stream().map(Series::name).toList(),
            (i, j) -> i < series.get(j).values.size() ? Scale.precise(series.get(j).values.get(i)) : "");
    return """
        <figure class='%1$s'>
        <figcaption>%2$s</figcaption>
        %3$s<svg class='%1$s' viewBox='0 0 %4$d %5$d' role='img' aria-label='%6$s'>
        %7$s</svg>
        <details><summary>Numbers</summary>
        %8$s</details>
        </figure>
        """
        .formatted(
            kind.replaceFirst(" .*", "").toLowerCase(Locale.ROOT), Html.escape(title),
            series.size() > 1 ? "<ul class='legend'>\n" + legend + "</ul>\n" : "", width, height,
            Html.escape(kind + ": " + title + ". " + spoken + "."), svg, numbers.html());
  }
}
