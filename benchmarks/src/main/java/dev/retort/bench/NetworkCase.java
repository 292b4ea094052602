package dev.retort.bench;

import module java.base;

/** Weights of a network of dense layers with rectifiers between them, the same for everybody. */
final class NetworkCase {
  /**
   * With this one no rectifier of the steps that are checked gets an input so close to 0 that a rounding decides
   * whether it passes.
   */
  private static final long SEED = 2401;

  final int[] sizes;
  final int inputs;
  final int classes;

  /** For each layer, row-major [inputs + 1, outputs]: weights, then biases. */
  final float[][] matrices;

  NetworkCase(int... sizes) {
    this.sizes = sizes;
    inputs = sizes[0];
    classes = sizes[sizes.length - 1];
    matrices = new float[sizes.length - 1][];
    Arrays.setAll(matrices, l -> Data.normal(SEED + l, (sizes[l] + 1) * sizes[l + 1], Math.sqrt(2.0 / sizes[l])));
  }

  /** Of weights and biases. */
  double parameters() {
    return Arrays.stream(matrices).mapToDouble(matrix -> matrix.length).sum();
  }

  /** All weights and biases in double, layer after layer. */
  double[] doubles() {
    return Data.flat(Arrays.stream(matrices).map(Data::doubles).toArray(double[][]::new));
  }

  /** Of {@link #doubles}, a layer's matrix, [inputs + 1, outputs]. */
  double[][] matrix(double[] all, int layer) {
    int from = Arrays.stream(matrices, 0, layer).mapToInt(matrix -> matrix.length).sum();
    return Data.rows(Arrays.copyOfRange(all, from, from + matrices[layer].length), sizes[layer + 1]);
  }

  /** What goes into each layer, with one more column of ones, and last the logits. */
  double[][][] forward(float[] images, double[] all) {
    double[][][] values = new double[matrices.length + 1][][];
    values[0] = Data.rows(Data.doubles(images), inputs);
    for (int l = 0; l < matrices.length; l++) {
      double[] one = {1};
      values[l] = Arrays.stream(values[l]).map(row -> Data.flat(row, one)).toArray(double[][]::new);
      values[l + 1] = Data.product(values[l], matrix(all, l));
      if (l + 1 < matrices.length) {
        Arrays.stream(values[l + 1]).forEach(row -> Arrays.setAll(row, j -> Math.max(row[j], 0)));
      }
    }
    return values;
  }

  /** The logits of some images, within some eighty roundoffs of the largest. */
  Expected logits(float[] images) {
    double[] want = Data.flat(forward(images, doubles())[matrices.length]);
    double largest = Arrays.stream(want).map(Math::abs).max().orElseThrow();
    return new Expected(want, i -> 5e-6 * largest);
  }
}
