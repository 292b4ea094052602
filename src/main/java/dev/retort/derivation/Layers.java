package dev.retort.derivation;

/** Dense, rectifier and dropout, forward and backward. */
public final class Layers {
  private Layers() {}

  /**
   * A = X W + b, NOTES (E1).
   *
   * @param x [rows][inputs]
   * @param w [inputs][outputs]
   * @param b [outputs]
   */
  public static double[][] dense(double[][] x, double[][] w, double[] b) {
    double[][] a = new double[x.length][b.length];
    for (int n = 0; n < x.length; n++) {
      for (int j = 0; j < b.length; j++) {
        a[n][j] = b[j];
        for (int k = 0; k < w.length; k++) {
          a[n][j] += x[n][k] * w[k][j];
        }
      }
    }
    return a;
  }

  /** dW = X^T dA, NOTES (E2). */
  public static double[][] denseWeightGradient(double[][] x, double[][] da) {
    double[][] dw = new double[x[0].length][da[0].length];
    for (int k = 0; k < dw.length; k++) {
      for (int j = 0; j < dw[k].length; j++) {
        for (int n = 0; n < x.length; n++) {
          dw[k][j] += x[n][k] * da[n][j];
        }
      }
    }
    return dw;
  }

  /** db = column sums of dA, NOTES (E3). */
  public static double[] denseBiasGradient(double[][] da) {
    double[] db = new double[da[0].length];
    for (int j = 0; j < db.length; j++) {
      for (int n = 0; n < da.length; n++) {
        db[j] += da[n][j];
      }
    }
    return db;
  }

  /** dX = dA W^T, NOTES (E4). */
  public static double[][] denseInputGradient(double[][] da, double[][] w) {
    double[][] dx = new double[da.length][w.length];
    for (int n = 0; n < dx.length; n++) {
      for (int k = 0; k < w.length; k++) {
        for (int j = 0; j < da[n].length; j++) {
          dx[n][k] += da[n][j] * w[k][j];
        }
      }
    }
    return dx;
  }

  /** {@code a = x <= 0 ? 0 : x}, NOTES (E5). */
  public static double[] relu(double[] x) {
    double[] a = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      a[i] = x[i] <= 0 ? 0 : x[i];
    }
    return a;
  }

  /** dx = a > 0 ? da : 0, NOTES (E6). */
  public static double[] reluGradient(double[] a, double[] da) {
    double[] dx = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      dx[i] = a[i] > 0 ? da[i] : 0;
    }
    return dx;
  }

  /** a = kept ? x / (1 - rate) : 0, NOTES (E28); the backward is the same on da, (E29). */
  public static double[] dropout(double[] x, boolean[] kept, double rate) {
    double[] a = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      a[i] = kept[i] ? x[i] / (1 - rate) : 0;
    }
    return a;
  }
}
