package dev.retort.kernel;

/**
 * A matrix product that the pool may share out: {@link Kernels#gemm} with its output cut by columns
 * or by rows, never its inner index. It keeps its arguments while it runs, so one instance serves one
 * thread at a time and a call allocates nothing.
 */
public final class Product implements Pool.Task {
  /** Multiply-adds below which a second thread does not pay; benchmarks/DECISIONS.md. */
  private static final long GRAIN = 1L << 17;

  /** Cuts fall on multiples of this many columns or rows: whole vectors, and whole tiles of rows. */
  private static final int STEP = 16;

  private final Kernels kernels;
  private float[] c;
  private int co;
  private int ldc;
  private float[] a;
  private int ao;
  private int ars;
  private int acs;
  private float[] b;
  private int bo;
  private int brs;
  private int bcs;
  private float[] start;
  private int so;
  private int ss;
  private boolean relu;
  private int m;
  private int n;
  private int k;

  /** A product computed by the given backend. */
  public Product(Kernels kernels) {
    this.kernels = kernels;
  }

  /** The output, row-major; returns this. */
  public Product into(float[] output, int offset, int rowStride) {
    c = output;
    co = offset;
    ldc = rowStride;
    return this;
  }

  /** The left factor; returns this. */
  public Product left(float[] factor, int offset, int rowStride, int columnStride) {
    a = factor;
    ao = offset;
    ars = rowStride;
    acs = columnStride;
    return this;
  }

  /** The right factor; returns this. */
  public Product right(float[] factor, int offset, int rowStride, int columnStride) {
    b = factor;
    bo = offset;
    brs = rowStride;
    bcs = columnStride;
    return this;
  }

  /** Where each sum starts, null for 0; returns this. */
  public Product startingAt(float[] first, int offset, int rowStride) {
    start = first;
    so = offset;
    ss = rowStride;
    return this;
  }

  /** Computes {@code rows x columns} outputs over an inner index of {@code inner}. */
  public void run(boolean rectified, int rows, int columns, int inner) {
    relu = rectified;
    m = rows;
    n = columns;
    k = inner;
    Pool.run(this, Pool.parts((long) rows * columns * inner, GRAIN));
  }

  @Override
  public void run(int part, int parts) {
    if (n >= m) {
      int from = Pool.begin(n, part, parts, STEP);
      piece(0, m, from, Pool.begin(n, part + 1, parts, STEP));
    } else {
      int from = Pool.begin(m, part, parts, STEP);
      piece(from, Pool.begin(m, part + 1, parts, STEP), 0, n);
    }
  }

  private void piece(int rowFrom, int rowTo, int columnFrom, int columnTo) {
    kernels.gemm(
        c, co + rowFrom * ldc + columnFrom, ldc,
        a, ao + rowFrom * ars, ars, acs,
        b, bo + columnFrom * bcs, brs, bcs,
        start, so + rowFrom * ss + columnFrom, ss,
        relu, rowTo - rowFrom, columnTo - columnFrom, k);
  }
}
