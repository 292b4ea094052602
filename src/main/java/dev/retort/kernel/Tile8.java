package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of eight rows, never fewer, by one, two or three vectors of columns: 24 chains, three
 * vectors of b and one broadcast fill most of 32 registers. The rows are reached from two of them:
 * seven offsets would not stay in registers.
 */
final class Tile8 {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  private Tile8() {}

  /** {@code c(i, j) = start(i, j) + sum over p of a(i, p) b(p, j)}, each element one chain. */
  static void tile(Operands t, int vectors) {
    switch (vectors) {
      case 1 -> tile8x1(t);
      case 2 -> tile8x2(t);
      default -> tile8x3(t);
    }
  }

  private static void tile8x3(Operands t) {
    int last = t.last;
    float[] start = t.start;
    int so = t.so;
    int ss = t.ss;
    boolean shared = ss == 0;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c01 = fromArray(F, start, so + L);
    FloatVector c02 = fromArray(F, start, so + last);
    FloatVector c10 = shared ? c00 : fromArray(F, start, so + ss);
    FloatVector c11 = shared ? c01 : fromArray(F, start, so + ss + L);
    FloatVector c12 = shared ? c02 : fromArray(F, start, so + ss + last);
    FloatVector c20 = shared ? c00 : fromArray(F, start, so + 2 * ss);
    FloatVector c21 = shared ? c01 : fromArray(F, start, so + 2 * ss + L);
    FloatVector c22 = shared ? c02 : fromArray(F, start, so + 2 * ss + last);
    FloatVector c30 = shared ? c00 : fromArray(F, start, so + 3 * ss);
    FloatVector c31 = shared ? c01 : fromArray(F, start, so + 3 * ss + L);
    FloatVector c32 = shared ? c02 : fromArray(F, start, so + 3 * ss + last);
    FloatVector c40 = shared ? c00 : fromArray(F, start, so + 4 * ss);
    FloatVector c41 = shared ? c01 : fromArray(F, start, so + 4 * ss + L);
    FloatVector c42 = shared ? c02 : fromArray(F, start, so + 4 * ss + last);
    FloatVector c50 = shared ? c00 : fromArray(F, start, so + 5 * ss);
    FloatVector c51 = shared ? c01 : fromArray(F, start, so + 5 * ss + L);
    FloatVector c52 = shared ? c02 : fromArray(F, start, so + 5 * ss + last);
    FloatVector c60 = shared ? c00 : fromArray(F, start, so + 6 * ss);
    FloatVector c61 = shared ? c01 : fromArray(F, start, so + 6 * ss + L);
    FloatVector c62 = shared ? c02 : fromArray(F, start, so + 6 * ss + last);
    FloatVector c70 = shared ? c00 : fromArray(F, start, so + 7 * ss);
    FloatVector c71 = shared ? c01 : fromArray(F, start, so + 7 * ss + L);
    FloatVector c72 = shared ? c02 : fromArray(F, start, so + 7 * ss + last);
    float[] a = t.a;
    int ao = t.ao;
    int ars = t.ars;
    int acs = t.acs;
    float[] b = t.b;
    int bo = t.bo;
    int brs = t.brs;
    int a2 = 2 * ars;
    int a3 = 3 * ars;
    int half = ao + 4 * ars;
    for (int p = 0, k = t.k; p < k; p++, ao += acs, half += acs, bo += brs) {
      FloatVector b0 = fromArray(F, b, bo);
      FloatVector b1 = fromArray(F, b, bo + L);
      FloatVector b2 = fromArray(F, b, bo + last);
      FloatVector x = broadcast(F, a[ao]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      x = broadcast(F, a[ao + ars]);
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
      x = broadcast(F, a[half]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      c42 = x.fma(b2, c42);
      x = broadcast(F, a[half + ars]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      c52 = x.fma(b2, c52);
      x = broadcast(F, a[half + a2]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      c62 = x.fma(b2, c62);
      x = broadcast(F, a[half + a3]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      c72 = x.fma(b2, c72);
    }
    float[] c = t.c;
    int co = t.co;
    int ldc = t.ldc;
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c02.intoArray(c, co + last);
    c10.intoArray(c, co + ldc);
    c11.intoArray(c, co + ldc + L);
    c12.intoArray(c, co + ldc + last);
    c20.intoArray(c, co + 2 * ldc);
    c21.intoArray(c, co + 2 * ldc + L);
    c22.intoArray(c, co + 2 * ldc + last);
    c30.intoArray(c, co + 3 * ldc);
    c31.intoArray(c, co + 3 * ldc + L);
    c32.intoArray(c, co + 3 * ldc + last);
    c40.intoArray(c, co + 4 * ldc);
    c41.intoArray(c, co + 4 * ldc + L);
    c42.intoArray(c, co + 4 * ldc + last);
    c50.intoArray(c, co + 5 * ldc);
    c51.intoArray(c, co + 5 * ldc + L);
    c52.intoArray(c, co + 5 * ldc + last);
    c60.intoArray(c, co + 6 * ldc);
    c61.intoArray(c, co + 6 * ldc + L);
    c62.intoArray(c, co + 6 * ldc + last);
    c70.intoArray(c, co + 7 * ldc);
    c71.intoArray(c, co + 7 * ldc + L);
    c72.intoArray(c, co + 7 * ldc + last);
  }

  private static void tile8x2(Operands t) {
    int last = t.last;
    float[] start = t.start;
    int so = t.so;
    int ss = t.ss;
    boolean shared = ss == 0;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c01 = fromArray(F, start, so + last);
    FloatVector c10 = shared ? c00 : fromArray(F, start, so + ss);
    FloatVector c11 = shared ? c01 : fromArray(F, start, so + ss + last);
    FloatVector c20 = shared ? c00 : fromArray(F, start, so + 2 * ss);
    FloatVector c21 = shared ? c01 : fromArray(F, start, so + 2 * ss + last);
    FloatVector c30 = shared ? c00 : fromArray(F, start, so + 3 * ss);
    FloatVector c31 = shared ? c01 : fromArray(F, start, so + 3 * ss + last);
    FloatVector c40 = shared ? c00 : fromArray(F, start, so + 4 * ss);
    FloatVector c41 = shared ? c01 : fromArray(F, start, so + 4 * ss + last);
    FloatVector c50 = shared ? c00 : fromArray(F, start, so + 5 * ss);
    FloatVector c51 = shared ? c01 : fromArray(F, start, so + 5 * ss + last);
    FloatVector c60 = shared ? c00 : fromArray(F, start, so + 6 * ss);
    FloatVector c61 = shared ? c01 : fromArray(F, start, so + 6 * ss + last);
    FloatVector c70 = shared ? c00 : fromArray(F, start, so + 7 * ss);
    FloatVector c71 = shared ? c01 : fromArray(F, start, so + 7 * ss + last);
    float[] a = t.a;
    int ao = t.ao;
    int ars = t.ars;
    int acs = t.acs;
    float[] b = t.b;
    int bo = t.bo;
    int brs = t.brs;
    int a2 = 2 * ars;
    int a3 = 3 * ars;
    int half = ao + 4 * ars;
    for (int p = 0, k = t.k; p < k; p++, ao += acs, half += acs, bo += brs) {
      FloatVector b0 = fromArray(F, b, bo);
      FloatVector b1 = fromArray(F, b, bo + last);
      FloatVector x = broadcast(F, a[ao]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = broadcast(F, a[ao + ars]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = broadcast(F, a[ao + a2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = broadcast(F, a[ao + a3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = broadcast(F, a[half]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = broadcast(F, a[half + ars]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = broadcast(F, a[half + a2]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = broadcast(F, a[half + a3]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
    }
    float[] c = t.c;
    int co = t.co;
    int ldc = t.ldc;
    c00.intoArray(c, co);
    c01.intoArray(c, co + last);
    c10.intoArray(c, co + ldc);
    c11.intoArray(c, co + ldc + last);
    c20.intoArray(c, co + 2 * ldc);
    c21.intoArray(c, co + 2 * ldc + last);
    c30.intoArray(c, co + 3 * ldc);
    c31.intoArray(c, co + 3 * ldc + last);
    c40.intoArray(c, co + 4 * ldc);
    c41.intoArray(c, co + 4 * ldc + last);
    c50.intoArray(c, co + 5 * ldc);
    c51.intoArray(c, co + 5 * ldc + last);
    c60.intoArray(c, co + 6 * ldc);
    c61.intoArray(c, co + 6 * ldc + last);
    c70.intoArray(c, co + 7 * ldc);
    c71.intoArray(c, co + 7 * ldc + last);
  }

  private static void tile8x1(Operands t) {
    float[] start = t.start;
    int so = t.so;
    int ss = t.ss;
    boolean shared = ss == 0;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c10 = shared ? c00 : fromArray(F, start, so + ss);
    FloatVector c20 = shared ? c00 : fromArray(F, start, so + 2 * ss);
    FloatVector c30 = shared ? c00 : fromArray(F, start, so + 3 * ss);
    FloatVector c40 = shared ? c00 : fromArray(F, start, so + 4 * ss);
    FloatVector c50 = shared ? c00 : fromArray(F, start, so + 5 * ss);
    FloatVector c60 = shared ? c00 : fromArray(F, start, so + 6 * ss);
    FloatVector c70 = shared ? c00 : fromArray(F, start, so + 7 * ss);
    float[] a = t.a;
    int ao = t.ao;
    int ars = t.ars;
    int acs = t.acs;
    float[] b = t.b;
    int bo = t.bo;
    int brs = t.brs;
    int a2 = 2 * ars;
    int a3 = 3 * ars;
    int half = ao + 4 * ars;
    for (int p = 0, k = t.k; p < k; p++, ao += acs, half += acs, bo += brs) {
      FloatVector b0 = fromArray(F, b, bo);
      FloatVector x = broadcast(F, a[ao]);
      c00 = x.fma(b0, c00);
      x = broadcast(F, a[ao + ars]);
      c10 = x.fma(b0, c10);
      x = broadcast(F, a[ao + a2]);
      c20 = x.fma(b0, c20);
      x = broadcast(F, a[ao + a3]);
      c30 = x.fma(b0, c30);
      x = broadcast(F, a[half]);
      c40 = x.fma(b0, c40);
      x = broadcast(F, a[half + ars]);
      c50 = x.fma(b0, c50);
      x = broadcast(F, a[half + a2]);
      c60 = x.fma(b0, c60);
      x = broadcast(F, a[half + a3]);
      c70 = x.fma(b0, c70);
    }
    float[] c = t.c;
    int co = t.co;
    int ldc = t.ldc;
    c00.intoArray(c, co);
    c10.intoArray(c, co + ldc);
    c20.intoArray(c, co + 2 * ldc);
    c30.intoArray(c, co + 3 * ldc);
    c40.intoArray(c, co + 4 * ldc);
    c50.intoArray(c, co + 5 * ldc);
    c60.intoArray(c, co + 6 * ldc);
    c70.intoArray(c, co + 7 * ldc);
  }
}
