package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Tiles of a matrix product for machines with 16 vector registers. */
final class Tile16 {
  static final int ROWS = 5;
  static final int VECTORS = 2;
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  private Tile16() {}

  /** A tile of {@code vectors} columns vectors, chosen by width. */
  static void tile(
      float[] c, int co, int ldc, float[] start, int so, int ss,
      float[] a, int ao, int ars, int acs, float[] b, int bo, int brs,
      int rows, int vectors, int k) {
    switch (vectors) {
      case 1 -> tile5x1(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, k);
      default -> tile5x2(c, co, ldc, start, so, ss, a, ao, ars, acs, b, bo, brs, rows, k);
    }
  }

  private static void tile5x2(
      float[] c, int co, int ldc, float[] start, int so, int ss,
      float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int rows, int k) {
    int a1 = Math.min(1, rows - 1) * ars;
    int a2 = Math.min(2, rows - 1) * ars;
    int a3 = Math.min(3, rows - 1) * ars;
    int a4 = Math.min(4, rows - 1) * ars;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c01 = fromArray(F, start, so + L);
    FloatVector c10 = fromArray(F, start, so + ss);
    FloatVector c11 = fromArray(F, start, so + ss + L);
    FloatVector c20 = fromArray(F, start, so + 2 * ss);
    FloatVector c21 = fromArray(F, start, so + 2 * ss + L);
    FloatVector c30 = fromArray(F, start, so + 3 * ss);
    FloatVector c31 = fromArray(F, start, so + 3 * ss + L);
    FloatVector c40 = fromArray(F, start, so + 4 * ss);
    FloatVector c41 = fromArray(F, start, so + 4 * ss + L);
    for (int p = 0; p < k; p++, ao += acs, bo += brs) {
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
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c10.intoArray(c, co + ldc);
    c11.intoArray(c, co + ldc + L);
    c20.intoArray(c, co + 2 * ldc);
    c21.intoArray(c, co + 2 * ldc + L);
    c30.intoArray(c, co + 3 * ldc);
    c31.intoArray(c, co + 3 * ldc + L);
    c40.intoArray(c, co + 4 * ldc);
    c41.intoArray(c, co + 4 * ldc + L);
  }

  private static void tile5x1(
      float[] c, int co, int ldc, float[] start, int so, int ss,
      float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int rows, int k) {
    int a1 = Math.min(1, rows - 1) * ars;
    int a2 = Math.min(2, rows - 1) * ars;
    int a3 = Math.min(3, rows - 1) * ars;
    int a4 = Math.min(4, rows - 1) * ars;
    FloatVector c00 = fromArray(F, start, so);
    FloatVector c10 = fromArray(F, start, so + ss);
    FloatVector c20 = fromArray(F, start, so + 2 * ss);
    FloatVector c30 = fromArray(F, start, so + 3 * ss);
    FloatVector c40 = fromArray(F, start, so + 4 * ss);
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
    }
    c00.intoArray(c, co);
    c10.intoArray(c, co + ldc);
    c20.intoArray(c, co + 2 * ldc);
    c30.intoArray(c, co + 3 * ldc);
    c40.intoArray(c, co + 4 * ldc);
  }
}
