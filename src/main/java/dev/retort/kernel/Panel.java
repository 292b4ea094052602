package dev.retort.kernel;

import jdk.incubator.vector.VectorSpecies;

/**
 * All rows of a times a panel of b, whose columns are contiguous and at most {@link #COLUMNS}, tile
 * by tile.
 */
final class Panel {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();
  private static final boolean MANY_REGISTERS =
      L == 16 || System.getProperty("os.arch").equals("aarch64");

  /** Most columns of a tile. */
  static final int COLUMNS = 3 * L;

  private static final float[] ZEROS = new float[COLUMNS];

  private final Operands operands = new Operands();

  /** Room for a tile one vector wide. */
  private final float[] whole = new float[8 * L];

  /**
   * {@code c(i, j) = start(i, j) + sum over p of a(i, p) b(p, j)} for m rows, n columns and k terms,
   * as {@link Kernels#gemm}; the start is 0 where it is null.
   */
  void rows(
      float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs,
      float[] start, int so, int ss,
      boolean relu, int m, int n, int k) {
    Operands t = operands;
    t.a = a;
    t.ars = ars;
    t.acs = acs;
    t.b = b;
    t.bo = bo;
    t.brs = brs;
    t.k = k;
    t.last = n - L;
    if (n < L) {
      partOfVector(c, co, ldc, ao, ars, start, so, ss, m, n);
    } else {
      t.c = c;
      t.ldc = ldc;
      t.start = start == null ? ZEROS : start;
      t.ss = start == null ? 0 : ss;
      int vectors = Math.ceilDiv(n, L);
      for (int i = 0, height; i < m; i += height) {
        height = height(m - i);
        t.co = co + i * ldc;
        t.so = start == null ? 0 : so + i * ss;
        t.ao = ao + i * ars;
        tile(height, Math.min(height, m - i), vectors);
      }
    }
    if (relu) {
      VectorElements.relu(c, co, ldc, m, n);
    }
  }

  /** Less than a vector of columns goes by way of a whole tile. */
  private void partOfVector(
      float[] c, int co, int ldc, int ao, int ars, float[] start, int so, int ss, int m, int n) {
    Operands t = operands;
    t.c = whole;
    t.co = 0;
    t.ldc = L;
    t.start = start == null ? ZEROS : whole;
    t.so = 0;
    t.ss = start == null || ss == 0 ? 0 : L;
    for (int i = 0, height; i < m; i += height) {
      height = height(m - i);
      int count = Math.min(height, m - i);
      if (start != null) {
        copy(whole, 0, L, start, so + i * ss, ss, ss == 0 ? 1 : count, n);
      }
      t.ao = ao + i * ars;
      tile(height, count, 1);
      copy(c, co + i * ldc, ldc, whole, 0, L, count, n);
    }
  }

  private static void copy(
      float[] y, int yo, int ldy, float[] x, int xo, int ldx, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(x, xo + i * ldx, y, yo + i * ldy, columns);
    }
  }

  private void tile(int height, int rows, int vectors) {
    operands.rows = rows;
    switch (height) {
      case 8 -> Tile8.tile(operands, vectors);
      case 6 -> Tile6.tile(operands, vectors);
      default -> Tile4.tile(operands, vectors);
    }
  }

  /** Rows of the next tile, so that tiles of 8, 6 and 4 cover any even number of rows exactly. */
  private static int height(int left) {
    if (left <= 4 || left == 7 || !MANY_REGISTERS) {
      return 4;
    }
    return left == 8 || left > 10 ? 8 : 6;
  }

  /** Lets go of the caller's arrays. */
  void release() {
    operands.release();
  }
}
