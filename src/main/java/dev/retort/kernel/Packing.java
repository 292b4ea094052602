package dev.retort.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Moves matrices into the layouts that the tiles read. A panel is a few vectors of columns, all rows
 * one after the other; its width is rounded up to whole vectors, and what the rounding adds holds
 * anything: it reaches only lanes that are never stored.
 */
final class Packing {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();
  private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
  private static final IntVector LOW =
      IntVector.fromArray(IntVector.SPECIES_128, new int[] {0, 4, 1, 5}, 0);
  private static final IntVector HIGH =
      IntVector.fromArray(IntVector.SPECIES_128, new int[] {2, 6, 3, 7}, 0);

  private Packing() {}

  /** Columns rounded up to whole vectors. */
  static int width(int columns) {
    return (columns + L - 1) / L * L;
  }

  /**
   * Packs a {@code k} x {@code n} matrix into panels of {@code panel} columns, the panel that begins
   * at column j at {@code packed[j * k]}. Rows are read whole, for the sake of the prefetcher.
   */
  static void rows(float[] packed, float[] b, int bo, int brs, int n, int k, int panel) {
    for (int p = 0; p < k; p++, bo += brs) {
      int j = 0;
      for (; j <= n - panel; j += panel) {
        copy(packed, j * k + p * panel, b, bo + j, panel);
      }
      int o = j * k + p * width(n - j);
      if (bo + j + width(n - j) <= b.length) {
        copy(packed, o, b, bo + j, n - j);
      } else {
        System.arraycopy(b, bo + j, packed, o, n - j);
      }
    }
  }

  private static void copy(float[] y, int yo, float[] x, int xo, int n) {
    for (int j = 0; j < n; j += L) {
      FloatVector.fromArray(F, x, xo + j).intoArray(y, yo + j);
    }
  }

  /** Packs the transpose of an {@code n} x {@code k} matrix into panels. */
  static void columns(float[] packed, float[] b, int bo, int bcs, int n, int k, int panel) {
    for (int j = 0; j < n; j += panel) {
      int columns = Math.min(panel, n - j);
      transpose(packed, j * k, width(columns), b, bo + j * bcs, bcs, columns, k);
    }
  }

  /** Packs a matrix that is contiguous in neither direction. */
  static void strided(
      float[] packed, float[] b, int bo, int brs, int bcs, int n, int k, int panel) {
    for (int j = 0; j < n; j++) {
      int first = j / panel * panel;
      int width = width(Math.min(panel, n - first));
      for (int p = 0; p < k; p++) {
        packed[first * k + p * width + j - first] = b[bo + p * brs + j * bcs];
      }
    }
  }

  /** Copies a matrix whose last vector of columns may be partial, and nothing beside it. */
  static void copy(
      float[] y, int yo, int ldy, float[] x, int xo, int ldx, int rows, int columns) {
    int whole = F.loopBound(columns);
    VectorMask<Float> rest = F.indexInRange(whole, columns);
    for (int i = 0; i < rows; i++, xo += ldx, yo += ldy) {
      for (int j = 0; j < whole; j += L) {
        FloatVector.fromArray(F, x, xo + j).intoArray(y, yo + j);
      }
      FloatVector.fromArray(F, x, xo + whole, rest).intoArray(y, yo + whole, rest);
    }
  }

  /**
   * {@code y(j, i) = x(i, j)} for a {@code rows} x {@code columns} matrix x; sixteen rows at a time,
   * so that a line of y is written whole.
   */
  static void transpose(
      float[] y, int yo, int ldy, float[] x, int xo, int ldx, int rows, int columns) {
    int whole = columns & ~3;
    int quads = rows & ~3;
    for (int i = 0; i < quads; i += 16) {
      transposeStrip(y, yo + i, ldy, x, xo + i * ldx, ldx, Math.min(16, quads - i), whole);
    }
    transposePlainly(y, yo + whole * ldy, ldy, x, xo + whole, ldx, quads, columns - whole);
    transposePlainly(y, yo + quads, ldy, x, xo + quads * ldx, ldx, rows - quads, columns);
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
    for (int j = 0; j < columns; j += 4) {
      for (int i = 0; i < rows; i += 4) {
        transposeBlock(y, yo + j * ldy + i, ldy, x, xo + i * ldx + j, ldx);
      }
    }
  }

  /** 4 x 4 elements: two rounds of interleaving, first rows 0 with 2 and 1 with 3. */
  private static void transposeBlock(float[] y, int yo, int ldy, float[] x, int xo, int ldx) {
    IntVector v0 = FloatVector.fromArray(FOUR, x, xo).reinterpretAsInts();
    IntVector v1 = FloatVector.fromArray(FOUR, x, xo + ldx).reinterpretAsInts();
    IntVector v2 = FloatVector.fromArray(FOUR, x, xo + 2 * ldx).reinterpretAsInts();
    IntVector v3 = FloatVector.fromArray(FOUR, x, xo + 3 * ldx).reinterpretAsInts();
    IntVector low02 = LOW.selectFrom(v0, v2);
    IntVector low13 = LOW.selectFrom(v1, v3);
    IntVector high02 = HIGH.selectFrom(v0, v2);
    IntVector high13 = HIGH.selectFrom(v1, v3);
    LOW.selectFrom(low02, low13).reinterpretAsFloats().intoArray(y, yo);
    HIGH.selectFrom(low02, low13).reinterpretAsFloats().intoArray(y, yo + ldy);
    LOW.selectFrom(high02, high13).reinterpretAsFloats().intoArray(y, yo + 2 * ldy);
    HIGH.selectFrom(high02, high13).reinterpretAsFloats().intoArray(y, yo + 3 * ldy);
  }
}
