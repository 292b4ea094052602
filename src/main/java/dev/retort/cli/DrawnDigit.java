package dev.retort.cli;

import module java.base;

/**
 * A drawing as an image of MNIST's kind (LeCun et al. 1998): scaled so that its longer side takes 20 of
 * 28 pixels, drawn with a pen of MNIST's width, and moved so that its centre of mass is the image's,
 * or as near to it as loses no ink. Where on the pad and how large it was drawn changes nothing.
 */
final class DrawnDigit {
  /** Pixels that MNIST's digits fit into, of 28. */
  private static final double BOX_SHARE = 20 / 28.0;

  /** Half the width of the pen, of the image's side; MNIST's strokes are about 2.5 pixels wide. */
  private static final double PEN_SHARE = 1.25 / 28;

  /** Points to a side of a pixel; the ink of a pixel is the share of its points under the pen. */
  private static final int POINTS = 4;

  /** A dot is not blown up to a disc that fills the box. */
  private static final double LEAST_EXTENT = 0.05;

  private final int width;
  private final int height;
  private final List<double[]> strokes;

  /** Strokes are x, y, x, y, ...; each at least one point. */
  private DrawnDigit(List<double[]> strokes, int width, int height) {
    this.strokes = strokes;
    this.width = width;
    this.height = height;
  }

  /**
   * Ink from 0 to 1 of each pixel, row by row.
   *
   * @param strokes each x, y, x, y, ... in any unit; at least one point altogether
   */
  static float[] image(List<double[]> strokes, int width, int height) {
    return new DrawnDigit(strokes, width, height).image();
  }

  private float[] image() {
    double left = low(0);
    double top = low(1);
    double extent = Math.max(LEAST_EXTENT, Math.max(high(0) - left, high(1) - top));
    double pen = PEN_SHARE * Math.min(width, height);
    double scale = (BOX_SHARE * Math.min(width, height) - 2 * pen) / extent;
    float[] boxed = raster(scale, pen - scale * left, pen - scale * top, pen);
    // Moves that would push ink off the image end at its edge.
    double x = Math.clamp(
        pen - scale * left + wholePoints(width / 2.0 - centre(boxed, 0)),
        pen - scale * left, width - pen - scale * high(0));
    double y = Math.clamp(
        pen - scale * top + wholePoints(height / 2.0 - centre(boxed, 1)),
        pen - scale * top, height - pen - scale * high(1));
    return raster(scale, x, y, pen);
  }

  /** By a move of whole points, the ink that was weighed is the ink that is moved. */
  private static double wholePoints(double move) {
    return Math.rint(move * POINTS) / POINTS;
  }

  private double low(int axis) {
    return coordinates(axis).min().orElseThrow();
  }

  private double high(int axis) {
    return coordinates(axis).max().orElseThrow();
  }

  private DoubleStream coordinates(int axis) {
    return strokes.stream()
        .flatMapToDouble(s -> IntStream.range(0, s.length / 2).mapToDouble(i -> s[2 * i + axis]));
  }

  /** The mean position of the ink along an axis, in pixels. */
  private double centre(float[] image, int axis) {
    double moment = 0;
    double mass = 0;
    for (int i = 0; i < image.length; i++) {
      moment += image[i] * (0.5 + (axis == 0 ? i % width : i / width));
      mass += image[i];
    }
    return moment / mass;
  }

  /** The strokes scaled and then moved. */
  private float[] raster(double scale, double moveX, double moveY, double pen) {
    boolean[] under = new boolean[width * POINTS * height * POINTS];
    for (double[] stroke : strokes) {
      double[] at = new double[stroke.length];
      Arrays.setAll(at, i -> POINTS * (scale * stroke[i] + (i % 2 == 0 ? moveX : moveY)));
      for (int i = 0; i < at.length; i += 2) {
        int next = Math.min(i + 2, at.length - 2);
        mark(under, at[i], at[i + 1], at[next], at[next + 1], POINTS * pen);
      }
    }
    float[] image = new float[width * height];
    for (int i = 0; i < under.length; i++) {
      if (under[i]) {
        int row = i / (width * POINTS) / POINTS;
        image[row * width + i % (width * POINTS) / POINTS] += 1f / (POINTS * POINTS);
      }
    }
    return image;
  }

  /** Marks the points within the radius of a segment. */
  private void mark(boolean[] under, double x1, double y1, double x2, double y2, double radius) {
    int columns = width * POINTS;
    int firstRow = clamp(Math.min(y1, y2) - radius, height * POINTS);
    int endRow = clamp(Math.max(y1, y2) + radius + 1, height * POINTS);
    int firstColumn = clamp(Math.min(x1, x2) - radius, columns);
    int endColumn = clamp(Math.max(x1, x2) + radius + 1, columns);
    double dx = x2 - x1;
    double dy = y2 - y1;
    double length = dx * dx + dy * dy;
    for (int row = firstRow; row < endRow; row++) {
      for (int column = firstColumn; column < endColumn; column++) {
        double x = column + 0.5 - x1;
        double y = row + 0.5 - y1;
        double t = length == 0 ? 0 : Math.clamp((x * dx + y * dy) / length, 0, 1);
        under[row * columns + column] |= Math.hypot(x - t * dx, y - t * dy) <= radius;
      }
    }
  }

  private static int clamp(double value, int most) {
    return (int) Math.clamp(Math.floor(value), 0, most);
  }
}
