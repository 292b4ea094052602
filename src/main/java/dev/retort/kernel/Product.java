package dev.retort.kernel;

/**
 * A matrix product, {@code C = start + A B}, as {@link Kernels#gemm} defines it: where its matrices
 * lie and how large they are. It keeps its arguments, so one instance serves one thread at a time
 * and a run allocates nothing.
 *
 * <p>Element addresses: {@code c[co + i*ldc + j]}, {@code a[ao + i*ars + p*acs]}, {@code b[bo +
 * p*brs + j*bcs]}; transposes are strides. The start is 0 where {@code start} is null, else {@code
 * start[so + i*ss + j]}: a bias has ss = 0; to accumulate, pass c itself with so = co and ss = ldc,
 * the only overlap allowed.
 */
public final class Product {
  /** Multiply-adds below which a second thread does not pay; benchmarks/DECISIONS.md. */
  private static final long GRAIN = 1L << 17;

  /** Cuts fall on multiples of this many columns or rows: whole vectors, and whole tiles of rows. */
  private static final int STEP = 16;

  private final ParallelRange parts = new ParallelRange(GRAIN, STEP, this::part);

  float[] c;
  int co;
  int ldc;
  float[] a;
  int ao;
  int ars;
  int acs;
  float[] b;
  int bo;
  int brs;
  int bcs;
  float[] start;
  int so;
  int ss;
  boolean relu;

  /** Rows of c. */
  int m;

  /** Columns of c. */
  int n;

  /** Terms of each sum. */
  int k;

  private Kernels kernels;

  /** A product without operands. */
  public Product() {}

  /** Names the output, row-major; returns this. */
  public Product into(float[] output, int offset, int rowStride) {
    c = output;
    co = offset;
    ldc = rowStride;
    return this;
  }

  /** Names the left factor; returns this. */
  public Product left(float[] factor, int offset, int rowStride, int columnStride) {
    a = factor;
    ao = offset;
    ars = rowStride;
    acs = columnStride;
    return this;
  }

  /** Names the right factor; returns this. */
  public Product right(float[] factor, int offset, int rowStride, int columnStride) {
    b = factor;
    bo = offset;
    brs = rowStride;
    bcs = columnStride;
    return this;
  }

  /** Says where each sum starts, null for 0; returns this. */
  public Product startingAt(float[] first, int offset, int rowStride) {
    start = first;
    so = offset;
    ss = rowStride;
    return this;
  }

  /** Says whether outputs below 0 become 0; returns this. */
  public Product rectified(boolean rectified) {
    relu = rectified;
    return this;
  }

  /** Names the sizes: c is [rows, columns], a sum has so many terms; returns this. */
  public Product sized(int rows, int columns, int terms) {
    m = rows;
    n = columns;
    k = terms;
    return this;
  }

  /** Computes it by the given backend, its output cut by columns or rows among the pool's threads. */
  public void run(Kernels backend) {
    kernels = backend;
    parts.over(Math.max(m, n), (long) Math.min(m, n) * k);
  }

  private void part(int from, int to) {
    if (n >= m) {
      kernels.gemm(this, 0, m, from, to - from);
    } else {
      kernels.gemm(this, from, to - from, 0, n);
    }
  }

  /** Becomes the part of another product that computes some outputs up to some terms. */
  void slice(Product whole, int row, int rows, int column, int columns, int term, int terms) {
    into(whole.c, whole.co + row * whole.ldc + column, whole.ldc);
    left(whole.a, whole.ao + row * whole.ars + term * whole.acs, whole.ars, whole.acs);
    right(whole.b, whole.bo + term * whole.brs + column * whole.bcs, whole.brs, whole.bcs);
    startingAt(whole.start, whole.so + row * whole.ss + column, whole.ss);
    rectified(whole.relu).sized(rows, columns, terms);
  }

  /** Lets go of the caller's arrays. */
  void release() {
    c = null;
    a = null;
    b = null;
    start = null;
  }
}
