package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** One row times a matrix whose rows are contiguous. */
final class VectorRow {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();

  private VectorRow() {}

  /** The row a times b, n columns by k terms, from a start, which may be c. */
  static void row(
      float[] c, int co, float[] a, int ao, int acs, float[] b, int bo, int brs,
      float[] start, int so, int n, int k) {
    if (n < L) {
      partOfVector(c, co, a, ao, acs, b, bo, brs, start, so, n, k);
    } else if (n <= 2 * L) {
      twoVectors(c, co, a, ao, acs, b, bo, brs, start, so, n, k);
    } else {
      System.arraycopy(start, so, c, co, n);
      manyVectors(c, co, a, ao, acs, b, bo, brs, n, k);
    }
  }

  private static void manyVectors(
      float[] c, int co, float[] a, int ao, int acs, float[] b, int bo, int brs, int n, int k) {
    int whole = F.loopBound(n);
    int p = 0;
    for (; p <= k - 8; p += 8) {
      eightTerms(c, co, a, ao + p * acs, acs, b, bo + p * brs, brs, whole);
    }
    for (; p < k; p++) {
      VectorOuter.outer(c, co, 0, a, ao + p * acs, 0, b, bo + p * brs, c, co, 0, 1, whole);
    }
    if (whole < n) {
      partOfVector(
          c, co + whole, a, ao, acs, b, bo + whole, brs, c, co + whole, n - whole, k);
    }
  }

  /** Along the rows of b, eight at a time: c passes through the first-level cache. */
  private static void eightTerms(
      float[] c, int co, float[] a, int ao, int acs, float[] b, int bo, int brs, int n) {
    FloatVector a0 = broadcast(F, a[ao]);
    FloatVector a1 = broadcast(F, a[ao + acs]);
    FloatVector a2 = broadcast(F, a[ao + 2 * acs]);
    FloatVector a3 = broadcast(F, a[ao + 3 * acs]);
    FloatVector a4 = broadcast(F, a[ao + 4 * acs]);
    FloatVector a5 = broadcast(F, a[ao + 5 * acs]);
    FloatVector a6 = broadcast(F, a[ao + 6 * acs]);
    FloatVector a7 = broadcast(F, a[ao + 7 * acs]);
    for (int j = 0; j < n; j += L) {
      FloatVector s = fromArray(F, c, co + j);
      s = a0.fma(fromArray(F, b, bo + j), s);
      s = a1.fma(fromArray(F, b, bo + brs + j), s);
      s = a2.fma(fromArray(F, b, bo + 2 * brs + j), s);
      s = a3.fma(fromArray(F, b, bo + 3 * brs + j), s);
      s = a4.fma(fromArray(F, b, bo + 4 * brs + j), s);
      s = a5.fma(fromArray(F, b, bo + 5 * brs + j), s);
      s = a6.fma(fromArray(F, b, bo + 6 * brs + j), s);
      s = a7.fma(fromArray(F, b, bo + 7 * brs + j), s);
      s.intoArray(c, co + j);
    }
  }

  /**
   * Up to two vectors of columns, in registers all the way: the latency of the chain is the time.
   * The second vector ends with the last column and may overlap the first.
   */
  private static void twoVectors(
      float[] c, int co, float[] a, int ao, int acs, float[] b, int bo, int brs,
      float[] start, int so, int n, int k) {
    int second = n - L;
    FloatVector c0 = fromArray(F, start, so);
    FloatVector c1 = fromArray(F, start, so + second);
    for (int p = 0; p < k; p++, ao += acs, bo += brs) {
      FloatVector x = broadcast(F, a[ao]);
      c0 = x.fma(fromArray(F, b, bo), c0);
      c1 = x.fma(fromArray(F, b, bo + second), c1);
    }
    c0.intoArray(c, co);
    c1.intoArray(c, co + second);
  }

  private static void partOfVector(
      float[] c, int co, float[] a, int ao, int acs, float[] b, int bo, int brs,
      float[] start, int so, int n, int k) {
    VectorMask<Float> mask = F.indexInRange(0, n);
    FloatVector c0 = fromArray(F, start, so, mask);
    for (int p = 0; p < k; p++, ao += acs, bo += brs) {
      c0 = broadcast(F, a[ao]).fma(fromArray(F, b, bo, mask), c0);
    }
    c0.intoArray(c, co, mask);
  }
}
