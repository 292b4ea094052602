package dev.retort.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** One row times a matrix whose rows are contiguous, and one column times one row. */
final class VectorRow {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  private VectorRow() {}

  /** Continues the chains in c, n columns by k terms; room is for a vector. */
  static void row(
      float[] c, int co, float[] a, int ao, int acs, float[] b, int bo, int brs, int n, int k,
      float[] room) {
    if (n >= L && n <= 2 * L) {
      twoVectors(c, co, a, ao, acs, b, bo, brs, n, k);
      return;
    }
    int whole = F.loopBound(n);
    int p = 0;
    for (; whole > 0 && p <= k - 8; p += 8) {
      eightTerms(c, co, a, ao + p * acs, acs, b, bo + p * brs, brs, whole);
    }
    for (; whole > 0 && p < k; p++) {
      timesFrom(c, co, a[ao + p * acs], b, bo + p * brs, c, co, whole);
    }
    if (whole < n) {
      partOfVector(c, co + whole, a, ao, acs, b, bo + whole, brs, n - whole, k, room);
    }
  }

  /** Along the rows of b, eight at a time: c passes through the first-level cache. */
  private static void eightTerms(
      float[] c, int co, float[] a, int ao, int acs, float[] b, int bo, int brs, int n) {
    FloatVector a0 = FloatVector.broadcast(F, a[ao]);
    FloatVector a1 = FloatVector.broadcast(F, a[ao + acs]);
    FloatVector a2 = FloatVector.broadcast(F, a[ao + 2 * acs]);
    FloatVector a3 = FloatVector.broadcast(F, a[ao + 3 * acs]);
    FloatVector a4 = FloatVector.broadcast(F, a[ao + 4 * acs]);
    FloatVector a5 = FloatVector.broadcast(F, a[ao + 5 * acs]);
    FloatVector a6 = FloatVector.broadcast(F, a[ao + 6 * acs]);
    FloatVector a7 = FloatVector.broadcast(F, a[ao + 7 * acs]);
    for (int j = 0; j < n; j += L) {
      FloatVector s = FloatVector.fromArray(F, c, co + j);
      s = a0.fma(FloatVector.fromArray(F, b, bo + j), s);
      s = a1.fma(FloatVector.fromArray(F, b, bo + brs + j), s);
      s = a2.fma(FloatVector.fromArray(F, b, bo + 2 * brs + j), s);
      s = a3.fma(FloatVector.fromArray(F, b, bo + 3 * brs + j), s);
      s = a4.fma(FloatVector.fromArray(F, b, bo + 4 * brs + j), s);
      s = a5.fma(FloatVector.fromArray(F, b, bo + 5 * brs + j), s);
      s = a6.fma(FloatVector.fromArray(F, b, bo + 6 * brs + j), s);
      s = a7.fma(FloatVector.fromArray(F, b, bo + 7 * brs + j), s);
      s.intoArray(c, co + j);
    }
  }

  /**
   * Up to two vectors of columns, in registers all the way: the latency of the chain is the time.
   * The second vector ends with the last column and may overlap the first.
   */
  private static void twoVectors(
      float[] c, int co, float[] a, int ao, int acs, float[] b, int bo, int brs, int n, int k) {
    int second = n - L;
    FloatVector c0 = FloatVector.fromArray(F, c, co);
    FloatVector c1 = FloatVector.fromArray(F, c, co + second);
    for (int p = 0; p < k; p++, ao += acs, bo += brs) {
      FloatVector va = FloatVector.broadcast(F, a[ao]);
      c0 = va.fma(FloatVector.fromArray(F, b, bo), c0);
      c1 = va.fma(FloatVector.fromArray(F, b, bo + second), c1);
    }
    c0.intoArray(c, co);
    c1.intoArray(c, co + second);
  }

  /** Less than a vector of columns: what else a vector holds of b is left in the room. */
  private static void partOfVector(
      float[] c, int co, float[] a, int ao, int acs, float[] b, int bo, int brs, int n, int k,
      float[] room) {
    int terms = Math.clamp(Math.floorDiv(b.length - bo - L, brs) + 1L, 0, k);
    System.arraycopy(c, co, room, 0, n);
    oneVector(room, a, ao, acs, b, bo, brs, terms);
    System.arraycopy(room, 0, c, co, n);
    for (int p = terms; p < k; p++) {
      for (int j = 0; j < n; j++) {
        c[co + j] = Math.fma(a[ao + p * acs], b[bo + p * brs + j], c[co + j]);
      }
    }
  }

  private static void oneVector(
      float[] c, float[] a, int ao, int acs, float[] b, int bo, int brs, int k) {
    FloatVector c0 = FloatVector.fromArray(F, c, 0);
    for (int p = 0; p < k; p++, ao += acs, bo += brs) {
      c0 = FloatVector.broadcast(F, a[ao]).fma(FloatVector.fromArray(F, b, bo), c0);
    }
    c0.intoArray(c, 0);
  }

  /** A product of inner size 1: every row of c is the row b times an element of a. */
  static void outer(
      float[] c, int co, int ldc, float[] a, int ao, int ars, float[] b, int bo,
      float[] start, int so, int ss, int m, int n) {
    for (int i = 0; i < m; i++, co += ldc, ao += ars, so += ss) {
      if (start == null) {
        timesFromZero(c, co, a[ao], b, bo, n);
      } else {
        timesFrom(c, co, a[ao], b, bo, start, so, n);
      }
    }
  }

  private static void timesFromZero(float[] c, int co, float a, float[] b, int bo, int n) {
    FloatVector va = FloatVector.broadcast(F, a);
    FloatVector zero = FloatVector.zero(F);
    int j = 0;
    for (; j <= n - L; j += L) {
      va.fma(FloatVector.fromArray(F, b, bo + j), zero).intoArray(c, co + j);
    }
    for (; j < n; j++) {
      c[co + j] = Math.fma(a, b[bo + j], 0f);
    }
  }

  private static void timesFrom(
      float[] c, int co, float a, float[] b, int bo, float[] start, int so, int n) {
    FloatVector va = FloatVector.broadcast(F, a);
    int j = 0;
    for (; j <= n - L; j += L) {
      va.fma(FloatVector.fromArray(F, b, bo + j), FloatVector.fromArray(F, start, so + j))
          .intoArray(c, co + j);
    }
    for (; j < n; j++) {
      c[co + j] = Math.fma(a, b[bo + j], start[so + j]);
    }
  }
}
