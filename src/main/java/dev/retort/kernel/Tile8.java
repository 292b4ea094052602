package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

// Written by TileGenerator in the test sources: change that, not this.

/**
 * Register tiles of eight rows, never fewer, by up to three vectors of columns: 24 chains of fused
 * multiply-adds, three vectors of b and one broadcast fill most of 32 registers. The rows are reached
 * from two of them: seven offsets would not stay in registers.
 *
 * <p>The spelling is what C2 compiles to multiply-adds, their loads and little else, also where it
 * parks integers in vector registers ({@code UseFPUForSpilling}): all operands are fields of one
 * object, steps are subtracted, terms are counted down, the last vector of b has an index of its own,
 * sums start from one buffer without gaps. A choice of starts within a tile spoils its loop.
 */
final class Tile8 {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  private Tile8() {}

  /**
   * {@code c(i, j) = start(i, j) + sum over p of a(i, p) b(p, j)}, each element one chain, for a c of
   * t.m x t.n elements, a whole vector of columns at least. The columns of b are contiguous. The last
   * vector of a row ends with the last column and may overlap the one before.
   * The start holds the vectors of a row one after the other, row by row.
   */
  static void tile(Product t, int vectors) {
    switch (vectors) {
      case 1 -> tile8x1(t);
      case 2 -> tile8x2(t);
      default -> tile8x3(t);
    }
  }

  private static void tile8x3(Product t) {
    float[] start = t.start;
    int so = t.so;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c01 = fromArray(F, start, so + L);
    FloatVector c02 = fromArray(F, start, so + 2 * L);
    FloatVector c10 = fromArray(F, start, so + 3 * L);
    FloatVector c11 = fromArray(F, start, so + 4 * L);
    FloatVector c12 = fromArray(F, start, so + 5 * L);
    FloatVector c20 = fromArray(F, start, so + 6 * L);
    FloatVector c21 = fromArray(F, start, so + 7 * L);
    FloatVector c22 = fromArray(F, start, so + 8 * L);
    FloatVector c30 = fromArray(F, start, so + 9 * L);
    FloatVector c31 = fromArray(F, start, so + 10 * L);
    FloatVector c32 = fromArray(F, start, so + 11 * L);
    FloatVector c40 = fromArray(F, start, so + 12 * L);
    FloatVector c41 = fromArray(F, start, so + 13 * L);
    FloatVector c42 = fromArray(F, start, so + 14 * L);
    FloatVector c50 = fromArray(F, start, so + 15 * L);
    FloatVector c51 = fromArray(F, start, so + 16 * L);
    FloatVector c52 = fromArray(F, start, so + 17 * L);
    FloatVector c60 = fromArray(F, start, so + 18 * L);
    FloatVector c61 = fromArray(F, start, so + 19 * L);
    FloatVector c62 = fromArray(F, start, so + 20 * L);
    FloatVector c70 = fromArray(F, start, so + 21 * L);
    FloatVector c71 = fromArray(F, start, so + 22 * L);
    FloatVector c72 = fromArray(F, start, so + 23 * L);
    float[] a = t.a;
    int ao = t.ao;
    int as = -t.acs;
    int a1 = 1 * t.ars;
    int a2 = 2 * t.ars;
    int a3 = 3 * t.ars;
    int a4 = ao + 4 * t.ars;
    float[] b = t.b;
    int bo = t.bo;
    int bs = -t.brs;
    int bl = bo + t.n - L;
    for (int p = t.k; p > 0; p--, ao -= as, a4 -= as, bo -= bs, bl -= bs) {
      FloatVector b0 = fromArray(F, b, bo);
      FloatVector b1 = fromArray(F, b, bo + L);
      FloatVector b2 = fromArray(F, b, bl);
      FloatVector x = broadcast(F, a[ao]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      x = broadcast(F, a[ao + a1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      x = broadcast(F, a[ao + a2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      x = broadcast(F, a[ao + a3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      x = broadcast(F, a[a4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      c42 = x.fma(b2, c42);
      x = broadcast(F, a[a4 + a1]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      c52 = x.fma(b2, c52);
      x = broadcast(F, a[a4 + a2]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      c62 = x.fma(b2, c62);
      x = broadcast(F, a[a4 + a3]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      c72 = x.fma(b2, c72);
    }
    float[] c = t.c;
    int co = t.co;
    int last = t.n - L;
    int c1 = 1 * t.ldc;
    int c2 = 2 * t.ldc;
    int c3 = 3 * t.ldc;
    int c4 = 4 * t.ldc;
    int c5 = 5 * t.ldc;
    int c6 = 6 * t.ldc;
    int c7 = 7 * t.ldc;
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c02.intoArray(c, co + last);
    c10.intoArray(c, co + c1);
    c11.intoArray(c, co + c1 + L);
    c12.intoArray(c, co + c1 + last);
    c20.intoArray(c, co + c2);
    c21.intoArray(c, co + c2 + L);
    c22.intoArray(c, co + c2 + last);
    c30.intoArray(c, co + c3);
    c31.intoArray(c, co + c3 + L);
    c32.intoArray(c, co + c3 + last);
    c40.intoArray(c, co + c4);
    c41.intoArray(c, co + c4 + L);
    c42.intoArray(c, co + c4 + last);
    c50.intoArray(c, co + c5);
    c51.intoArray(c, co + c5 + L);
    c52.intoArray(c, co + c5 + last);
    c60.intoArray(c, co + c6);
    c61.intoArray(c, co + c6 + L);
    c62.intoArray(c, co + c6 + last);
    c70.intoArray(c, co + c7);
    c71.intoArray(c, co + c7 + L);
    c72.intoArray(c, co + c7 + last);
  }

  private static void tile8x2(Product t) {
    float[] start = t.start;
    int so = t.so;
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
    FloatVector c60 = fromArray(F, start, so + 12 * L);
    FloatVector c61 = fromArray(F, start, so + 13 * L);
    FloatVector c70 = fromArray(F, start, so + 14 * L);
    FloatVector c71 = fromArray(F, start, so + 15 * L);
    float[] a = t.a;
    int ao = t.ao;
    int as = -t.acs;
    int a1 = 1 * t.ars;
    int a2 = 2 * t.ars;
    int a3 = 3 * t.ars;
    int a4 = ao + 4 * t.ars;
    float[] b = t.b;
    int bo = t.bo;
    int bs = -t.brs;
    int bl = bo + t.n - L;
    for (int p = t.k; p > 0; p--, ao -= as, a4 -= as, bo -= bs, bl -= bs) {
      FloatVector b0 = fromArray(F, b, bo);
      FloatVector b1 = fromArray(F, b, bl);
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
      x = broadcast(F, a[a4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = broadcast(F, a[a4 + a1]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = broadcast(F, a[a4 + a2]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = broadcast(F, a[a4 + a3]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
    }
    float[] c = t.c;
    int co = t.co;
    int last = t.n - L;
    int c1 = 1 * t.ldc;
    int c2 = 2 * t.ldc;
    int c3 = 3 * t.ldc;
    int c4 = 4 * t.ldc;
    int c5 = 5 * t.ldc;
    int c6 = 6 * t.ldc;
    int c7 = 7 * t.ldc;
    c00.intoArray(c, co);
    c01.intoArray(c, co + last);
    c10.intoArray(c, co + c1);
    c11.intoArray(c, co + c1 + last);
    c20.intoArray(c, co + c2);
    c21.intoArray(c, co + c2 + last);
    c30.intoArray(c, co + c3);
    c31.intoArray(c, co + c3 + last);
    c40.intoArray(c, co + c4);
    c41.intoArray(c, co + c4 + last);
    c50.intoArray(c, co + c5);
    c51.intoArray(c, co + c5 + last);
    c60.intoArray(c, co + c6);
    c61.intoArray(c, co + c6 + last);
    c70.intoArray(c, co + c7);
    c71.intoArray(c, co + c7 + last);
  }

  private static void tile8x1(Product t) {
    float[] start = t.start;
    int so = t.so;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c10 = fromArray(F, start, so + L);
    FloatVector c20 = fromArray(F, start, so + 2 * L);
    FloatVector c30 = fromArray(F, start, so + 3 * L);
    FloatVector c40 = fromArray(F, start, so + 4 * L);
    FloatVector c50 = fromArray(F, start, so + 5 * L);
    FloatVector c60 = fromArray(F, start, so + 6 * L);
    FloatVector c70 = fromArray(F, start, so + 7 * L);
    float[] a = t.a;
    int ao = t.ao;
    int as = -t.acs;
    int a1 = 1 * t.ars;
    int a2 = 2 * t.ars;
    int a3 = 3 * t.ars;
    int a4 = ao + 4 * t.ars;
    float[] b = t.b;
    int bo = t.bo;
    int bs = -t.brs;
    for (int p = t.k; p > 0; p--, ao -= as, a4 -= as, bo -= bs) {
      FloatVector b0 = fromArray(F, b, bo);
      FloatVector x = broadcast(F, a[ao]);
      c00 = x.fma(b0, c00);
      x = broadcast(F, a[ao + a1]);
      c10 = x.fma(b0, c10);
      x = broadcast(F, a[ao + a2]);
      c20 = x.fma(b0, c20);
      x = broadcast(F, a[ao + a3]);
      c30 = x.fma(b0, c30);
      x = broadcast(F, a[a4]);
      c40 = x.fma(b0, c40);
      x = broadcast(F, a[a4 + a1]);
      c50 = x.fma(b0, c50);
      x = broadcast(F, a[a4 + a2]);
      c60 = x.fma(b0, c60);
      x = broadcast(F, a[a4 + a3]);
      c70 = x.fma(b0, c70);
    }
    float[] c = t.c;
    int co = t.co;
    int c1 = 1 * t.ldc;
    int c2 = 2 * t.ldc;
    int c3 = 3 * t.ldc;
    int c4 = 4 * t.ldc;
    int c5 = 5 * t.ldc;
    int c6 = 6 * t.ldc;
    int c7 = 7 * t.ldc;
    c00.intoArray(c, co);
    c10.intoArray(c, co + c1);
    c20.intoArray(c, co + c2);
    c30.intoArray(c, co + c3);
    c40.intoArray(c, co + c4);
    c50.intoArray(c, co + c5);
    c60.intoArray(c, co + c6);
    c70.intoArray(c, co + c7);
  }
}
