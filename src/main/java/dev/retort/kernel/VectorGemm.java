package dev.retort.kernel;

import java.util.Arrays;
import jdk.incubator.vector.VectorSpecies;

/**
 * The matrix product. Every element of c is one chain of fused multiply-adds, held in a lane of a
 * register tile while the inner index ascends. Between blocks of the inner index the chain rests in
 * c, which loses nothing: a float stored is a float loaded.
 *
 * <p>Rows of a are read in place, one element broadcast at a time, whatever their strides. What the
 * tiles want of b is contiguous columns: b is read in place if it has them and few rows of a share
 * the cost of packing, else packed, which absorbs a transpose. The constants have their reasons in
 * NOTES, decision log.
 */
final class VectorGemm {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();
  private static final boolean MANY_REGISTERS =
      L == 16 || System.getProperty("os.arch").equals("aarch64");

  /** Columns of a tile. */
  private static final int PANEL = 3 * L;

  /** Longest inner block. */
  private static final int INNER = 400;

  /** Floats in a packed block of b: half of a second-level cache. */
  private static final int BLOCK = 128 * 1024;

  /** Up to this many rows b is read in place. */
  private static final int FEW_ROWS = 64;

  /**
   * Up to this many columns c is computed transposed, so that lanes run along its rows, if a's rows
   * need no transposition for that.
   */
  private static final int NARROW = 12;

  /** Rows of c turned at a time; not a power of two, whose strides share cache sets. */
  private static final int NARROW_ROWS = 272;

  private static final float[] ZEROS = new float[PANEL];
  private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

  private VectorGemm() {}

  /** What a thread keeps between products. */
  private static final class Buffers {
    final float[] packed = new float[BLOCK];
    final float[] tile = new float[8 * PANEL];
    final float[] turned = new float[NARROW * NARROW_ROWS];
  }

  static void gemm(
      float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int ss,
      boolean relu, int m, int n, int k) {
    if (m == 0 || n == 0) {
      return;
    }
    Buffers buffers = BUFFERS.get();
    if (k == 1 && bcs == 1) {
      VectorRow.outer(c, co, ldc, a, ao, ars, b, bo, start, so, ss, m, n);
      if (relu) {
        relu(c, co, ldc, m, n);
      }
    } else if (m == 1) {
      row(buffers, c, co, a, ao, acs, b, bo, brs, bcs, start, so, n, k);
      if (relu) {
        VectorElements.relu(c, co, c, co, n);
      }
    } else if (n <= NARROW && m >= 16 && ars == 1) {
      narrow(
          buffers, c, co, ldc, a, ao, ars, acs, b, bo, brs, bcs, start, so, ss, relu, m, n, k);
    } else {
      blocks(
          buffers, c, co, ldc, a, ao, ars, acs, b, bo, brs, bcs, start, so, ss, relu, m, n, k);
    }
  }

  private static void row(
      Buffers buffers, float[] c, int co,
      float[] a, int ao, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int n, int k) {
    if (start == null) {
      Arrays.fill(c, co, co + n, 0f);
    } else {
      System.arraycopy(start, so, c, co, n);
    }
    if (bcs == 1 || n == 1) {
      VectorRow.row(c, co, a, ao, acs, b, bo, brs, n, k, buffers.tile);
      return;
    }
    int depth = Math.min(k, INNER);
    int panel = 4 * L;
    for (int j = 0; j < n; j += panel) {
      int columns = Math.min(panel, n - j);
      for (int p = 0; p < k; p += depth) {
        int terms = Math.min(depth, k - p);
        pack(buffers.packed, b, bo + p * brs + j * bcs, brs, bcs, columns, terms, panel);
        VectorRow.row(
            c, co + j, a, ao + p * acs, acs,
            buffers.packed, 0, Packing.width(columns), columns, terms, buffers.tile);
      }
    }
  }

  /** c transposed is b transposed times a transposed. */
  private static void narrow(
      Buffers buffers, float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int ss,
      boolean relu, int m, int n, int k) {
    float[] turned = buffers.turned;
    for (int i = 0; i < m; i += NARROW_ROWS) {
      int rows = Math.min(NARROW_ROWS, m - i);
      if (start != null) {
        Transpose.transpose(turned, 0, NARROW_ROWS, start, so + i * ss, ss, rows, n);
      }
      blocks(
          buffers, turned, 0, NARROW_ROWS,
          b, bo, bcs, brs,
          a, ao + i * ars, acs, ars,
          start == null ? null : turned, 0, NARROW_ROWS, relu, n, rows, k);
      Transpose.transpose(c, co + i * ldc, ldc, turned, 0, NARROW_ROWS, n, rows);
    }
  }

  private static void blocks(
      Buffers buffers, float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int ss,
      boolean relu, int m, int n, int k) {
    int depth = Math.ceilDiv(k, Math.max(1, Math.ceilDiv(k, INNER)));
    int wide = BLOCK / Math.max(1, depth) / PANEL * PANEL;
    int p = 0;
    do {
      int terms = Math.min(depth, k - p);
      boolean last = p + terms == k;
      for (int j = 0; j < n; j += wide) {
        block(
            buffers, c, co + j, ldc,
            a, ao + p * acs, ars, acs,
            b, bo + p * brs + j * bcs, brs, bcs,
            start, so + j, ss, relu && last, m, Math.min(wide, n - j), terms);
      }
      start = c;
      so = co;
      ss = ldc;
      p += terms;
    } while (p < k);
  }

  private static void block(
      Buffers buffers, float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int ss,
      boolean relu, int m, int n, int k) {
    boolean inPlace = bcs == 1 && m <= FEW_ROWS && n >= L;
    if (!inPlace) {
      pack(buffers.packed, b, bo, brs, bcs, n, k, PANEL);
    }
    for (int i = 0, height; i < m; i += height) {
      height = height(m - i);
      int rows = Math.min(height, m - i);
      for (int j = 0, columns; j < n; j += columns) {
        columns = Packing.columns(n - j, PANEL);
        tile(
            buffers, c, co + i * ldc + j, ldc,
            a, ao + i * ars, ars, acs,
            inPlace ? b : buffers.packed, inPlace ? bo + j : j * k,
            inPlace ? brs : Packing.width(columns),
            start == null ? ZEROS : start, start == null ? 0 : so + i * ss + j,
            start == null ? 0 : ss, start == null, height, rows, columns, k);
        if (relu) {
          relu(c, co + i * ldc + j, ldc, rows, columns);
        }
      }
    }
  }

  private static void pack(
      float[] packed, float[] b, int bo, int brs, int bcs, int n, int k, int panel) {
    if (bcs == 1) {
      Packing.rows(packed, b, bo, brs, n, k, panel);
    } else if (brs == 1) {
      Packing.transposed(packed, b, bo, bcs, n, k, panel);
    } else {
      Packing.strided(packed, b, bo, brs, bcs, n, k, panel);
    }
  }

  /** Rows of the next tile, so that tiles of 8, 6 and 4 cover any even number of rows exactly. */
  private static int height(int left) {
    if (left <= 4 || !MANY_REGISTERS) {
      return 4;
    }
    return left == 7 || left == 8 || left > 10 ? 8 : 6;
  }

  /**
   * The last vector of columns ends with them and may overlap the one before: what both compute is
   * the same. Less than a vector goes by way of a whole tile.
   */
  private static void tile(
      Buffers buffers, float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs,
      float[] start, int so, int ss,
      boolean fromZero, int height, int rows, int columns, int k) {
    if (columns >= L) {
      tile(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, height, rows, columns, k);
      return;
    }
    float[] whole = buffers.tile;
    if (!fromZero) {
      boolean shared = ss == 0;
      copy(whole, 0, L, start, so, ss, shared ? 1 : rows, columns);
      start = whole;
      so = 0;
      ss = shared ? 0 : L;
    }
    tile(whole, 0, L, start, so, ss, a, ao, ars, acs, b, bo, brs, height, rows, L, k);
    copy(c, co, ldc, whole, 0, L, rows, columns);
  }

  private static void copy(
      float[] y, int yo, int ldy, float[] x, int xo, int ldx, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(x, xo + i * ldx, y, yo + i * ldy, columns);
    }
  }

  private static void tile(
      float[] c, int co, int ldc, float[] start, int so, int ss,
      float[] a, int ao, int ars, int acs, float[] b, int bo, int brs,
      int height, int rows, int columns, int k) {
    int vectors = Math.ceilDiv(columns, L);
    int last = columns - L;
    switch (height) {
      case 8 ->
          Tile8.tile(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, vectors, last, k);
      case 6 ->
          Tile6.tile(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, vectors, last, k);
      default ->
          Tile4.tile(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, vectors, last, k);
    }
  }

  private static void relu(float[] c, int co, int ldc, int rows, int columns) {
    for (int i = 0; i < rows; i++, co += ldc) {
      VectorElements.relu(c, co, c, co, columns);
    }
  }
}
