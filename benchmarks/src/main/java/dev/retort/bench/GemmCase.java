package dev.retort.bench;

import dev.retort.bench.LayerGemm.Product;
import java.util.stream.IntStream;

/**
 * A product {@code C = A B} with C of shape [m, n] and inner size k, either factor stored as it is
 * or transposed.
 */
final class GemmCase {
  /** Unit roundoff of a float. */
  private static final double UNIT = 0x1p-24;

  final int m;
  final int n;
  final int k;

  /** Whether {@link #a} holds A transposed. */
  final boolean transposedA;

  /** Whether {@link #b} holds B transposed. */
  final boolean transposedB;

  /** A row-major [m, k], or [k, m] if transposed. */
  final float[] a;

  /** B row-major [k, n], or [n, k] if transposed. */
  final float[] b;

  GemmCase(Product kind, int m, int n, int k) {
    this.m = m;
    this.n = n;
    this.k = k;
    transposedA = kind == Product.DW;
    transposedB = kind == Product.DX;
    a = Data.normal(1, m * k, 1);
    b = Data.normal(2, k * n, 1);
  }

  /** All sizes the same. */
  static GemmCase cube(int size) {
    return new GemmCase(Product.FORWARD, size, size, size);
  }

  /** The product that a layer needs for a batch. */
  static GemmCase ofLayer(Product kind, int inputs, int outputs, int batch) {
    return switch (kind) {
      case FORWARD -> new GemmCase(kind, batch, outputs, inputs);
      case DX -> new GemmCase(kind, batch, inputs, outputs);
      case DW -> new GemmCase(kind, inputs, outputs, batch);
    };
  }

  Cost cost() {
    double bytes = 4.0 * ((double) m * k + (double) k * n + (double) m * n);
    return new Cost(2.0 * m * n * k, bytes, (double) m * n);
  }

  /** C in double; a sum in floats may be off by k roundoffs of |a_i| |b_j| (Higham 2002, 3.1). */
  Expected expected() {
    double[] want = new double[m * n];
    double[] tolerance = new double[m * n];
    double[] columns = new double[n];
    for (int p = 0; p < k; p++) {
      for (int j = 0; j < n; j++) {
        columns[j] += b(p, j) * b(p, j);
      }
    }
    IntStream.range(0, m).parallel().forEach(i -> row(want, tolerance, columns, i));
    return Expected.within(want, tolerance);
  }

  private void row(double[] want, double[] tolerance, double[] columns, int i) {
    double norm = 0;
    for (int p = 0; p < k; p++) {
      double x = transposedA ? a[p * m + i] : a[i * k + p];
      norm += x * x;
      if (transposedB) {
        for (int j = 0; j < n; j++) {
          want[i * n + j] += x * b[j * k + p];
        }
      } else {
        for (int j = 0; j < n; j++) {
          want[i * n + j] += x * b[p * n + j];
        }
      }
    }
    for (int j = 0; j < n; j++) {
      tolerance[i * n + j] = k * UNIT * Math.sqrt(norm * columns[j]);
    }
  }

  private double b(int p, int j) {
    return transposedB ? b[j * k + p] : b[p * n + j];
  }
}
