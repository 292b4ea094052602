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
      float[] output, int outputFrom, int outputStride,
      float[] left, int leftFrom, int leftRow, int leftColumn,
      float[] right, int rightFrom, int rightRow,
      float[] first, int firstFrom, int firstRow,
      boolean relu, int m, int n, int terms) {
    Operands t = operands;
    t.a = left;
    t.ars = leftRow;
    t.acs = leftColumn;
    t.b = right;
    t.bo = rightFrom;
    t.brs = rightRow;
    t.k = terms;
    t.last = n - L;
    if (n < L) {
      partOfVector(
          output, outputFrom, outputStride, leftFrom, leftRow, first, firstFrom, firstRow, m, n);
    } else {
      t.c = output;
      t.ldc = outputStride;
      t.start = first == null ? ZEROS : first;
      t.ss = first == null ? 0 : firstRow;
      int vectors = Math.ceilDiv(n, L);
      for (int i = 0, height; i < m; i += height) {
        height = height(m - i);
        t.co = outputFrom + i * outputStride;
        t.so = first == null ? 0 : firstFrom + i * firstRow;
        t.ao = leftFrom + i * leftRow;
        tile(height, Math.min(height, m - i), vectors);
      }
    }
    if (relu) {
      VectorElements.relu(output, outputFrom, outputStride, m, n);
    }
  }

  /** Less than a vector of columns goes by way of a whole tile. */
  private void partOfVector(
      float[] output, int outputFrom, int outputStride, int leftFrom, int leftRow,
      float[] first, int firstFrom, int firstRow, int m, int n) {
    Operands t = operands;
    t.c = whole;
    t.co = 0;
    t.ldc = L;
    t.start = first == null ? ZEROS : whole;
    t.so = 0;
    t.ss = first == null || firstRow == 0 ? 0 : L;
    for (int i = 0, height; i < m; i += height) {
      height = height(m - i);
      int count = Math.min(height, m - i);
      if (first != null) {
        copy(whole, 0, L, first, firstFrom + i * firstRow, firstRow, firstRow == 0 ? 1 : count, n);
      }
      t.ao = leftFrom + i * leftRow;
      tile(height, count, 1);
      copy(output, outputFrom + i * outputStride, outputStride, whole, 0, L, count, n);
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
