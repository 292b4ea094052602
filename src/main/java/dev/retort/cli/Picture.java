package dev.retort.cli;

import module java.base;
import dev.retort.format.RegularFile;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** An image file as a sample: grey, of the size that a model takes, bright on dark. */
final class Picture {
  /** An image of more pixels is not decoded. */
  private static final long MOST_PIXELS = 1 << 24;

  private Picture() {}

  /**
   * Reads a PNG or another image that the JDK knows.
   *
   * @return grey values, row-major; inverted if the edge is bright, as ink on paper is
   * @throws IllegalArgumentException if it is no image, or too large
   */
  static byte[] read(Path file, int height, int width) {
    BufferedImage image = decoded(file);
    while (image.getHeight() >= 2 * height && image.getWidth() >= 2 * width) {
      image = scaled(image, image.getHeight() / 2, image.getWidth() / 2); // a bilinear step sees four pixels
    }
    byte[] pixels = new byte[height * width];
    int[] values = scaled(image, height, width).getRaster().getSamples(0, 0, width, height, 0, (int[]) null);
    double edge =
        IntStream.range(0, values.length)
            .filter(i -> i < width || i >= values.length - width || i % width == 0 || i % width == width - 1)
            .map(i -> values[i]).average().orElseThrow();
    boolean isPaper = edge > 127;
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (isPaper ? 255 - values[i] : values[i]);
    }
    return pixels;
  }

  private static BufferedImage decoded(Path file) {
    try (InputStream in = Files.newInputStream(RegularFile.require(file));
        ImageInputStream image = ImageIO.createImageInputStream(in)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(image);
      if (!readers.hasNext()) {
        throw refused(file, "not an image that can be read, such as PNG");
      }
      ImageReader reader = readers.next();
      reader.setInput(image, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > MOST_PIXELS) {
        throw refused(file, pixels + " pixels, where at most " + MOST_PIXELS + " are read");
      }
      return reader.read(0);
    } catch (IOException | RuntimeException e) { // what decoders throw at damaged files
      String why = e instanceof FileSystemException refused ? Main.why(refused) : "a damaged image: " + e.getMessage();
      throw new IllegalArgumentException(file + ": " + why, e);
    }
  }

  private static FileSystemException refused(Path file, String why) {
    return new FileSystemException(file.toString(), null, why);
  }

  private static BufferedImage scaled(BufferedImage image, int height, int width) {
    BufferedImage grey = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = grey.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return grey;
  }
}
