package dev.retort.cli;

import dev.retort.data.Dataset;
import dev.retort.tensor.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/**
 * Charts for a page that colours them: classes {@code s0}, {@code s1}, ... are the series, text and
 * axes take the page's own colour.
 *
 * <p>Written by hand: a chart library's SVG has fixed colours, letters as outlines, and starts AWT.
 */
final class Svg {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 300;
  private static final int LEFT = 56;
  private static final int BOTTOM = 44;
  private static final int TOP = 34;
  private static final int RIGHT = 12;
  private static final int LEGEND = 140;
  private static final MathContext DIGITS = new MathContext(4);

  /** A chart of zeros still has a scale. */
  private static final double LEAST = 1e-6;

  /** A line, with values at 1, 2, 3, ..., or bars, with a value for each class. */
  record Series(String name, List<Double> values) {}

  private final Formatter out = new Formatter(Locale.ROOT);
  private final double xMost;
  private final double yMost;

  private Svg(String title, double xMost, double yMost) {
    this.xMost = xMost;
    this.yMost = yMost;
    String label = ReportPage.escape(title);
    out.format("<svg viewBox='0 0 %d %d' role='img' aria-label='%s'>%n", WIDTH, HEIGHT, label);
  }

  /** Lines over 1, 2, 3, ..., from 0 up. */
  static String lines(String title, String xName, List<Series> all) {
    int longest = all.stream().mapToInt(series -> series.values().size()).max().orElse(1);
    double highest =
        all.stream().flatMapToDouble(series -> series.values().stream().mapToDouble(v -> v)).max()
            .orElse(1);
    Svg svg = new Svg(title, Math.max(2, longest), Math.max(LEAST, highest));
    svg.yAxis();
    double step = Math.max(1, tick(longest, 8));
    for (double x = step; x <= longest; x += step) {
      svg.text(svg.x(x), HEIGHT - BOTTOM + 18, "middle", number(x));
    }
    svg.text((WIDTH + LEFT) / 2.0, HEIGHT - 6, "middle", xName);
    for (int i = 0; i < all.size(); i++) {
      StringBuilder points = new StringBuilder();
      List<Double> values = all.get(i).values();
      for (int j = 0; j < values.size(); j++) {
        points.append(
            String.format(Locale.ROOT, "%.1f,%.1f ", svg.x(j + 1), svg.y(values.get(j))));
      }
      svg.out.format("<polyline class='s%d' points='%s'/>%n", i, points.toString().strip());
      svg.legend(i, all.get(i).name());
    }
    return svg.end();
  }

  /** A group of bars for each class, 0 to 1. */
  static String bars(String title, String xName, List<Series> all) {
    int classes = all.getFirst().values().size();
    Svg svg = new Svg(title, classes, 1);
    svg.yAxis();
    double group = (WIDTH - LEFT - RIGHT) / (double) classes;
    double bar = group * 0.8 / all.size();
    for (int c = 0; c < classes; c++) {
      double left = LEFT + group * (c + 0.1);
      for (int i = 0; i < all.size(); i++) {
        double y = svg.y(all.get(i).values().get(c));
        svg.out.format(
            "<rect class='s%d' x='%.1f' y='%.1f' width='%.1f' height='%.1f'/>%n",
            i, left + i * bar, y, bar, HEIGHT - BOTTOM - y);
      }
      svg.text(left + group * 0.4, HEIGHT - BOTTOM + 18, "middle", Integer.toString(c));
    }
    svg.text((WIDTH + LEFT) / 2.0, HEIGHT - 6, "middle", xName);
    for (int i = 0; i < all.size(); i++) {
      svg.legend(i, all.get(i).name());
    }
    return svg.end();
  }

  /** An image, ink in the page's text colour. */
  static String image(Dataset data, int sample) {
    Formatter out = new Formatter(Locale.ROOT);
    out.format(
        "<svg class='image' viewBox='0 0 %d %d' role='img' aria-label='sample %d'>%n",
        data.width(), data.height(), sample);
    Tensor features = data.features(sample, sample + 1);
    for (int i = 0; i < data.rowSize(); i++) {
      float ink = features.get(0, i);
      if (ink > 0) {
        out.format(
            "<path d='M%d %dh1v1h-1z' opacity='%.2f'/>%n", i % data.width(), i / data.width(), ink);
      }
    }
    return out.format("</svg>%n").toString();
  }

  private double x(double value) {
    return LEFT + (WIDTH - LEFT - RIGHT) * (value - 1) / (xMost - 1);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / yMost;
  }

  private void yAxis() {
    double step = tick(yMost, 5);
    for (int i = 0; i * step <= yMost; i++) {
      double y = y(i * step);
      out.format("<line x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>%n", LEFT, WIDTH - RIGHT, y, y);
      text(LEFT - 8, y + 4, "end", number(i * step));
    }
  }

  private void legend(int index, String name) {
    double x = LEFT + LEGEND * index;
    out.format("<rect class='s%d' x='%.1f' y='4' width='12' height='12'/>%n", index, x);
    text(x + 18, 14, "start", name);
  }

  private void text(double x, double y, String anchor, String text) {
    String shown = ReportPage.escape(text);
    out.format("<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>%n", x, y, anchor, shown);
  }

  private String end() {
    return out.format("</svg>%n").toString();
  }

  /** A step of 1, 2 or 5 times a power of ten that takes at most {@code count} to the end. */
  static double tick(double end, int count) {
    double power = Math.pow(10, Math.floor(Math.log10(end / count)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power * count >= end) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static String number(double value) {
    return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
  }
}
