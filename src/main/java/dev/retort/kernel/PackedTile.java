package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

// Written by TileGenerator in the test sources: change that, not this.

/**
 * Register tiles of six rows by two vectors of packed columns: 12 chains of fused multiply-adds, two
 * vectors of b and one broadcast leave one of 16 registers. All rows of a go by in one call, as
 * entering costs as much as ten terms; of a last tile of fewer rows the last is repeated.
 *
 * <p>Steps of b that are constants, and its index as the loop's own, save eight instructions a term
 * against {@link Tile6}: with 16 registers it is instructions that bound the loop.
 */
final class PackedTile {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  /** Rows of a tile. */
  static final int ROWS = 6;

  private PackedTile() {}

  /**
   * {@code c(i, j) = start(i, j) + sum over p of a(i, p) b(p, j)}, each element one chain, for a c of
   * t.m rows and two vectors of columns. Rows of b have no gap between them.
   * The start holds the vectors of a row one after the other, row by row.
   */
  static void tile6x2(Product t) {
    float[] start = t.start;
    int so = t.so;
    float[] a = t.a;
    int row = t.ao;
    int ars = t.ars;
    int as = -t.acs;
    float[] b = t.b;
    int from = t.bo;
    int end = from + 2 * L * t.k;
    float[] c = t.c;
    int co = t.co;
    int ldc = t.ldc;
    for (int left = t.m; left > 0; left -= ROWS, row += ROWS * ars, co += ROWS * ldc) {
      FloatVector c00 = fromArray(F, start, so);
      FloatVector c01 = fromArray(F, start, so + L);
      FloatVector c10 = fromArray(F, start, so + 2 * L);
      FloatVector c11 = fromArray(F, start, so + 3 * L);
      FloatVector c20 = fromArray(F, start, so + 4 * L);
      FloatVector c21 = fromArray(F, start, so + 5 * L);
      FloatVector c30 = fromArray(F, start, so + 6 * L);
      FloatVector c31 = fromArray(F, start, so + 7 * L);
      FloatVector c40 = fromArray(F, start, so + 8 * L);
      FloatVector c41 = fromArray(F, start, so + 9 * L);
      FloatVector c50 = fromArray(F, start, so + 10 * L);
      FloatVector c51 = fromArray(F, start, so + 11 * L);
      int a1 = Math.min(1, left - 1) * ars;
      int a2 = Math.min(2, left - 1) * ars;
      int a3 = Math.min(3, left - 1) * ars;
      int a4 = Math.min(4, left - 1) * ars;
      int a5 = Math.min(5, left - 1) * ars;
      int ao = row;
      for (int bo = from; bo < end; bo += 2 * L, ao -= as) {
        FloatVector b0 = fromArray(F, b, bo);
        FloatVector b1 = fromArray(F, b, bo + L);
        FloatVector x = broadcast(F, a[ao]);
        c00 = x.fma(b0, c00);
        c01 = x.fma(b1, c01);
        x = broadcast(F, a[ao + a1]);
        c10 = x.fma(b0, c10);
        c11 = x.fma(b1, c11);
        x = broadcast(F, a[ao + a2]);
        c20 = x.fma(b0, c20);
        c21 = x.fma(b1, c21);
        x = broadcast(F, a[ao + a3]);
        c30 = x.fma(b0, c30);
        c31 = x.fma(b1, c31);
        x = broadcast(F, a[ao + a4]);
        c40 = x.fma(b0, c40);
        c41 = x.fma(b1, c41);
        x = broadcast(F, a[ao + a5]);
        c50 = x.fma(b0, c50);
        c51 = x.fma(b1, c51);
      }
      int c1 = Math.min(1, left - 1) * ldc;
      int c2 = Math.min(2, left - 1) * ldc;
      int c3 = Math.min(3, left - 1) * ldc;
      int c4 = Math.min(4, left - 1) * ldc;
      int c5 = Math.min(5, left - 1) * ldc;
      c00.intoArray(c, co);
      c01.intoArray(c, co + L);
      c10.intoArray(c, co + c1);
      c11.intoArray(c, co + c1 + L);
      c20.intoArray(c, co + c2);
      c21.intoArray(c, co + c2 + L);
      c30.intoArray(c, co + c3);
      c31.intoArray(c, co + c3 + L);
      c40.intoArray(c, co + c4);
      c41.intoArray(c, co + c4 + L);
      c50.intoArray(c, co + c5);
      c51.intoArray(c, co + c5 + L);
      so += ROWS * 2 * L;
    }
  }
}
