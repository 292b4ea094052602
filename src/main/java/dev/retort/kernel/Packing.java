package dev.retort.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Moves matrices into the layouts that the tiles read. A panel is a few vectors of columns, all rows
 * one after the other; its width is rounded up to whole vectors, and what the rounding adds holds
 * anything: it reaches only lanes that are never stored.
 */
final class Packing {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();
  /** What a block of 8 x 8 is made of. */
  private static final VectorSpecies<Float> EIGHT = FloatVector.SPECIES_256;

  private static final IntVector LOW =
      IntVector.fromArray(IntVector.SPECIES_256, new int[] {0, 8, 1, 9, 2, 10, 3, 11}, 0);
  private static final IntVector HIGH =
      IntVector.fromArray(IntVector.SPECIES_256, new int[] {4, 12, 5, 13, 6, 14, 7, 15}, 0);

  private Packing() {}

  /** Columns rounded up to whole vectors. */
  static int width(int columns) {
    return (columns + L - 1) / L * L;
  }

  /**
   * Columns of the next panel. None but an only one has less than a vector of them, so that the last
   * vector of a panel may end with its last column.
   */
  static int columns(int left, int panel) {
    return left > panel && left <= panel + L ? panel - L : Math.min(panel, left);
  }

  /**
   * Packs a {@code k} x {@code n} matrix into panels of {@code panel} columns, the panel that begins
   * at column j at {@code packed[j * k]}. Rows are read whole, for the sake of the prefetcher.
   */
  static void rows(float[] packed, float[] b, int bo, int brs, int n, int k, int panel) {
    int whole = 0;
    while (columns(n - whole, panel) == panel) {
      whole += panel;
    }
    if (whole > 0) {
      for (int p = 0; p < k; p++) {
        wholePanels(packed, p * panel, k * panel, b, bo + p * brs, whole, panel);
      }
    }
    for (int j = whole, columns; j < n; j += columns) {
      columns = columns(n - j, panel);
      partialPanel(packed, j * k, b, bo + j, brs, columns, k);
    }
  }

  private static void wholePanels(
      float[] packed, int o, int step, float[] b, int bo, int n, int panel) {
    for (int j = 0; j < n; j += panel, o += step) {
      for (int v = 0; v < panel; v += L) {
        FloatVector.fromArray(F, b, bo + j + v).intoArray(packed, o + v);
      }
    }
  }

  /** Reads beyond a row where the array goes on: faster than a mask. */
  private static void partialPanel(
      float[] packed, int o, float[] b, int bo, int brs, int n, int k) {
    int width = width(n);
    int p = 0;
    for (; p < k && bo + width <= b.length; p++, bo += brs, o += width) {
      FloatVector.fromArray(F, b, bo).intoArray(packed, o);
      for (int v = L; v < width; v += L) {
        FloatVector.fromArray(F, b, bo + v).intoArray(packed, o + v);
      }
    }
    for (; p < k; p++, bo += brs, o += width) {
      System.arraycopy(b, bo, packed, o, n);
    }
  }

  /** Packs the transpose of an {@code n} x {@code k} matrix into panels. */
  static void transposed(float[] packed, float[] b, int bo, int bcs, int n, int k, int panel) {
    for (int j = 0, columns; j < n; j += columns) {
      columns = columns(n - j, panel);
      transpose(packed, j * k, width(columns), b, bo + j * bcs, bcs, columns, k);
    }
  }

  /** Packs a matrix that is contiguous in neither direction. */
  static void strided(
      float[] packed, float[] b, int bo, int brs, int bcs, int n, int k, int panel) {
    for (int j = 0, columns; j < n; j += columns) {
      columns = columns(n - j, panel);
      int width = width(columns);
      for (int i = 0; i < columns; i++) {
        for (int p = 0; p < k; p++) {
          packed[j * k + p * width + i] = b[bo + p * brs + (j + i) * bcs];
        }
      }
    }
  }

  /**
   * {@code y(j, i) = x(i, j)} for a {@code rows} x {@code columns} matrix x; sixteen rows at a time,
   * so that a line of y is written whole.
   */
  static void transpose(
      float[] y, int yo, int ldy, float[] x, int xo, int ldx, int rows, int columns) {
    int whole = L < 8 ? 0 : columns & ~7;
    int blocked = L < 8 ? 0 : rows & ~7;
    for (int i = 0; i < blocked; i += 16) {
      transposeStrip(y, yo + i, ldy, x, xo + i * ldx, ldx, Math.min(16, blocked - i), whole);
    }
    transposePlainly(y, yo + whole * ldy, ldy, x, xo + whole, ldx, blocked, columns - whole);
    transposePlainly(y, yo + blocked, ldy, x, xo + blocked * ldx, ldx, rows - blocked, columns);
  }

  private static void transposePlainly(
      float[] y, int yo, int ldy, float[] x, int xo, int ldx, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      int from = xo + i * ldx;
      int to = yo + i;
      for (int j = 0; j < columns; j++, to += ldy) {
        y[to] = x[from + j];
      }
    }
  }

  private static void transposeStrip(
      float[] y, int yo, int ldy, float[] x, int xo, int ldx, int rows, int columns) {
    for (int j = 0; j < columns; j += 8) {
      for (int i = 0; i < rows; i += 8) {
        transposeBlock(y, yo + j * ldy + i, ldy, x, xo + i * ldx + j, ldx);
      }
    }
  }

  /** 8 x 8 elements: a perfect shuffle of the rows, three times. */
  private static void transposeBlock(float[] y, int yo, int ldy, float[] x, int xo, int ldx) {
    IntVector a0 = FloatVector.fromArray(EIGHT, x, xo).reinterpretAsInts();
    IntVector a1 = FloatVector.fromArray(EIGHT, x, xo + ldx).reinterpretAsInts();
    IntVector a2 = FloatVector.fromArray(EIGHT, x, xo + 2 * ldx).reinterpretAsInts();
    IntVector a3 = FloatVector.fromArray(EIGHT, x, xo + 3 * ldx).reinterpretAsInts();
    IntVector a4 = FloatVector.fromArray(EIGHT, x, xo + 4 * ldx).reinterpretAsInts();
    IntVector a5 = FloatVector.fromArray(EIGHT, x, xo + 5 * ldx).reinterpretAsInts();
    IntVector a6 = FloatVector.fromArray(EIGHT, x, xo + 6 * ldx).reinterpretAsInts();
    IntVector a7 = FloatVector.fromArray(EIGHT, x, xo + 7 * ldx).reinterpretAsInts();
    IntVector b0 = LOW.selectFrom(a0, a4);
    IntVector b1 = HIGH.selectFrom(a0, a4);
    IntVector b2 = LOW.selectFrom(a1, a5);
    IntVector b3 = HIGH.selectFrom(a1, a5);
    IntVector b4 = LOW.selectFrom(a2, a6);
    IntVector b5 = HIGH.selectFrom(a2, a6);
    IntVector b6 = LOW.selectFrom(a3, a7);
    IntVector b7 = HIGH.selectFrom(a3, a7);
    a0 = LOW.selectFrom(b0, b4);
    a1 = HIGH.selectFrom(b0, b4);
    a2 = LOW.selectFrom(b1, b5);
    a3 = HIGH.selectFrom(b1, b5);
    a4 = LOW.selectFrom(b2, b6);
    a5 = HIGH.selectFrom(b2, b6);
    a6 = LOW.selectFrom(b3, b7);
    a7 = HIGH.selectFrom(b3, b7);
    LOW.selectFrom(a0, a4).reinterpretAsFloats().intoArray(y, yo);
    HIGH.selectFrom(a0, a4).reinterpretAsFloats().intoArray(y, yo + ldy);
    LOW.selectFrom(a1, a5).reinterpretAsFloats().intoArray(y, yo + 2 * ldy);
    HIGH.selectFrom(a1, a5).reinterpretAsFloats().intoArray(y, yo + 3 * ldy);
    LOW.selectFrom(a2, a6).reinterpretAsFloats().intoArray(y, yo + 4 * ldy);
    HIGH.selectFrom(a2, a6).reinterpretAsFloats().intoArray(y, yo + 5 * ldy);
    LOW.selectFrom(a3, a7).reinterpretAsFloats().intoArray(y, yo + 6 * ldy);
    HIGH.selectFrom(a3, a7).reinterpretAsFloats().intoArray(y, yo + 7 * ldy);
  }
}
