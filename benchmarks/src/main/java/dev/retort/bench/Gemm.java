package dev.retort.bench;

import module java.base;
import org.openjdk.jmh.annotations.Param;

/** {@code C = A B}, as a dense layer needs it: C of shape [m, n], inner size k. */
public class Gemm extends Timed {
  /** Which product: Y = X W, dX = dY W^T or dW = X^T dY; what is stored transposed follows from it. */
  public enum Product { FORWARD, DX, DW }

  @Param public Product product;

  /** Inputs and outputs of the layer, rows of the batch. */
  @Param({"784x1200x128", "1200x1200x128", "1200x10x128", "784x30x128", "784x800x1", "512x512x512"})
  public String shape;

  int m;
  int n;
  int k;

  // Row-major: A, [m, k], or transposed, [k, m], with rows of lda elements; B, [k, n], or transposed, [n, k].
  boolean transposedA;
  boolean transposedB;
  float[] a;
  float[] b;
  int lda;
  int ldb;

  @Override
  void input() {
    int[] sizes = sizes(shape);
    transposedA = product == Product.DW;
    transposedB = product == Product.DX;
    m = sizes[transposedA ? 0 : 2];
    n = sizes[transposedB ? 0 : 1];
    k = sizes[transposedA ? 2 : transposedB ? 1 : 0];
    lda = transposedA ? m : k;
    ldb = transposedB ? k : n;
    a = Data.normal(1, m * k, 1);
    b = Data.normal(2, k * n, 1);
    flops = 2.0 * m * n * k;
    bytes = 4.0 * ((double) m * k + (double) k * n + (double) m * n);
    elements = (double) m * n;
  }

  /** A sum in floats may be off by k roundoffs of |a_i| |b_j| (Higham 2002, 3.1). */
  @Override
  Expected expected() {
    double[][] x = transposedA ? Data.transposed(Data.rows(a, lda)) : Data.rows(a, lda);
    double[][] y = transposedB ? Data.transposed(Data.rows(b, ldb)) : Data.rows(b, ldb);
    double[] rows = norms(x);
    double[] columns = norms(Data.transposed(y));
    return new Expected(Data.flat(Data.product(x, y)), i -> k * 0x1p-24 * rows[i / n] * columns[i % n]);
  }

  private static double[] norms(double[][] rows) {
    return Arrays.stream(rows).mapToDouble(row -> Math.sqrt(Arrays.stream(row).map(x -> x * x).sum())).toArray();
  }
}
