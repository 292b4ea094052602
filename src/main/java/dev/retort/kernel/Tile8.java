package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of eight rows by one, two or three vectors of columns: 24 chains, three vectors of b and
 * one broadcast fill most of 32 registers.
 */
final class Tile8 {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  private Tile8() {}

  /**
   * {@code c(i, j) = start(i, j) + sum over p of a(i, p) b(p, j)}, each element one chain, for
   * {@code vectors} whole vectors of columns. From {@code rows} on, rows repeat the last one: they
   * read and write nothing that is not its own.
   */
  static void tile(
      float[] c, int co, int ldc, float[] start, int so, int ss,
      float[] a, int ao, int ars, int acs, float[] b, int bo, int brs,
      int rows, int vectors, int last, int k) {
    if (vectors == 1) {
      tile8x1(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, k);
    } else if (vectors == 2) {
      tile8x2(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, last, k);
    } else {
      tile8x3(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, last, k);
    }
  }

  private static void tile8x3(
      float[] c, int co, int ldc, float[] start, int so, int ss,
      float[] a, int ao, int ars, int acs, float[] b, int bo, int brs,
      int rows, int last, int k) {
    int r1 = Math.min(1, rows - 1);
    int r2 = Math.min(2, rows - 1);
    int r3 = Math.min(3, rows - 1);
    int r4 = Math.min(4, rows - 1);
    int r5 = Math.min(5, rows - 1);
    int r6 = Math.min(6, rows - 1);
    int r7 = Math.min(7, rows - 1);
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c01 = fromArray(F, start, so + L);
    FloatVector c02 = fromArray(F, start, so + last);
    FloatVector c10 = fromArray(F, start, so + r1 * ss);
    FloatVector c11 = fromArray(F, start, so + r1 * ss + L);
    FloatVector c12 = fromArray(F, start, so + r1 * ss + last);
    FloatVector c20 = fromArray(F, start, so + r2 * ss);
    FloatVector c21 = fromArray(F, start, so + r2 * ss + L);
    FloatVector c22 = fromArray(F, start, so + r2 * ss + last);
    FloatVector c30 = fromArray(F, start, so + r3 * ss);
    FloatVector c31 = fromArray(F, start, so + r3 * ss + L);
    FloatVector c32 = fromArray(F, start, so + r3 * ss + last);
    FloatVector c40 = fromArray(F, start, so + r4 * ss);
    FloatVector c41 = fromArray(F, start, so + r4 * ss + L);
    FloatVector c42 = fromArray(F, start, so + r4 * ss + last);
    FloatVector c50 = fromArray(F, start, so + r5 * ss);
    FloatVector c51 = fromArray(F, start, so + r5 * ss + L);
    FloatVector c52 = fromArray(F, start, so + r5 * ss + last);
    FloatVector c60 = fromArray(F, start, so + r6 * ss);
    FloatVector c61 = fromArray(F, start, so + r6 * ss + L);
    FloatVector c62 = fromArray(F, start, so + r6 * ss + last);
    FloatVector c70 = fromArray(F, start, so + r7 * ss);
    FloatVector c71 = fromArray(F, start, so + r7 * ss + L);
    FloatVector c72 = fromArray(F, start, so + r7 * ss + last);
    int a1 = r1 * ars;
    int a2 = r2 * ars;
    int a3 = r3 * ars;
    int a4 = r4 * ars;
    int a5 = r5 * ars;
    int a6 = r6 * ars;
    int a7 = r7 * ars;
    for (int p = 0; p < k; p++, ao += acs, bo += brs) {
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
      x = broadcast(F, a[ao + a6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      c62 = x.fma(b2, c62);
      x = broadcast(F, a[ao + a7]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      c72 = x.fma(b2, c72);
    }
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
    c60.intoArray(c, co + r6 * ldc);
    c61.intoArray(c, co + r6 * ldc + L);
    c62.intoArray(c, co + r6 * ldc + last);
    c70.intoArray(c, co + r7 * ldc);
    c71.intoArray(c, co + r7 * ldc + L);
    c72.intoArray(c, co + r7 * ldc + last);
  }

  private static void tile8x2(
      float[] c, int co, int ldc, float[] start, int so, int ss,
      float[] a, int ao, int ars, int acs, float[] b, int bo, int brs,
      int rows, int last, int k) {
    int r1 = Math.min(1, rows - 1);
    int r2 = Math.min(2, rows - 1);
    int r3 = Math.min(3, rows - 1);
    int r4 = Math.min(4, rows - 1);
    int r5 = Math.min(5, rows - 1);
    int r6 = Math.min(6, rows - 1);
    int r7 = Math.min(7, rows - 1);
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c01 = fromArray(F, start, so + last);
    FloatVector c10 = fromArray(F, start, so + r1 * ss);
    FloatVector c11 = fromArray(F, start, so + r1 * ss + last);
    FloatVector c20 = fromArray(F, start, so + r2 * ss);
    FloatVector c21 = fromArray(F, start, so + r2 * ss + last);
    FloatVector c30 = fromArray(F, start, so + r3 * ss);
    FloatVector c31 = fromArray(F, start, so + r3 * ss + last);
    FloatVector c40 = fromArray(F, start, so + r4 * ss);
    FloatVector c41 = fromArray(F, start, so + r4 * ss + last);
    FloatVector c50 = fromArray(F, start, so + r5 * ss);
    FloatVector c51 = fromArray(F, start, so + r5 * ss + last);
    FloatVector c60 = fromArray(F, start, so + r6 * ss);
    FloatVector c61 = fromArray(F, start, so + r6 * ss + last);
    FloatVector c70 = fromArray(F, start, so + r7 * ss);
    FloatVector c71 = fromArray(F, start, so + r7 * ss + last);
    int a1 = r1 * ars;
    int a2 = r2 * ars;
    int a3 = r3 * ars;
    int a4 = r4 * ars;
    int a5 = r5 * ars;
    int a6 = r6 * ars;
    int a7 = r7 * ars;
    for (int p = 0; p < k; p++, ao += acs, bo += brs) {
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
      x = broadcast(F, a[ao + a6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = broadcast(F, a[ao + a7]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
    }
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
    c60.intoArray(c, co + r6 * ldc);
    c61.intoArray(c, co + r6 * ldc + last);
    c70.intoArray(c, co + r7 * ldc);
    c71.intoArray(c, co + r7 * ldc + last);
  }

  private static void tile8x1(
      float[] c, int co, int ldc, float[] start, int so, int ss,
      float[] a, int ao, int ars, int acs, float[] b, int bo, int brs,
      int rows, int k) {
    int r1 = Math.min(1, rows - 1);
    int r2 = Math.min(2, rows - 1);
    int r3 = Math.min(3, rows - 1);
    int r4 = Math.min(4, rows - 1);
    int r5 = Math.min(5, rows - 1);
    int r6 = Math.min(6, rows - 1);
    int r7 = Math.min(7, rows - 1);
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c10 = fromArray(F, start, so + r1 * ss);
    FloatVector c20 = fromArray(F, start, so + r2 * ss);
    FloatVector c30 = fromArray(F, start, so + r3 * ss);
    FloatVector c40 = fromArray(F, start, so + r4 * ss);
    FloatVector c50 = fromArray(F, start, so + r5 * ss);
    FloatVector c60 = fromArray(F, start, so + r6 * ss);
    FloatVector c70 = fromArray(F, start, so + r7 * ss);
    int a1 = r1 * ars;
    int a2 = r2 * ars;
    int a3 = r3 * ars;
    int a4 = r4 * ars;
    int a5 = r5 * ars;
    int a6 = r6 * ars;
    int a7 = r7 * ars;
    for (int p = 0; p < k; p++, ao += acs, bo += brs) {
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
      x = broadcast(F, a[ao + a6]);
      c60 = x.fma(b0, c60);
      x = broadcast(F, a[ao + a7]);
      c70 = x.fma(b0, c70);
    }
    c00.intoArray(c, co);
    c10.intoArray(c, co + r1 * ldc);
    c20.intoArray(c, co + r2 * ldc);
    c30.intoArray(c, co + r3 * ldc);
    c40.intoArray(c, co + r4 * ldc);
    c50.intoArray(c, co + r5 * ldc);
    c60.intoArray(c, co + r6 * ldc);
    c70.intoArray(c, co + r7 * ldc);
  }
}
