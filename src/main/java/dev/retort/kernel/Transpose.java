package dev.retort.kernel;

/** Transposes matrices in blocks of as many rows and columns as a vector has lanes. */
final class Transpose {
  private static final int L = VectorExp.SPECIES.length();

  /** Rows that go together, so that a line of the output is written whole. */
  private static final int STRIP = 16;

  private Transpose() {}

  /**
   * {@code y(j, i) = x(i, j)} for a {@code rows} x {@code columns} matrix x. The last block of
   * either direction ends with the matrix and may overlap the one before.
   */
  static void transpose(
      float[] y, int yo, int ldy, float[] x, int xo, int ldx, int rows, int columns) {
    if (!TransposedBlock.EXISTS || rows < L || columns < L) {
      plainly(y, yo, ldy, x, xo, ldx, rows, columns);
      return;
    }
    for (int i = 0; i < rows; i += STRIP) {
      for (int j = 0; j < columns; j += L) {
        int column = Math.min(j, columns - L);
        for (int k = i; k < Math.min(i + STRIP, rows); k += L) {
          int row = Math.min(k, rows - L);
          TransposedBlock.copy(y, yo + column * ldy + row, ldy, x, xo + row * ldx + column, ldx);
        }
      }
    }
  }

  /**
   * The same for fewer rows of x than a vector has lanes, into rows of y without a gap: what a
   * vector has beyond its row of y, the next ones overwrite. Reads whole blocks of x; the buffer
   * holds one of y.
   */
  static void fewRows(
      float[] y, int yo, float[] x, int xo, int ldx, int rows, int columns, float[] buffer) {
    if (!TransposedBlock.EXISTS) {
      plainly(y, yo, rows, x, xo, ldx, rows, columns);
      return;
    }
    int j = 0;
    for (; j <= columns - 2 * L; j += L) {
      TransposedBlock.copy(y, yo + j * rows, rows, x, xo + j, ldx);
    }
    for (; j < columns; j += L) {
      TransposedBlock.copy(buffer, 0, rows, x, xo + j, ldx);
      System.arraycopy(buffer, 0, y, yo + j * rows, Math.min(L, columns - j) * rows);
    }
  }

  private static void plainly(
      float[] y, int yo, int ldy, float[] x, int xo, int ldx, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      int from = xo + i * ldx;
      int to = yo + i;
      for (int j = 0; j < columns; j++, to += ldy) {
        y[to] = x[from + j];
      }
    }
  }
}
