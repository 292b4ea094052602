package dev.retort.cli;

import module java.base;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/**
 * A drawing as an image of MNIST's kind (LeCun et al. 1998): scaled so that its longer side takes 20 of
 * 28 pixels, drawn with a pen of MNIST's width, and moved so that its centre of mass is the image's,
 * or as near to it as loses no ink. Where on the pad and how large it was drawn changes nothing.
 */
final class DrawnDigit {
  /** Pixels that MNIST's digits fit into, of 28. */
  private static final double BOX_SHARE = 20 / 28.0;

  /** Width of the pen, of the image's side; MNIST's strokes are about 2.5 pixels wide. */
  private static final double PEN_SHARE = 2.5 / 28;

  /** Points to a side of a pixel that ink is counted at; moved by whole points, an image keeps its ink. */
  private static final int POINTS = 8;

  /** A dot is not enlarged to a disc that fills the box. */
  private static final double LEAST_EXTENT = 0.05;

  private DrawnDigit() {}

  /**
   * Ink from 0 to 1 of each pixel, row by row.
   *
   * @param strokes each x, y, x, y, ... in any unit; at least one point altogether
   */
  static float[] image(List<double[]> strokes, int width, int height) {
    Path2D.Double drawing = new Path2D.Double();
    for (double[] stroke : strokes) {
      drawing.moveTo(stroke[0], stroke[1]);
      for (int i = 0; i < stroke.length; i += 2) {
        drawing.lineTo(stroke[i], stroke[i + 1]);
      }
    }
    Rectangle2D box = drawing.getBounds2D();
    double pen = PEN_SHARE * Math.min(width, height);
    double extent = Math.max(LEAST_EXTENT, Math.max(box.getWidth(), box.getHeight()));
    double scale = (BOX_SHARE * Math.min(width, height) - pen) / extent;
    // In a corner first, to find its centre of mass; moves that would push ink off the image end at its edge.
    float[] cornered = raster(drawing, box, scale, pen, pen / 2, pen / 2, width, height);
    double x = centred(pen / 2, width, centre(cornered, i -> i % width), pen + scale * box.getWidth());
    double y = centred(pen / 2, height, centre(cornered, i -> i / width), pen + scale * box.getHeight());
    return raster(drawing, box, scale, pen, x, y, width, height);
  }

  /** Where an axis of the drawing begins, in whole points from {@code start}, with its centre in the middle. */
  private static double centred(double start, int size, double centre, double extent) {
    double move = Math.rint((size / 2.0 - centre) * POINTS) / POINTS;
    return start + Math.clamp(move, 0, size - extent);
  }

  /** The mean position of the ink along an axis, in pixels. */
  private static double centre(float[] image, IntUnaryOperator position) {
    double moment = 0;
    double mass = 0;
    for (int i = 0; i < image.length; i++) {
      moment += image[i] * (0.5 + position.applyAsInt(i));
      mass += image[i];
    }
    return moment / mass;
  }

  /** The drawing with the corner of its box at a place, in pixels. */
  private static float[] raster(
      Path2D drawing, Rectangle2D box, double scale, double pen, double x, double y, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setStroke(new BasicStroke((float) (pen / scale), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.translate(x, y);
    graphics.scale(scale, scale);
    graphics.translate(-box.getX(), -box.getY());
    graphics.draw(drawing);
    graphics.dispose();
    float[] ink = image.getRaster().getSamples(0, 0, width, height, 0, new float[width * height]);
    for (int i = 0; i < ink.length; i++) {
      ink[i] /= 255;
    }
    return ink;
  }
}
