package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of four rows by one, two or three vectors of columns: twelve chains, three vectors of b
 * and one broadcast fill 16 registers.
 */
final class Tile4 {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  private Tile4() {}

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
      tile4x1(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, k);
    } else if (vectors == 2) {
      tile4x2(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, last, k);
    } else {
      tile4x3(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, last, k);
    }
  }

  private static void tile4x3(
      float[] c, int co, int ldc, float[] start, int so, int ss,
      float[] a, int ao, int ars, int acs, float[] b, int bo, int brs,
      int rows, int last, int k) {
    int r1 = Math.min(1, rows - 1);
    int r2 = Math.min(2, rows - 1);
    int r3 = Math.min(3, rows - 1);
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
    int a1 = r1 * ars;
    int a2 = r2 * ars;
    int a3 = r3 * ars;
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
  }

  private static void tile4x2(
      float[] c, int co, int ldc, float[] start, int so, int ss,
      float[] a, int ao, int ars, int acs, float[] b, int bo, int brs,
      int rows, int last, int k) {
    int r1 = Math.min(1, rows - 1);
    int r2 = Math.min(2, rows - 1);
    int r3 = Math.min(3, rows - 1);
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c01 = fromArray(F, start, so + last);
    FloatVector c10 = fromArray(F, start, so + r1 * ss);
    FloatVector c11 = fromArray(F, start, so + r1 * ss + last);
    FloatVector c20 = fromArray(F, start, so + r2 * ss);
    FloatVector c21 = fromArray(F, start, so + r2 * ss + last);
    FloatVector c30 = fromArray(F, start, so + r3 * ss);
    FloatVector c31 = fromArray(F, start, so + r3 * ss + last);
    int a1 = r1 * ars;
    int a2 = r2 * ars;
    int a3 = r3 * ars;
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
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + last);
    c10.intoArray(c, co + r1 * ldc);
    c11.intoArray(c, co + r1 * ldc + last);
    c20.intoArray(c, co + r2 * ldc);
    c21.intoArray(c, co + r2 * ldc + last);
    c30.intoArray(c, co + r3 * ldc);
    c31.intoArray(c, co + r3 * ldc + last);
  }

  private static void tile4x1(
      float[] c, int co, int ldc, float[] start, int so, int ss,
      float[] a, int ao, int ars, int acs, float[] b, int bo, int brs,
      int rows, int k) {
    int r1 = Math.min(1, rows - 1);
    int r2 = Math.min(2, rows - 1);
    int r3 = Math.min(3, rows - 1);
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c10 = fromArray(F, start, so + r1 * ss);
    FloatVector c20 = fromArray(F, start, so + r2 * ss);
    FloatVector c30 = fromArray(F, start, so + r3 * ss);
    int a1 = r1 * ars;
    int a2 = r2 * ars;
    int a3 = r3 * ars;
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
    }
    c00.intoArray(c, co);
    c10.intoArray(c, co + r1 * ldc);
    c20.intoArray(c, co + r2 * ldc);
    c30.intoArray(c, co + r3 * ldc);
  }
}
