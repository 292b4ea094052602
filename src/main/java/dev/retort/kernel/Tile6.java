package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of six rows by one, two or three vectors of columns: with {@link Tile8} and {@link Tile4}
 * it covers any even number of rows.
 */
final class Tile6 {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  private Tile6() {}

  /**
   * {@code c(i, j) = start(i, j) + sum over p of a(i, p) b(p, j)}, each element one chain. Rows
   * beyond the operands' repeat the last one: they read and write nothing that is not its own.
   */
  static void tile(Operands t, int vectors) {
    switch (vectors) {
      case 1 -> tile6x1(t);
      case 2 -> tile6x2(t);
      default -> tile6x3(t);
    }
  }

  private static void tile6x3(Operands t) {
    int r1 = Math.min(1, t.rows - 1);
    int r2 = Math.min(2, t.rows - 1);
    int r3 = Math.min(3, t.rows - 1);
    int r4 = Math.min(4, t.rows - 1);
    int r5 = Math.min(5, t.rows - 1);
    int last = t.last;
    float[] start = t.start;
    int so = t.so;
    int ss = t.ss;
    boolean shared = ss == 0;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c01 = fromArray(F, start, so + L);
    FloatVector c02 = fromArray(F, start, so + last);
    FloatVector c10 = shared ? c00 : fromArray(F, start, so + r1 * ss);
    FloatVector c11 = shared ? c01 : fromArray(F, start, so + r1 * ss + L);
    FloatVector c12 = shared ? c02 : fromArray(F, start, so + r1 * ss + last);
    FloatVector c20 = shared ? c00 : fromArray(F, start, so + r2 * ss);
    FloatVector c21 = shared ? c01 : fromArray(F, start, so + r2 * ss + L);
    FloatVector c22 = shared ? c02 : fromArray(F, start, so + r2 * ss + last);
    FloatVector c30 = shared ? c00 : fromArray(F, start, so + r3 * ss);
    FloatVector c31 = shared ? c01 : fromArray(F, start, so + r3 * ss + L);
    FloatVector c32 = shared ? c02 : fromArray(F, start, so + r3 * ss + last);
    FloatVector c40 = shared ? c00 : fromArray(F, start, so + r4 * ss);
    FloatVector c41 = shared ? c01 : fromArray(F, start, so + r4 * ss + L);
    FloatVector c42 = shared ? c02 : fromArray(F, start, so + r4 * ss + last);
    FloatVector c50 = shared ? c00 : fromArray(F, start, so + r5 * ss);
    FloatVector c51 = shared ? c01 : fromArray(F, start, so + r5 * ss + L);
    FloatVector c52 = shared ? c02 : fromArray(F, start, so + r5 * ss + last);
    float[] a = t.a;
    int ao = t.ao;
    int ars = t.ars;
    int acs = t.acs;
    float[] b = t.b;
    int bo = t.bo;
    int brs = t.brs;
    int a1 = r1 * ars;
    int a2 = r2 * ars;
    int a3 = r3 * ars;
    int a4 = r4 * ars;
    int a5 = r5 * ars;
    for (int p = 0, k = t.k; p < k; p++, ao += acs, bo += brs) {
      FloatVector b0 = fromArray(F, b, bo);
      FloatVector b1 = fromArray(F, b, bo + L);
      FloatVector b2 = fromArray(F, b, bo + last);
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
      x = broadcast(F, a[ao + a4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      c42 = x.fma(b2, c42);
      x = broadcast(F, a[ao + a5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      c52 = x.fma(b2, c52);
    }
    float[] c = t.c;
    int co = t.co;
    int ldc = t.ldc;
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c02.intoArray(c, co + last);
    c10.intoArray(c, co + r1 * ldc);
    c11.intoArray(c, co + r1 * ldc + L);
    c12.intoArray(c, co + r1 * ldc + last);
    c20.intoArray(c, co + r2 * ldc);
    c21.intoArray(c, co + r2 * ldc + L);
    c22.intoArray(c, co + r2 * ldc + last);
    c30.intoArray(c, co + r3 * ldc);
    c31.intoArray(c, co + r3 * ldc + L);
    c32.intoArray(c, co + r3 * ldc + last);
    c40.intoArray(c, co + r4 * ldc);
    c41.intoArray(c, co + r4 * ldc + L);
    c42.intoArray(c, co + r4 * ldc + last);
    c50.intoArray(c, co + r5 * ldc);
    c51.intoArray(c, co + r5 * ldc + L);
    c52.intoArray(c, co + r5 * ldc + last);
  }

  private static void tile6x2(Operands t) {
    int r1 = Math.min(1, t.rows - 1);
    int r2 = Math.min(2, t.rows - 1);
    int r3 = Math.min(3, t.rows - 1);
    int r4 = Math.min(4, t.rows - 1);
    int r5 = Math.min(5, t.rows - 1);
    int last = t.last;
    float[] start = t.start;
    int so = t.so;
    int ss = t.ss;
    boolean shared = ss == 0;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c01 = fromArray(F, start, so + last);
    FloatVector c10 = shared ? c00 : fromArray(F, start, so + r1 * ss);
    FloatVector c11 = shared ? c01 : fromArray(F, start, so + r1 * ss + last);
    FloatVector c20 = shared ? c00 : fromArray(F, start, so + r2 * ss);
    FloatVector c21 = shared ? c01 : fromArray(F, start, so + r2 * ss + last);
    FloatVector c30 = shared ? c00 : fromArray(F, start, so + r3 * ss);
    FloatVector c31 = shared ? c01 : fromArray(F, start, so + r3 * ss + last);
    FloatVector c40 = shared ? c00 : fromArray(F, start, so + r4 * ss);
    FloatVector c41 = shared ? c01 : fromArray(F, start, so + r4 * ss + last);
    FloatVector c50 = shared ? c00 : fromArray(F, start, so + r5 * ss);
    FloatVector c51 = shared ? c01 : fromArray(F, start, so + r5 * ss + last);
    float[] a = t.a;
    int ao = t.ao;
    int ars = t.ars;
    int acs = t.acs;
    float[] b = t.b;
    int bo = t.bo;
    int brs = t.brs;
    int a1 = r1 * ars;
    int a2 = r2 * ars;
    int a3 = r3 * ars;
    int a4 = r4 * ars;
    int a5 = r5 * ars;
    for (int p = 0, k = t.k; p < k; p++, ao += acs, bo += brs) {
      FloatVector b0 = fromArray(F, b, bo);
      FloatVector b1 = fromArray(F, b, bo + last);
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
    float[] c = t.c;
    int co = t.co;
    int ldc = t.ldc;
    c00.intoArray(c, co);
    c01.intoArray(c, co + last);
    c10.intoArray(c, co + r1 * ldc);
    c11.intoArray(c, co + r1 * ldc + last);
    c20.intoArray(c, co + r2 * ldc);
    c21.intoArray(c, co + r2 * ldc + last);
    c30.intoArray(c, co + r3 * ldc);
    c31.intoArray(c, co + r3 * ldc + last);
    c40.intoArray(c, co + r4 * ldc);
    c41.intoArray(c, co + r4 * ldc + last);
    c50.intoArray(c, co + r5 * ldc);
    c51.intoArray(c, co + r5 * ldc + last);
  }

  private static void tile6x1(Operands t) {
    int r1 = Math.min(1, t.rows - 1);
    int r2 = Math.min(2, t.rows - 1);
    int r3 = Math.min(3, t.rows - 1);
    int r4 = Math.min(4, t.rows - 1);
    int r5 = Math.min(5, t.rows - 1);
    float[] start = t.start;
    int so = t.so;
    int ss = t.ss;
    boolean shared = ss == 0;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c10 = shared ? c00 : fromArray(F, start, so + r1 * ss);
    FloatVector c20 = shared ? c00 : fromArray(F, start, so + r2 * ss);
    FloatVector c30 = shared ? c00 : fromArray(F, start, so + r3 * ss);
    FloatVector c40 = shared ? c00 : fromArray(F, start, so + r4 * ss);
    FloatVector c50 = shared ? c00 : fromArray(F, start, so + r5 * ss);
    float[] a = t.a;
    int ao = t.ao;
    int ars = t.ars;
    int acs = t.acs;
    float[] b = t.b;
    int bo = t.bo;
    int brs = t.brs;
    int a1 = r1 * ars;
    int a2 = r2 * ars;
    int a3 = r3 * ars;
    int a4 = r4 * ars;
    int a5 = r5 * ars;
    for (int p = 0, k = t.k; p < k; p++, ao += acs, bo += brs) {
      FloatVector b0 = fromArray(F, b, bo);
      FloatVector x = broadcast(F, a[ao]);
      c00 = x.fma(b0, c00);
      x = broadcast(F, a[ao + a1]);
      c10 = x.fma(b0, c10);
      x = broadcast(F, a[ao + a2]);
      c20 = x.fma(b0, c20);
      x = broadcast(F, a[ao + a3]);
      c30 = x.fma(b0, c30);
      x = broadcast(F, a[ao + a4]);
      c40 = x.fma(b0, c40);
      x = broadcast(F, a[ao + a5]);
      c50 = x.fma(b0, c50);
    }
    float[] c = t.c;
    int co = t.co;
    int ldc = t.ldc;
    c00.intoArray(c, co);
    c10.intoArray(c, co + r1 * ldc);
    c20.intoArray(c, co + r2 * ldc);
    c30.intoArray(c, co + r3 * ldc);
    c40.intoArray(c, co + r4 * ldc);
    c50.intoArray(c, co + r5 * ldc);
  }
}
