package dev.retort.bench;

/** Weights of a network of dense layers with rectifiers between them, the same for everybody. */
public class NetworkCase {
  /**
   * With this one no rectifier of the steps that are checked gets an input so close to 0 that a
   * rounding decides whether it passes, see {@link NetworkReference#margin}.
   */
  static final long SEED = 2401;

  final int[] sizes;
  final float[][] weights;
  final float[][] biases;

  NetworkCase(int... sizes) {
    this.sizes = sizes;
    weights = new float[sizes.length - 1][];
    biases = new float[sizes.length - 1][];
    for (int l = 0; l < weights.length; l++) {
      double deviation = Math.sqrt(2.0 / sizes[l]);
      weights[l] = Data.normal(SEED + 10 + l, sizes[l] * sizes[l + 1], deviation);
      biases[l] = Data.normal(SEED + 20 + l, sizes[l + 1], 0.1);
    }
  }

  /** Features, hidden units, classes. */
  public int[] sizes() {
    return sizes.clone();
  }

  /** Dense layers. */
  public int layers() {
    return weights.length;
  }

  /** Weights of a layer, row-major [inputs, outputs]. */
  public float[] weights(int layer) {
    return weights[layer];
  }

  /** Biases of a layer. */
  public float[] biases(int layer) {
    return biases[layer];
  }

  final double multiplications() {
    double sum = 0;
    for (float[] w : weights) {
      sum += w.length;
    }
    return sum;
  }

  final double parameters() {
    double sum = multiplications();
    for (float[] b : biases) {
      sum += b.length;
    }
    return sum;
  }
}
