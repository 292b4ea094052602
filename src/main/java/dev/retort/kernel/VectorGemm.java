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
  private static final boolean MANY_REGISTERS = L == 16 || System.getProperty("os.arch").equals("aarch64");

  private static final int PANEL = Packing.PANEL;

  /** Most rows of a tile. */
  private static final int TILE = 8;

  /** Longest block of the inner index, and the longest where c is computed transposed. */
  private static final int INNER = 800;

  private static final int TRANSPOSED_INNER = 1280;

  /** Terms and columns of b transposed at a time for one row, where not in registers. */
  private static final int ROW_INNER = 64;

  private static final int ROW_COLUMNS = 2 * L;

  /** Rows of c that pass by a panel of b before the next panel. */
  private static final int TALL = 512;

  /** Up to this many rows b is read in place, whatever its strides. */
  private static final int FEW_ROWS = 128;

  /** Rows this many floats apart share cache sets: 4 KiB. */
  private static final int ALIASING = 1024;

  /** Terms up to which a panel of narrow vectors is read in place. */
  private static final int SHORT = 256;

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
  private final float[] starts = new float[TILE * PANEL];
  private final float[] vectors = new float[TILE * L];
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

  /** One row of c: along the rows of b where its columns are contiguous, else by transposed blocks. */
  private void row(Product p) {
    if (p.bcs == 1 || p.n == 1) {
      VectorRow.row(p);
      return;
    }
    VectorRow.copyStart(p);
    boolean inRegisters = TransposedBlock.EXISTS && p.brs == 1 && p.k >= ROW_INNER;
    int columns = inRegisters ? p.n / L * L : 0;
    int terms = p.k / L * L;
    for (int j = 0; j < columns; j += L) {
      part.slice(p, 0, 1, j, L, 0, terms);
      TransposedBlock.row(part);
    }
    packedRow(p, 0, columns, terms);
    packedRow(p, columns, p.n, 0);
  }

  /** Adds the terms from the given one on to columns from (inclusive) to (exclusive). */
  private void packedRow(Product p, int from, int to, int term) {
    for (int j = from; j < to; j += ROW_COLUMNS) {
      for (int q = term; q < p.k; q += ROW_INNER) {
        int columns = Math.min(ROW_COLUMNS, to - j);
        part.slice(p, 0, 1, j, columns, q, Math.min(ROW_INNER, p.k - q));
        pack(part.b, part.bo, part.brs, part.bcs, columns, part.k);
        part.right(packed, 0, Packing.width(columns), 1);
        VectorRow.row(part);
      }
    }
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

  private void straight(Product p, int from, int terms) {
    for (int i = 0; i < p.m; i += TALL) {
      for (int j = 0, columns; j < p.n; j += columns) {
        columns = Packing.columns(p.n - j);
        part.slice(p, i, Math.min(TALL, p.m - i), j, columns, from, terms);
        if (mustPack(part)) {
          pack(part.b, part.bo, part.brs, part.bcs, columns, terms);
          part.right(packed, 0, Packing.width(columns), 1);
        }
        panel(part);
      }
    }
  }

  /** Whether columns are not contiguous, or rows of b share cache sets, or are short and many. */
  private static boolean mustPack(Product p) {
    return p.bcs != 1 || p.n < L
        || (p.m > FEW_ROWS && (p.brs % ALIASING == 0 || (L < 16 && p.k > SHORT)));
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
    tile.slice(p, 0, p.m, 0, Math.max(p.n, L), 0, p.k);
    tile.startingAt(p.start == null ? ZEROS : starts, 0, p.start == null ? 0 : p.ss);
    if (partOfVector) {
      tile.into(vectors, 0, L);
    }
    if (p.start != null && p.ss == 0) {
      gatherStarts(p, 0, 1);
    }
    for (int i = 0, height; i < p.m; i += height) {
      height = height(p.m - i);
      tile.m = Math.min(height, p.m - i);
      tile.ao = p.ao + i * p.ars;
      if (p.start != null && p.ss != 0) {
        gatherStarts(p, i, height);
      }
      if (!partOfVector) {
        tile.co = p.co + i * p.ldc;
      }
      tile(height, Math.ceilDiv(p.n, L));
      for (int r = 0; partOfVector && r < tile.m; r++) {
        System.arraycopy(vectors, r * L, p.c, p.co + (i + r) * p.ldc, p.n);
      }
    }
    if (p.relu) {
      VectorKernels.rectify(p.c, p.co, p.ldc, p.m, p.n);
    }
  }

  private void tile(int height, int width) {
    if (tile.ss == 0) {
      switch (height) {
        case 8 -> Tile8Shared.tile(tile, width);
        case 6 -> Tile6Shared.tile(tile, width);
        default -> Tile4Shared.tile(tile, width);
      }
      return;
    }
    switch (height) {
      case 8 -> Tile8.tile(tile, width);
      case 6 -> Tile6.tile(tile, width);
      default -> Tile4.tile(tile, width);
    }
  }

  /** Rows of the next tile, so that tiles of 8, 6 and 4 cover any even number of rows exactly. */
  private static int height(int left) {
    if (left <= 4 || left == 7 || !MANY_REGISTERS) {
      return 4;
    }
    return left == 8 || left > 10 ? 8 : 6;
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
