package dev.retort.derivation;

import static dev.retort.derivation.Indexed.rows;
import static dev.retort.derivation.Indexed.sum;
import static dev.retort.derivation.Indexed.vector;

/** Dense, rectifier and dropout, forward and backward. X is [rows][inputs], W [inputs][outputs], b [outputs]. */
public final class Layers {
  private Layers() {}

  /** A = X W + b, NOTES (E1). */
  public static double[][] dense(double[][] x, double[][] w, double[] b) {
    return rows(x.length, n -> vector(b.length, j -> b[j] + sum(w.length, k -> x[n][k] * w[k][j])));
  }

  /** dW = X^T dA, NOTES (E2). */
  public static double[][] denseWeightGradient(double[][] x, double[][] da) {
    return rows(x[0].length, k -> vector(da[0].length, j -> sum(x.length, n -> x[n][k] * da[n][j])));
  }

  /** db = column sums of dA, NOTES (E3). */
  public static double[] denseBiasGradient(double[][] da) {
    return vector(da[0].length, j -> sum(da.length, n -> da[n][j]));
  }

  /** dX = dA W^T, NOTES (E4). */
  public static double[][] denseInputGradient(double[][] da, double[][] w) {
    return rows(da.length, n -> vector(w.length, k -> sum(w[k].length, j -> da[n][j] * w[k][j])));
  }

  /** {@code a = x <= 0 ? 0 : x}, NOTES (E5). */
  public static double[] relu(double[] x) {
    return vector(x.length, i -> x[i] <= 0 ? 0 : x[i]);
  }

  /** dx = a > 0 ? da : 0, NOTES (E6). */
  public static double[] reluGradient(double[] a, double[] da) {
    return vector(a.length, i -> a[i] > 0 ? da[i] : 0);
  }

  /** a = kept ? x / (1 - rate) : 0, NOTES (E28); the backward is the same on da, (E29). */
  public static double[] dropout(double[] x, boolean[] kept, double rate) {
    return vector(x.length, i -> kept[i] ? x[i] / (1 - rate) : 0);
  }
}
