package dev.retort.derivation;

/** Dense, rectifier and dropout, forward and backward. */
public final class Layers {
  private Layers() {}

  /**
   * Y = X W + b, NOTES (E1).
   *
   * @param x [rows][inputs]
   * @param w [inputs][outputs]
   * @param b [outputs]
   */
  public static double[][] dense(double[][] x, double[][] w, double[] b) {
    double[][] y = new double[x.length][b.length];
    for (int n = 0; n < x.length; n++) {
      for (int j = 0; j < b.length; j++) {
        y[n][j] = b[j];
        for (int k = 0; k < w.length; k++) {
          y[n][j] += x[n][k] * w[k][j];
        }
      }
    }
    return y;
  }

  /** dW = X^T dY, NOTES (E2). */
  public static double[][] denseWeightGradient(double[][] x, double[][] dy) {
    double[][] dw = new double[x[0].length][dy[0].length];
    for (int k = 0; k < dw.length; k++) {
      for (int j = 0; j < dw[k].length; j++) {
        for (int n = 0; n < x.length; n++) {
          dw[k][j] += x[n][k] * dy[n][j];
        }
      }
    }
    return dw;
  }

  /** db = column sums of dY, NOTES (E3). */
  public static double[] denseBiasGradient(double[][] dy) {
    double[] db = new double[dy[0].length];
    for (int j = 0; j < db.length; j++) {
      for (int n = 0; n < dy.length; n++) {
        db[j] += dy[n][j];
      }
    }
    return db;
  }

  /** dX = dY W^T, NOTES (E4). */
  public static double[][] denseInputGradient(double[][] dy, double[][] w) {
    double[][] dx = new double[dy.length][w.length];
    for (int n = 0; n < dx.length; n++) {
      for (int k = 0; k < w.length; k++) {
        for (int j = 0; j < dy[n].length; j++) {
          dx[n][k] += dy[n][j] * w[k][j];
        }
      }
    }
    return dx;
  }

  /** y = x <= 0 ? 0 : x, NOTES (E5). */
  public static double[] relu(double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] <= 0 ? 0 : x[i];
    }
    return y;
  }

  /** dx = y > 0 ? dy : 0, NOTES (E6). */
  public static double[] reluGradient(double[] y, double[] dy) {
    double[] dx = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      dx[i] = y[i] > 0 ? dy[i] : 0;
    }
    return dx;
  }

  /** y = kept ? x / (1 - rate) : 0, NOTES (E28); the backward is the same on dy, (E29). */
  public static double[] dropout(double[] x, boolean[] kept, double rate) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = kept[i] ? x[i] / (1 - rate) : 0;
    }
    return y;
  }
}
