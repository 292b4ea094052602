package dev.retort.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Moves matrices into the layouts that the tiles read, and transposes them by blocks of vectors. A panel is a few
 * vectors of columns, all rows one after the other; its width is rounded up to whole vectors, and what the rounding
 * adds holds anything: it reaches only lanes that are never stored.
 */
final class Packing {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  /** Whether the CPU has 32 vector registers; AVX2 has 16. */
  static final boolean MANY_REGISTERS = L == 16 || System.getProperty("os.arch").equals("aarch64");

  /** Columns of a panel: those of the widest tile. */
  static final int PANEL = (MANY_REGISTERS ? 3 : 2) * L;

  /** Floats beyond the last panel that packing may write to. */
  static final int ROOM = PANEL * L;

  /** Rows that go together, so that a line of the output is written whole. */
  private static final int STRIP = 16;

  private Packing() {}

  /** Columns rounded up to whole vectors. */
  static int width(int columns) {
    return (columns + L - 1) / L * L;
  }

  /** Columns of the next panel, as {@link #columns(int, int)}. */
  static int columns(int left) {
    return columns(left, PANEL);
  }

  /**
   * Columns of the next part of at most so many. None but an only one has less than a vector of them,
   * so that the last vector of a part may end with its last column.
   */
  static int columns(int left, int most) {
    return left > most && left <= most + L ? most - L : Math.min(most, left);
  }

  /**
   * Packs a {@code k} x {@code n} matrix into panels, the one that begins at column j at {@code
   * packed[j * k]}. Rows are read whole, for the sake of the prefetcher.
   */
  static void rows(float[] packed, float[] b, int bo, int brs, int n, int k) {
    int whole = 0;
    while (columns(n - whole) == PANEL) {
      whole += PANEL;
    }
    if (whole > 0) {
      for (int p = 0; p < k; p++) {
        wholePanels(packed, p * PANEL, k * PANEL, b, bo + p * brs, whole);
      }
    }
    for (int j = whole, columns; j < n; j += columns) {
      columns = columns(n - j);
      partialPanel(packed, j * k, b, bo + j, brs, columns, k);
    }
  }

  private static void wholePanels(
      float[] packed, int o, int step, float[] b, int bo, int n) {
    for (int j = 0; j < n; j += PANEL, o += step) {
      for (int v = 0; v < PANEL; v += L) {
        FloatVector.fromArray(F, b, bo + j + v).intoArray(packed, o + v);
      }
    }
  }

  /** Reads beyond a row where the array goes on: faster than a mask. */
  private static void partialPanel(
      float[] packed, int o, float[] b, int bo, int brs, int n, int k) {
    int width = width(n);
    int rows = Math.clamp(Math.floorDiv(b.length - bo - width, brs) + 1L, 0, k);
    for (int v = 0; v < width; v += L) {
      oneVectorOfEach(packed, o + v, width, b, bo + v, brs, rows);
    }
    for (int p = rows; p < k; p++) {
      System.arraycopy(b, bo + p * brs, packed, o + p * width, n);
    }
  }

  private static void oneVectorOfEach(
      float[] packed, int o, int width, float[] b, int bo, int brs, int k) {
    for (int p = 0; p < k; p++, bo += brs, o += width) {
      FloatVector.fromArray(F, b, bo).intoArray(packed, o);
    }
  }

  /** Packs the transpose of an {@code n} x {@code k} matrix into panels. */
  static void transposed(float[] packed, float[] b, int bo, int bcs, int n, int k) {
    for (int j = 0, columns; j < n; j += columns) {
      columns = columns(n - j);
      int from = bo + j * bcs;
      int whole = k >= L ? columns : wholeVectors(b, from, bcs, columns);
      transpose(packed, j * k, width(columns), b, from, bcs, whole, Math.max(k, L));
      transpose(
          packed, j * k + whole, width(columns), b, from + whole * bcs, bcs, columns - whole, k);
    }
  }

  /**
   * Rows that can be read as whole vectors although they are shorter: into the next, and written
   * into the next panel, which comes later, or into the room.
   */
  private static int wholeVectors(float[] b, int bo, int bcs, int rows) {
    int whole = bcs == 0 ? 0 : Math.clamp(Math.floorDiv(b.length - bo - L, bcs) + 1L, 0, rows);
    return whole < L ? 0 : whole;
  }

  /** Packs a matrix that is contiguous in neither direction. */
  static void strided(
      float[] packed, float[] b, int bo, int brs, int bcs, int n, int k) {
    for (int j = 0, columns; j < n; j += columns) {
      columns = columns(n - j);
      int width = width(columns);
      for (int i = 0; i < columns; i++) {
        for (int p = 0; p < k; p++) {
          packed[j * k + p * width + i] = b[bo + p * brs + (j + i) * bcs];
        }
      }
    }
  }

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
