package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

// Written by TileGenerator in the test sources: change that, not this.

/**
 * Register tiles of four rows by up to three vectors of columns: 12 chains of fused multiply-adds,
 * three vectors of b and one broadcast fill 16 registers. Of fewer rows the last is repeated.
 *
 * <p>The spelling is what C2 compiles to multiply-adds, their loads and little else, also where it
 * parks integers in vector registers ({@code UseFPUForSpilling}): all operands are fields of one
 * object, steps are subtracted, terms are counted down, the last vector of b has an index of its own,
 * sums start from one buffer without gaps. A choice of starts within a tile spoils its loop.
 */
final class Tile4Shared {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  private Tile4Shared() {}

  /**
   * {@code c(i, j) = start(i, j) + sum over p of a(i, p) b(p, j)}, each element one chain, for a c of
   * t.m x t.n elements, a whole vector of columns at least. The columns of b are contiguous. The last
   * vector of a row ends with the last column and may overlap the one before.
   * All rows start from the same vectors, which lie one after the other.
   */
  static void tile(Product t, int vectors) {
    switch (vectors) {
      case 1 -> tile4x1(t);
      case 2 -> tile4x2(t);
      default -> tile4x3(t);
    }
  }

  private static void tile4x3(Product t) {
    float[] start = t.start;
    int so = t.so;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c01 = fromArray(F, start, so + L);
    FloatVector c02 = fromArray(F, start, so + 2 * L);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c12 = c02;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c22 = c02;
    FloatVector c30 = c00;
    FloatVector c31 = c01;
    FloatVector c32 = c02;
    float[] a = t.a;
    int ao = t.ao;
    int as = -t.acs;
    int a1 = Math.min(1, t.m - 1) * t.ars;
    int a2 = Math.min(2, t.m - 1) * t.ars;
    int a3 = Math.min(3, t.m - 1) * t.ars;
    float[] b = t.b;
    int bo = t.bo;
    int bs = -t.brs;
    int bl = bo + t.n - L;
    for (int p = t.k; p > 0; p--, ao -= as, bo -= bs, bl -= bs) {
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
    }
    float[] c = t.c;
    int co = t.co;
    int last = t.n - L;
    int c1 = Math.min(1, t.m - 1) * t.ldc;
    int c2 = Math.min(2, t.m - 1) * t.ldc;
    int c3 = Math.min(3, t.m - 1) * t.ldc;
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
  }

  private static void tile4x2(Product t) {
    float[] start = t.start;
    int so = t.so;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c01 = fromArray(F, start, so + L);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c30 = c00;
    FloatVector c31 = c01;
    float[] a = t.a;
    int ao = t.ao;
    int as = -t.acs;
    int a1 = Math.min(1, t.m - 1) * t.ars;
    int a2 = Math.min(2, t.m - 1) * t.ars;
    int a3 = Math.min(3, t.m - 1) * t.ars;
    float[] b = t.b;
    int bo = t.bo;
    int bs = -t.brs;
    int bl = bo + t.n - L;
    for (int p = t.k; p > 0; p--, ao -= as, bo -= bs, bl -= bs) {
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
    }
    float[] c = t.c;
    int co = t.co;
    int last = t.n - L;
    int c1 = Math.min(1, t.m - 1) * t.ldc;
    int c2 = Math.min(2, t.m - 1) * t.ldc;
    int c3 = Math.min(3, t.m - 1) * t.ldc;
    c00.intoArray(c, co);
    c01.intoArray(c, co + last);
    c10.intoArray(c, co + c1);
    c11.intoArray(c, co + c1 + last);
    c20.intoArray(c, co + c2);
    c21.intoArray(c, co + c2 + last);
    c30.intoArray(c, co + c3);
    c31.intoArray(c, co + c3 + last);
  }

  private static void tile4x1(Product t) {
    float[] start = t.start;
    int so = t.so;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c10 = c00;
    FloatVector c20 = c00;
    FloatVector c30 = c00;
    float[] a = t.a;
    int ao = t.ao;
    int as = -t.acs;
    int a1 = Math.min(1, t.m - 1) * t.ars;
    int a2 = Math.min(2, t.m - 1) * t.ars;
    int a3 = Math.min(3, t.m - 1) * t.ars;
    float[] b = t.b;
    int bo = t.bo;
    int bs = -t.brs;
    for (int p = t.k; p > 0; p--, ao -= as, bo -= bs) {
      FloatVector b0 = fromArray(F, b, bo);
      FloatVector x = broadcast(F, a[ao]);
      c00 = x.fma(b0, c00);
      x = broadcast(F, a[ao + a1]);
      c10 = x.fma(b0, c10);
      x = broadcast(F, a[ao + a2]);
      c20 = x.fma(b0, c20);
      x = broadcast(F, a[ao + a3]);
      c30 = x.fma(b0, c30);
    }
    float[] c = t.c;
    int co = t.co;
    int c1 = Math.min(1, t.m - 1) * t.ldc;
    int c2 = Math.min(2, t.m - 1) * t.ldc;
    int c3 = Math.min(3, t.m - 1) * t.ldc;
    c00.intoArray(c, co);
    c10.intoArray(c, co + c1);
    c20.intoArray(c, co + c2);
    c30.intoArray(c, co + c3);
  }
}
