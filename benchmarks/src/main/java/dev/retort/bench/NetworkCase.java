package dev.retort.bench;

import dev.retort.derivation.Layers;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Weights of a network of dense layers with rectifiers between them, the same for everybody. */
class NetworkCase {
  /**
   * With this one no rectifier of the steps that are checked gets an input so close to 0 that a
   * rounding decides whether it passes.
   */
  private static final long SEED = 2401;

  final int[] sizes;

  /** For each layer, row-major [inputs, outputs]. */
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

  final int layers() {
    return weights.length;
  }

  final int inputs() {
    return sizes[0];
  }

  final int classes() {
    return sizes[sizes.length - 1];
  }

  final double multiplications() {
    return Arrays.stream(weights).mapToDouble(w -> w.length).sum();
  }

  final double parameters() {
    return multiplications() + Arrays.stream(biases).mapToDouble(b -> b.length).sum();
  }

  /** Weights in double, [layer][inputs][outputs]. */
  final double[][][] doubleWeights() {
    double[][][] w = new double[layers()][][];
    Arrays.setAll(w, l -> Data.rows(weights[l], sizes[l + 1]));
    return w;
  }

  /** Biases in double, [layer][outputs]. */
  final double[][] doubleBiases() {
    return Arrays.stream(biases).map(Data::doubles).toArray(double[][]::new);
  }

  /** The engine's longhand forward: the input, each layer's activations, and last the logits. */
  static double[][][] forward(double[][] x, double[][][] w, double[][] b) {
    double[][][] activations = new double[w.length + 1][][];
    activations[0] = x;
    for (int i = 0; i < w.length; i++) {
      int l = i;
      activations[l + 1] =
          rows(
              x.length,
              n -> {
                double[] y = Layers.dense(new double[][] {activations[l][n]}, w[l], b[l])[0];
                return l + 1 < w.length ? Layers.relu(y) : y;
              });
    }
    return activations;
  }

  /** Rows that the machine's cores compute side by side. */
  static double[][] rows(int count, IntFunction<double[]> row) {
    return IntStream.range(0, count).parallel().mapToObj(row).toArray(double[][]::new);
  }
}
