package dev.retort.bench;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A network and its training in double, longhand; the rows of a product on all cores. */
final class NetworkReference {
  private final int[] sizes;
  private final double[][] weights;
  private final double[][] biases;
  private final double[][] activations;
  private double margin = Double.POSITIVE_INFINITY;

  NetworkReference(NetworkCase network) {
    sizes = network.sizes;
    weights = new double[network.layers()][];
    biases = new double[network.layers()][];
    activations = new double[network.layers() + 1][];
    for (int l = 0; l < network.layers(); l++) {
      weights[l] = Data.doubles(network.weights[l]);
      biases[l] = Data.doubles(network.biases[l]);
    }
  }

  double[] forward(double[] x, int rows) {
    activations[0] = x;
    for (int l = 0; l < weights.length; l++) {
      double[] y = product(x, weights[l], rows, sizes[l + 1], sizes[l], false, false);
      for (int i = 0; i < y.length; i++) {
        y[i] += biases[l][i % sizes[l + 1]];
        if (l + 1 < weights.length) {
          margin = Math.min(margin, Math.abs(y[i]));
          y[i] = Math.max(y[i], 0);
        }
      }
      activations[l + 1] = y;
      x = y;
    }
    return x;
  }

  /** The smallest distance from 0 that a rectifier's input has had. */
  double margin() {
    return margin;
  }

  /** Changes of weights and biases, layer by layer. */
  double[] train(StepCase step) {
    double[] before = flat();
    double[][] velocities = new double[2 * weights.length][];
    for (int i = 0; i < StepCase.CHECKED_STEPS; i++) {
      double[] z = forward(Data.doubles(step.x), step.batch);
      backward(gradient(step, z), step.batch, velocities);
    }
    double[] change = flat();
    for (int i = 0; i < change.length; i++) {
      change[i] -= before[i];
    }
    return change;
  }

  /** dW, db and dX of the first layer. */
  double[] denseGradients(double[] x, double[] dy, int rows) {
    double[] dw = product(x, dy, sizes[0], sizes[1], rows, true, false);
    double[] dx = product(dy, weights[0], rows, sizes[0], sizes[1], false, true);
    return Stream.of(dw, columnSums(dy, sizes[1]), dx).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[] columnSums(double[] x, int columns) {
    double[] sums = new double[columns];
    for (int i = 0; i < x.length; i++) {
      sums[i % columns] += x[i];
    }
    return sums;
  }

  private double[] gradient(StepCase step, double[] z) {
    int classes = sizes[sizes.length - 1];
    boolean distils = step.loss == StepCase.Loss.DISTILLATION;
    double hard = distils ? LossCase.HARD_WEIGHT : 1;
    double soft = distils ? LossCase.SOFT_WEIGHT * LossCase.TEMPERATURE : 0;
    double[] q = softmax(z, classes, 1);
    double[] qSoft = softmax(z, classes, LossCase.TEMPERATURE);
    double[] dz = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      double hit = i % classes == step.labels[i / classes] ? 1 : 0;
      dz[i] = (hard * (q[i] - hit) + soft * (qSoft[i] - step.targets[i])) / step.batch;
    }
    return dz;
  }

  private void backward(double[] dy, int rows, double[][] velocities) {
    for (int l = weights.length - 1; l >= 0; l--) {
      int inputs = sizes[l];
      int outputs = sizes[l + 1];
      double[] dw = product(activations[l], dy, inputs, outputs, rows, true, false);
      double[] db = columnSums(dy, outputs);
      double[] dx = l == 0 ? null : product(dy, weights[l], rows, inputs, outputs, false, true);
      update(weights[l], dw, velocities, 2 * l);
      update(biases[l], db, velocities, 2 * l + 1);
      if (dx != null) {
        for (int i = 0; i < dx.length; i++) {
          dx[i] = activations[l][i] > 0 ? dx[i] : 0;
        }
      }
      dy = dx;
    }
  }

  private static void update(double[] w, double[] dw, double[][] velocities, int index) {
    double[] v = velocities[index] == null ? new double[w.length] : velocities[index];
    velocities[index] = v;
    for (int i = 0; i < w.length; i++) {
      v[i] = StepCase.MOMENTUM * v[i] + dw[i];
      w[i] -= StepCase.CHECKED_RATE * v[i];
    }
  }

  /** Of every row. */
  static double[] softmax(double[] z, int classes, double temperature) {
    double[] q = new double[z.length];
    for (int from = 0; from < z.length; from += classes) {
      double[] row = Arrays.copyOfRange(z, from, from + classes);
      System.arraycopy(
          dev.retort.derivation.Losses.softmax(row, temperature), 0, q, from, classes);
    }
    return q;
  }

  /** [m, n] of inner size k, a stored [k, m] and b stored [n, k] where transposed. */
  private static double[] product(
      double[] a, double[] b, int m, int n, int k, boolean transposedA, boolean transposedB) {
    double[] right = transposedB ? transpose(b, n, k) : b;
    double[] c = new double[m * n];
    IntStream.range(0, m)
        .parallel()
        .forEach(
            i -> {
              for (int p = 0; p < k; p++) {
                double x = transposedA ? a[p * m + i] : a[i * k + p];
                for (int j = 0; j < n; j++) {
                  c[i * n + j] += x * right[p * n + j];
                }
              }
            });
    return c;
  }

  private static double[] transpose(double[] b, int rows, int columns) {
    double[] t = new double[b.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        t[j * rows + i] = b[i * columns + j];
      }
    }
    return t;
  }

  private double[] flat() {
    return IntStream.range(0, 2 * weights.length)
        .mapToObj(i -> i % 2 == 0 ? weights[i / 2] : biases[i / 2])
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }
}
