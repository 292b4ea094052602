package dev.retort.bench;

import java.util.Arrays;

/** Weights of a network of dense layers with rectifiers between them, the same for everybody. */
final class NetworkCase {
  /**
   * With this one no rectifier of the steps that are checked gets an input so close to 0 that a
   * rounding decides whether it passes.
   */
  private static final long SEED = 2401;

  final int[] sizes;

  /** For each layer, row-major [inputs + 1, outputs]: weights, then biases. */
  final float[][] matrices;

  NetworkCase(int... sizes) {
    this.sizes = sizes;
    matrices = new float[sizes.length - 1][];
    Arrays.setAll(
        matrices,
        l -> Data.normal(SEED + l, (sizes[l] + 1) * sizes[l + 1], Math.sqrt(2.0 / sizes[l])));
  }

  int inputs() {
    return sizes[0];
  }

  int classes() {
    return sizes[sizes.length - 1];
  }

  /** Of weights and biases. */
  double parameters() {
    return Arrays.stream(matrices).mapToDouble(matrix -> matrix.length).sum();
  }

  /** Weights and biases in double, [layer][inputs + 1][outputs]. */
  double[][][] doubles() {
    double[][][] doubles = new double[matrices.length][][];
    Arrays.setAll(doubles, l -> Data.rows(matrices[l], sizes[l + 1]));
    return doubles;
  }

  /** What goes into each layer, with one more column of ones, and last the logits. */
  static double[][][] forward(double[][] x, double[][][] matrices) {
    double[][][] values = new double[matrices.length + 1][][];
    values[0] = withOnes(x);
    for (int l = 0; l < matrices.length; l++) {
      values[l + 1] = Data.product(values[l], matrices[l]);
      if (l + 1 < matrices.length) {
        Arrays.stream(values[l + 1]).forEach(row -> Arrays.setAll(row, j -> Math.max(row[j], 0)));
        values[l + 1] = withOnes(values[l + 1]);
      }
    }
    return values;
  }

  private static double[][] withOnes(double[][] x) {
    return Arrays.stream(x).map(row -> Data.flat(row, new double[] {1})).toArray(double[][]::new);
  }

  /** The logits of some images, within some eighty roundoffs of the largest. */
  Expected logits(float[] images) {
    double[] want = Data.flat(forward(Data.rows(images, inputs()), doubles())[matrices.length]);
    double largest = Arrays.stream(want).map(Math::abs).max().orElseThrow();
    double[] tolerance = new double[want.length];
    Arrays.fill(tolerance, 5e-6 * largest);
    return new Expected(want, tolerance);
  }
}
