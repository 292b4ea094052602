package dev.retort.bench;

import java.util.Arrays;

/** The logits of some images. */
final class InferenceCase extends NetworkCase {
  /** Features, a row for each image. */
  final float[][] images;

  InferenceCase(int images, int... sizes) {
    super(sizes);
    this.images = new float[images][];
    Arrays.setAll(this.images, i -> Data.uniform(30 + i, sizes[0]));
  }

  /** All features as one matrix, row-major. */
  float[] matrix() {
    float[] all = new float[images.length * inputs()];
    for (int i = 0; i < images.length; i++) {
      System.arraycopy(images[i], 0, all, i * inputs(), inputs());
    }
    return all;
  }

  Cost cost() {
    return new Cost(
        2 * multiplications() * images.length, 4 * (parameters() + images.length * inputs()),
        images.length);
  }

  /** Logits in double, within some eighty roundoffs of the largest. */
  Expected expected() {
    double[][][] activations =
        forward(Data.rows(matrix(), inputs()), doubleWeights(), doubleBiases());
    double[] want = Data.flat(activations[layers()]);
    double largest = Arrays.stream(want).map(Math::abs).max().orElseThrow();
    double[] tolerance = new double[want.length];
    Arrays.fill(tolerance, 5e-6 * largest);
    return Expected.within(want, tolerance);
  }
}
