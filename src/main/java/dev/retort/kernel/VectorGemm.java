package dev.retort.kernel;

import java.util.Arrays;
import jdk.incubator.vector.VectorSpecies;

/**
 * The matrix product. Every element of c is one chain of fused multiply-adds, held in a lane of a
 * register tile while the inner index ascends. Between blocks of the inner index the chain rests in
 * c, which loses nothing: a float stored is a float loaded.
 *
 * <p>Rows of a are read in place, one element broadcast at a time, whatever their strides. What the
 * {@link Panel} wants of b is contiguous columns: b is read in place if it has them, else packed,
 * which absorbs a transpose. Where it is less to transpose a and c, c is computed transposed. The
 * constants have their reasons in benchmarks/DECISIONS.md.
 */
final class VectorGemm {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  /** Columns of a panel of b. */
  private static final int PANEL = Panel.COLUMNS;

  /** Longest inner block, and the longest where c is computed transposed. */
  private static final int INNER = 800;

  private static final int TURNED_INNER = 1280;

  /** Terms of b transposed at a time for one row: a first-level cache's worth. */
  private static final int ROW_INNER = 64;

  /** Rows of a that pass by a panel of b before the next. */
  private static final int TALL = 512;

  /** Up to this many rows b is read in place, whatever its strides. */
  private static final int FEW_ROWS = 128;

  /** Rows this many floats apart share cache sets: 4 KiB. */
  private static final int ALIASING = 1024;

  /** Terms up to which a narrow panel is read in place. */
  private static final int SHORT = 256;

  /** Up to this many columns lanes run along the rows of c. */
  private static final int NARROW = 12;

  /** Rows and columns of c turned at a time; a stride that is no power of two. */
  private static final int STRIP = 48;

  private static final int STRIP_ROWS = 240;
  private static final int STRIP_STRIDE = 272;

  /** Floats of packed panels: a quarter of a second-level cache. */
  private static final int BLOCK = 64 * 1024;

  private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

  private VectorGemm() {}

  /** What a thread keeps between products. */
  private static final class Buffers {
    final float[] packed = new float[BLOCK + Packing.ROOM];
    final Panel panel = new Panel();
    final float[] block = new float[L * L];
    final float[] turned = new float[STRIP * STRIP_STRIDE];
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
      VectorOuter.outer(c, co, ldc, a, ao, ars, b, bo, start, so, ss, m, n);
    } else if (m == 1) {
      row(buffers, c, co, a, ao, acs, b, bo, brs, bcs, start, so, n, k);
    } else {
      blocks(
          buffers, c, co, ldc, a, ao, ars, acs, b, bo, brs, bcs, start, so, ss, relu, m, n, k);
      buffers.panel.release();
      return;
    }
    if (relu) {
      VectorElements.relu(c, co, ldc, m, n);
    }
  }

  /** Blocks of the inner index, all of about the same length; each goes on from what the last left. */
  private static void blocks(
      Buffers buffers, float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int ss,
      boolean relu, int m, int n, int k) {
    boolean turned = turns(ars, brs, bcs, m, n, k);
    int count = Math.max(1, Math.ceilDiv(k, turned ? TURNED_INNER : INNER));
    int depth = Math.ceilDiv(k, count);
    int p = 0;
    do {
      int terms = Math.min(depth, k - p);
      boolean rectified = relu && p + terms == k;
      if (turned) {
        turned(
            buffers, c, co, ldc, a, ao + p * acs, ars, acs, b, bo + p * brs, brs, bcs,
            start, so, ss, rectified, m, n, terms);
      } else {
        straight(
            buffers, c, co, ldc, a, ao + p * acs, ars, acs, b, bo + p * brs, brs, bcs,
            start, so, ss, rectified, m, n, terms);
      }
      start = c;
      so = co;
      ss = ldc;
      p += terms;
    } while (p < k);
  }

  /**
   * Whether to compute c transposed: for few columns, so that lanes run along the rows, unless that
   * takes a transposition of a which narrow vectors do not win back; and where it is less work to
   * transpose a and c than b.
   */
  private static boolean turns(int ars, int brs, int bcs, int m, int n, int k) {
    if (m < L) {
      return false;
    }
    if (n <= NARROW) {
      return ars == 1 || L == 16;
    }
    return brs == 1 && bcs != 1 && (long) m * (n + k) < 2L * n * k;
  }

  private static void row(
      Buffers buffers, float[] c, int co,
      float[] a, int ao, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int n, int k) {
    if (start == null) {
      Arrays.fill(c, co, co + n, 0f);
      start = c;
      so = co;
    }
    if (bcs == 1 || n == 1) {
      VectorRow.row(c, co, a, ao, acs, b, bo, brs, start, so, n, k);
      return;
    }
    int depth = Math.min(k, ROW_INNER);
    int panel = 4 * L;
    for (int j = 0; j < n; j += panel) {
      int columns = Math.min(panel, n - j);
      System.arraycopy(start, so + j, c, co + j, columns);
      for (int p = 0; p < k; p += depth) {
        int terms = Math.min(depth, k - p);
        pack(buffers.packed, b, bo + p * brs + j * bcs, brs, bcs, columns, terms, panel);
        VectorRow.row(
            c, co + j, a, ao + p * acs, acs,
            buffers.packed, 0, Packing.width(columns), c, co + j, columns, terms);
      }
    }
  }

  /** c transposed is b transposed times a transposed, whose panels are packed or read in place. */
  private static void turned(
      Buffers buffers, float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int ss,
      boolean relu, int m, int n, int k) {
    boolean inPlace = ars == 1 && n <= FEW_ROWS;
    int most = Math.min(STRIP_ROWS, BLOCK / Math.max(1, k) / PANEL * PANEL);
    for (int i = 0, rows; i < m; i += rows) {
      rows = Packing.columns(m - i, most);
      if (!inPlace) {
        pack(buffers.packed, a, ao + i * ars, acs, ars, rows, k, PANEL);
      }
      for (int j = 0; j < n; j += STRIP) {
        strip(
            buffers, c, co + i * ldc + j, ldc, a, ao + i * ars, acs, inPlace,
            b, bo + j * bcs, brs, bcs,
            start, so + i * ss + j, ss, relu, rows, Math.min(STRIP, n - j), k);
      }
    }
  }

  /** A strip of c's columns. */
  private static void strip(
      Buffers buffers, float[] c, int co, int ldc,
      float[] a, int ao, int acs, boolean inPlace,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int ss, boolean relu, int m, int n, int k) {
    float[] turned = buffers.turned;
    if (start != null && ss != 0) {
      Transpose.transpose(turned, 0, STRIP_STRIDE, start, so, ss, m, n);
    }
    for (int j = 0; start != null && ss == 0 && j < n; j++) {
      Arrays.fill(turned, j * STRIP_STRIDE, j * STRIP_STRIDE + m, start[so + j]);
    }
    for (int i = 0, rows; i < m; i += rows) {
      rows = Packing.columns(m - i, PANEL);
      buffers.panel.rows(
          turned, i, STRIP_STRIDE, b, bo, bcs, brs,
          inPlace ? a : buffers.packed, inPlace ? ao + i : i * k,
          inPlace ? acs : Packing.width(rows),
          start == null ? null : turned, i, STRIP_STRIDE, relu, n, rows, k);
    }
    if (n < L && ldc == n) {
      Transpose.fewRows(c, co, turned, 0, STRIP_STRIDE, n, m, buffers.block);
    } else {
      Transpose.transpose(c, co, ldc, turned, 0, STRIP_STRIDE, n, m);
    }
  }

  private static void straight(
      Buffers buffers, float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int ss,
      boolean relu, int m, int n, int k) {
    for (int i = 0; i < m; i += TALL) {
      for (int j = 0, columns; j < n; j += columns) {
        columns = Packing.columns(n - j, PANEL);
        panel(
            buffers, c, co + i * ldc + j, ldc, a, ao + i * ars, ars, acs,
            b, bo + j * bcs, brs, bcs,
            start, so + i * ss + j, ss, relu, Math.min(TALL, m - i), columns, k);
      }
    }
  }

  /** One panel of b, read in place if that is fast, else packed. */
  private static void panel(
      Buffers buffers, float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int ss,
      boolean relu, int m, int n, int k) {
    if (bcs != 1 || n < L || (m > FEW_ROWS && scattered(brs, k))) {
      pack(buffers.packed, b, bo, brs, bcs, n, k, PANEL);
      b = buffers.packed;
      bo = 0;
      brs = Packing.width(n);
    }
    buffers.panel.rows(
        c, co, ldc, a, ao, ars, acs, b, bo, brs, start, so, ss, relu, m, n, k);
  }

  /** Whether the rows of a panel share cache sets, or are short and many. */
  private static boolean scattered(int brs, int k) {
    return brs % ALIASING == 0 || (L < 16 && k > SHORT);
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
}
