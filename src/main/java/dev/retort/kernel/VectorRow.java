package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
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
      outer(c, co, 0, a, ao + p * acs, 0, b, bo + p * brs, c, co, 0, 1, whole);
    }
    if (whole < n) {
      partOfVector(c, co + whole, a, ao, acs, b, bo + whole, brs, n - whole, k, room);
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
      float[] c, int co, float[] a, int ao, int acs, float[] b, int bo, int brs, int n, int k) {
    int second = n - L;
    FloatVector c0 = fromArray(F, c, co);
    FloatVector c1 = fromArray(F, c, co + second);
    for (int p = 0; p < k; p++, ao += acs, bo += brs) {
      FloatVector va = broadcast(F, a[ao]);
      c0 = va.fma(fromArray(F, b, bo), c0);
      c1 = va.fma(fromArray(F, b, bo + second), c1);
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
    FloatVector c0 = fromArray(F, c, 0);
    for (int p = 0; p < k; p++, ao += acs, bo += brs) {
      c0 = broadcast(F, a[ao]).fma(fromArray(F, b, bo), c0);
    }
    c0.intoArray(c, 0);
  }

  /** A product of inner size 1: every row of c is the row b times an element of a. */
  static void outer(
      float[] c, int co, int ldc, float[] a, int ao, int ars, float[] b, int bo, int m, int n) {
    VectorMask<Float> mask = F.indexInRange(0, n);
    for (int i = 0; i < m; i++, co += ldc, ao += ars) {
      if (n < L) {
        broadcast(F, a[ao]).fma(fromArray(F, b, bo, mask), broadcast(F, 0f))
            .intoArray(c, co, mask);
        continue;
      }
      for (int j = 0; j < n - L; j += L) {
        broadcast(F, a[ao]).fma(fromArray(F, b, bo + j), broadcast(F, 0f)).intoArray(c, co + j);
      }
      int j = n - L;
      broadcast(F, a[ao]).fma(fromArray(F, b, bo + j), broadcast(F, 0f)).intoArray(c, co + j);
    }
  }

  /** The same from a start, which may be c: the last vector, which overlaps, reads it first. */
  static void outer(
      float[] c, int co, int ldc, float[] a, int ao, int ars, float[] b, int bo,
      float[] start, int so, int ss, int m, int n) {
    VectorMask<Float> mask = F.indexInRange(0, n);
    for (int i = 0; i < m; i++, co += ldc, ao += ars, so += ss) {
      if (n < L) {
        broadcast(F, a[ao])
            .fma(fromArray(F, b, bo, mask), fromArray(F, start, so, mask))
            .intoArray(c, co, mask);
        continue;
      }
      int last = n - L;
      FloatVector c1 =
          broadcast(F, a[ao]).fma(fromArray(F, b, bo + last), fromArray(F, start, so + last));
      for (int j = 0; j < last; j += L) {
        broadcast(F, a[ao]).fma(fromArray(F, b, bo + j), fromArray(F, start, so + j))
            .intoArray(c, co + j);
      }
      c1.intoArray(c, co + last);
    }
  }
}
