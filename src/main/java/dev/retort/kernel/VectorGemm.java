package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.fromArray;

import module java.base;
import jdk.incubator.vector.VectorSpecies;

/**
 * The matrix product on one thread. Every element of c is one chain of fused multiply-adds, held in
 * a lane of a register tile while the inner index ascends. Between blocks of the inner index the
 * chain rests in c, which loses nothing: a float stored is a float loaded.
 *
 * <p>Rows of a are read in place, one element broadcast at a time, whatever their strides. The tiles
 * want the columns of b contiguous: b is read in place if they are, else packed, which absorbs a
 * transpose. Where it is less work to transpose a and c, c is computed transposed. The constants
 * have their reasons in benchmarks/DECISIONS.md.
 */
final class VectorGemm {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();
  private static final int PANEL = Packing.PANEL;

  /** Most rows of packed tiles in one call. */
  private static final int PACKED_ROWS = 8 * PackedTile.ROWS;

  /** Rows of a that pass by the panels of b before the next rows. */
  private static final int TALL = Packing.MANY_REGISTERS ? 512 : PACKED_ROWS;

  /** Longest block of the inner index, and the longest where c is computed transposed. */
  private static final int INNER = 800;
  private static final int TRANSPOSED_INNER = 1280;

  /** Up to this many rows b is read in place, whatever its strides. */
  private static final int FEW_ROWS = 128;

  /** Rows this many floats apart share cache sets: 4 KiB. */
  private static final int ALIASING = 1024;

  /** Up to this many columns lanes run along the rows of c. */
  private static final int NARROW = 12;

  /** Columns and rows of c transposed at a time; a stride that is no power of two. */
  private static final int STRIP = 48;
  private static final int STRIP_ROWS = 240;
  private static final int STRIP_STRIDE = 272;

  /** Floats of packed panels: a quarter of a second-level cache. */
  private static final int BLOCK = 64 * 1024;

  private static final float[] ZEROS = new float[PANEL];
  private static final PerThread<VectorGemm> OF_THREAD = new PerThread<>(VectorGemm::new);

  private final Product whole = new Product();
  private final Product part = new Product();
  private final Product panel = new Product();
  private final Product tile = new Product();
  private final float[] packed = new float[BLOCK + Packing.ROOM];
  private final float[] transposed = new float[STRIP * STRIP_STRIDE];
  private final float[] starts = new float[PACKED_ROWS * PANEL];
  private final float[] vectors = new float[PACKED_ROWS * L];
  private final float[] block = new float[L * L];

  private VectorGemm() {}

  /** Computes a block of a product's outputs, as {@link Kernels#gemm}. */
  static void gemm(Product p, int row, int rows, int column, int columns) {
    if (rows == 0 || columns == 0) {
      return;
    }
    VectorGemm gemm = OF_THREAD.get();
    gemm.whole.slice(p, row, rows, column, columns, 0, p.k);
    gemm.run(gemm.whole);
    gemm.whole.release();
    gemm.part.release();
    gemm.panel.release();
    gemm.tile.release();
  }

  private void run(Product p) {
    if (p.k == 1 && p.bcs == 1) {
      VectorRow.outer(p);
    } else if (p.m == 1) {
      row(p);
    } else {
      blocks(p);
      return;
    }
    if (p.relu) {
      VectorKernels.rectify(p.c, p.co, p.ldc, p.m, p.n);
    }
  }

  /** One row of c: along the rows of b where its columns are contiguous, else by long blocks, transposed, or scalar. */
  private void row(Product p) {
    if (p.bcs == 1 || p.n == 1) {
      VectorRow.row(p);
      return;
    }
    if (L < 16 || p.brs != 1 || p.k < 4 * L) {
      ScalarGemm.gemm(p, 0, 1, 0, p.n);
      return;
    }
    VectorRow.copyStart(p);
    int columns = p.n / L * L;
    int terms = p.k / L * L;
    for (int j = 0; j < columns; j += L) {
      part.slice(p, 0, 1, j, L, 0, terms);
      TransposedBlock.row16(part);
    }
    part.slice(p, 0, 1, 0, columns, terms, p.k - terms);
    ScalarGemm.gemm(part, 0, 1, 0, columns);
    ScalarGemm.gemm(p, 0, 1, columns, p.n - columns);
  }

  /** Blocks of the inner index, all of about the same length; each goes on from what the last left. */
  private void blocks(Product p) {
    boolean transposes = transposes(p);
    int longest = transposes ? TRANSPOSED_INNER : INNER;
    int depth = Math.ceilDiv(p.k, Math.max(1, Math.ceilDiv(p.k, longest)));
    boolean relu = p.relu;
    int from = 0;
    do {
      int terms = Math.min(depth, p.k - from);
      p.rectified(relu && from + terms == p.k);
      if (transposes) {
        transposed(p, from, terms);
      } else {
        straight(p, from, terms);
      }
      p.startingAt(p.c, p.co, p.ldc);
      from += terms;
    } while (from < p.k);
  }

  /**
   * Whether to compute c transposed: for few columns, so that lanes run along the rows, unless that
   * takes a transposition of a which narrow vectors do not win back; and where it is less work to
   * transpose a and c than b.
   */
  private static boolean transposes(Product p) {
    if (p.m < L) {
      return false;
    }
    if (p.n <= NARROW) {
      return p.ars == 1 || L == 16;
    }
    return p.brs == 1 && p.bcs != 1 && (long) p.m * (p.n + p.k) < 2L * p.n * p.k;
  }

  /** Panels of b are packed as many at a time as the second-level cache holds, so that long rows are read. */
  private void straight(Product p, int from, int terms) {
    boolean packs = mustPack(p);
    int most = packs ? Math.max(PANEL, BLOCK / Math.max(1, terms) / PANEL * PANEL) : p.n;
    for (int j = 0, columns; j < p.n; j += columns) {
      columns = Packing.columns(p.n - j, most);
      if (packs) {
        part.slice(p, 0, p.m, j, columns, from, terms);
        pack(part.b, part.bo, part.brs, part.bcs, columns, terms);
      }
      for (int i = 0; i < p.m; i += TALL) {
        for (int q = 0, width; q < columns; q += width) {
          width = Packing.columns(columns - q);
          part.slice(p, i, Math.min(TALL, p.m - i), j + q, width, from, terms);
          if (packs) {
            part.right(packed, q * terms, Packing.width(width), 1);
          }
          panel(part);
        }
      }
    }
  }

  /** Whether columns are not contiguous, or rows of b share cache sets, or tiles want b packed. */
  private static boolean mustPack(Product p) {
    boolean pays = Packing.MANY_REGISTERS ? p.m > FEW_ROWS && p.brs % ALIASING == 0 : p.m > L && p.n >= PANEL;
    return p.bcs != 1 || p.n < L || pays;
  }

  /** c transposed is b transposed times a transposed, whose panels are packed or read in place. */
  private void transposed(Product p, int from, int terms) {
    boolean inPlace = p.ars == 1 && p.n <= FEW_ROWS;
    int most = Math.min(STRIP_ROWS, BLOCK / Math.max(1, terms) / PANEL * PANEL);
    for (int i = 0, rows; i < p.m; i += rows) {
      rows = Packing.columns(p.m - i, most);
      for (int j = 0; j < p.n; j += STRIP) {
        part.slice(p, i, rows, j, Math.min(STRIP, p.n - j), from, terms);
        if (j == 0 && !inPlace) {
          pack(part.a, part.ao, part.acs, part.ars, rows, terms);
        }
        strip(part, inPlace);
      }
    }
  }

  /** A strip of c's columns by way of a buffer. */
  private void strip(Product p, boolean inPlace) {
    if (p.start != null && p.ss != 0) {
      Packing.transpose(transposed, 0, STRIP_STRIDE, p.start, p.so, p.ss, p.m, p.n);
    }
    for (int j = 0; p.start != null && p.ss == 0 && j < p.n; j++) {
      Arrays.fill(transposed, j * STRIP_STRIDE, j * STRIP_STRIDE + p.m, p.start[p.so + j]);
    }
    for (int i = 0, rows; i < p.m; i += rows) {
      rows = Packing.columns(p.m - i);
      panel
          .into(transposed, i, STRIP_STRIDE)
          .left(p.b, p.bo, p.bcs, p.brs)
          .startingAt(p.start == null ? null : transposed, i, STRIP_STRIDE)
          .rectified(p.relu)
          .sized(p.n, rows, p.k);
      if (inPlace) {
        panel.right(p.a, p.ao + i, p.acs, 1);
      } else {
        panel.right(packed, i * p.k, Packing.width(rows), 1);
      }
      panel(panel);
    }
    if (p.n < L && p.ldc == p.n) {
      Packing.fewRows(p.c, p.co, transposed, 0, STRIP_STRIDE, p.n, p.m, block);
    } else {
      Packing.transpose(p.c, p.co, p.ldc, transposed, 0, STRIP_STRIDE, p.n, p.m);
    }
  }

  private void pack(float[] b, int bo, int brs, int bcs, int n, int k) {
    if (bcs == 1) {
      Packing.rows(packed, b, bo, brs, n, k);
    } else if (brs == 1) {
      Packing.transposed(packed, b, bo, bcs, n, k);
    } else {
      Packing.strided(packed, b, bo, brs, bcs, n, k);
    }
  }

  /**
   * The macro-kernel: all rows of a times a panel of b, whose columns are contiguous, tile by tile.
   * Fewer columns than a vector has lanes go by way of a buffer.
   */
  private void panel(Product p) {
    boolean partOfVector = p.n < L;
    boolean isPacked = !Packing.MANY_REGISTERS && p.n == PANEL && p.brs == PANEL;
    tile.slice(p, 0, p.m, 0, Math.max(p.n, L), 0, p.k);
    tile.startingAt(p.start == null ? ZEROS : starts, 0, p.start == null ? 0 : p.ss);
    if (partOfVector) {
      tile.into(vectors, 0, L);
    }
    if (p.start != null && p.ss == 0) {
      gatherStarts(p, 0, 1);
    }
    for (int i = 0, height; i < p.m; i += height) {
      int tiles = Math.ceilDiv(p.m - i, PackedTile.ROWS);
      height = isPacked ? Math.min(PACKED_ROWS, tiles * PackedTile.ROWS) : height(p.m - i);
      tile.m = Math.min(height, p.m - i);
      tile.ao = p.ao + i * p.ars;
      if (p.start != null && p.ss != 0) {
        gatherStarts(p, i, height);
      }
      if (!partOfVector) {
        tile.co = p.co + i * p.ldc;
      }
      Tiles.tile(tile, isPacked ? 0 : height, Math.ceilDiv(p.n, L));
      for (int r = 0; partOfVector && r < tile.m; r++) {
        System.arraycopy(vectors, r * L, p.c, p.co + (i + r) * p.ldc, p.n);
      }
    }
    if (p.relu) {
      VectorKernels.rectify(p.c, p.co, p.ldc, p.m, p.n);
    }
  }

  /** Rows of the next tile, so that tiles of 8, where there are registers, 6 and 4 cover even numbers exactly. */
  private static int height(int left) {
    if (left <= 4 || left == 7 || (left == 8 && !Packing.MANY_REGISTERS)) {
      return 4;
    }
    return Packing.MANY_REGISTERS && (left == 8 || left > 10) ? 8 : 6;
  }

  /** Copies rows of the start to where a tile reads it; the last row is repeated. */
  private void gatherStarts(Product p, int row, int rows) {
    int width = Packing.width(p.n);
    for (int i = 0; i < rows; i++) {
      int from = p.so + Math.min(row + i, p.m - 1) * p.ss;
      if (p.n < L) {
        System.arraycopy(p.start, from, starts, i * width, p.n);
      }
      for (int v = 0; p.n >= L && v < width; v += L) {
        fromArray(F, p.start, from + Math.min(v, p.n - L)).intoArray(starts, i * width + v);
      }
    }
  }
}
