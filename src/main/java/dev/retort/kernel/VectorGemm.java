package dev.retort.kernel;

import java.util.Arrays;
import jdk.incubator.vector.VectorSpecies;

/**
 * The matrix product: every element of c is one chain of fused multiply-adds, held in a lane of a
 * register tile while the inner index ascends. Between blocks of the inner index the chain rests in
 * c, which loses nothing: a float stored is a float loaded.
 */
final class VectorGemm {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();
  private static final boolean MANY_REGISTERS =
      L == 16 || System.getProperty("os.arch").equals("aarch64");
  private static final int TILE_ROWS = MANY_REGISTERS ? Tile32.ROWS : Tile16.ROWS;
  private static final int TILE_VECTORS = MANY_REGISTERS ? Tile32.VECTORS : Tile16.VECTORS;
  private static final int TILE_COLUMNS = TILE_VECTORS * L;

  /** Inner block: a panel of b stays in the second-level cache. */
  private static final int KC = 384;

  /** Rows whose block of a is packed at once. */
  private static final int MC = 32 * TILE_ROWS;

  private static final float[] ZEROS = new float[TILE_COLUMNS];
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private VectorGemm() {}

  /** What a thread keeps between products. */
  private static final class Scratch {
    final float[] a = new float[MC * KC];
    final float[] b = new float[KC * TILE_COLUMNS];
    final float[] tile = new float[TILE_ROWS * TILE_COLUMNS];
  }

  static void gemm(
      float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int ss,
      boolean relu, int m, int n, int k) {
    Scratch scratch = SCRATCH.get();
    for (int i = 0; i < m; i += MC) {
      int p = 0;
      do {
        boolean first = p == 0;
        boolean last = p + KC >= k;
        block(
            scratch, c, co + i * ldc, ldc,
            a, ao + i * ars + p * acs, ars, acs,
            b, bo + p * brs, brs, bcs,
            first ? start : c, first ? so + i * ss : co + i * ldc, first ? ss : ldc,
            relu && last, Math.min(MC, m - i), n, Math.min(KC, k - p));
        p += KC;
      } while (p < k);
    }
  }

  private static void block(
      Scratch scratch, float[] c, int co, int ldc,
      float[] a, int ao, int ars, int acs,
      float[] b, int bo, int brs, int bcs,
      float[] start, int so, int ss,
      boolean relu, int m, int n, int k) {
    boolean direct = n <= TILE_COLUMNS;
    if (!direct) {
      packA(scratch.a, a, ao, ars, acs, m, k);
    }
    for (int j = 0; j < n; j += TILE_COLUMNS) {
      int columns = Math.min(TILE_COLUMNS, n - j);
      int vectors = (columns + L - 1) / L;
      packB(scratch.b, b, bo + j * bcs, brs, bcs, columns, vectors * L, k);
      for (int i = 0; i < m; i += TILE_ROWS) {
        int rows = Math.min(TILE_ROWS, m - i);
        float[] tileStart = start == null ? ZEROS : start;
        int tileSo = start == null ? 0 : so + i * ss + j;
        int tileSs = start == null ? 0 : ss;
        float[] ta = direct ? a : scratch.a;
        int tao = direct ? ao + i * ars : i * k;
        int tars = direct ? ars : 1;
        int tacs = direct ? acs : TILE_ROWS;
        if (rows == TILE_ROWS && columns == vectors * L) {
          tile(
              c, co + i * ldc + j, ldc, tileStart, tileSo, tileSs,
              ta, tao, tars, tacs, scratch.b, 0, vectors * L, rows, vectors, k);
        } else {
          copy(scratch.tile, 0, vectors * L, tileStart, tileSo, tileSs, rows, columns);
          tile(
              scratch.tile, 0, vectors * L, scratch.tile, 0, vectors * L,
              ta, tao, tars, tacs, scratch.b, 0, vectors * L, rows, vectors, k);
          copy(c, co + i * ldc + j, ldc, scratch.tile, 0, vectors * L, rows, columns);
        }
        if (relu) {
          for (int r = 0; r < rows; r++) {
            int o = co + (i + r) * ldc + j;
            VectorElements.relu(c, o, c, o, columns);
          }
        }
      }
    }
  }

  private static void tile(
      float[] c, int co, int ldc, float[] start, int so, int ss,
      float[] a, int ao, int ars, int acs, float[] b, int bo, int brs,
      int rows, int vectors, int k) {
    if (MANY_REGISTERS) {
      Tile32.tile(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, vectors, k);
    } else {
      Tile16.tile(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, vectors, k);
    }
  }

  /** Tiles of rows one after the other; in a tile, the rows of one inner index side by side. */
  private static void packA(float[] packed, float[] a, int ao, int ars, int acs, int m, int k) {
    for (int i = 0; i < m; i += TILE_ROWS) {
      int rows = Math.min(TILE_ROWS, m - i);
      int o = i * k;
      for (int r = 0; r < rows; r++) {
        int from = ao + (i + r) * ars;
        for (int p = 0; p < k; p++) {
          packed[o + p * TILE_ROWS + r] = a[from + p * acs];
        }
      }
    }
  }

  private static void packB(
      float[] packed, float[] b, int bo, int brs, int bcs, int columns, int width, int k) {
    if (bcs == 1) {
      for (int p = 0; p < k; p++) {
        System.arraycopy(b, bo + p * brs, packed, p * width, columns);
        Arrays.fill(packed, p * width + columns, (p + 1) * width, 0f);
      }
    } else {
      for (int p = 0; p < k; p++) {
        for (int j = 0; j < columns; j++) {
          packed[p * width + j] = b[bo + p * brs + j * bcs];
        }
        Arrays.fill(packed, p * width + columns, (p + 1) * width, 0f);
      }
    }
  }

  private static void copy(
      float[] y, int yo, int ldy, float[] x, int xo, int ldx, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(x, xo + r * ldx, y, yo + r * ldy, columns);
    }
  }
}
