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

  private static final float[] ZEROS = new float[2 * L];

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
      outerFrom(c, co, 0, a, ao + p * acs, 0, b, bo + p * brs, c, co, 0, 1, whole);
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

  /**
   * A product of inner size 1: every row of c is the row b times an element of a, added to a start,
   * which may be c, or to 0 where it is null.
   */
  static void outer(
      float[] c, int co, int ldc, float[] a, int ao, int ars, float[] b, int bo,
      float[] start, int so, int ss, int m, int n) {
    if (n <= 2 * L) {
      float[] first = start == null ? ZEROS : start;
      int fo = start == null ? 0 : so;
      int fs = start == null ? 0 : ss;
      if (n < L) {
        outerPart(c, co, ldc, a, ao, ars, b, bo, first, fo, fs, m, n);
      } else {
        outerTwo(c, co, ldc, a, ao, ars, b, bo, first, fo, fs, m, n - L);
      }
    } else if (start == null) {
      outerFromZero(c, co, ldc, a, ao, ars, b, bo, m, n);
    } else {
      outerFrom(c, co, ldc, a, ao, ars, b, bo, start, so, ss, m, n);
    }
  }

  private static void outerPart(
      float[] c, int co, int ldc, float[] a, int ao, int ars, float[] b, int bo,
      float[] start, int so, int ss, int m, int n) {
    VectorMask<Float> mask = F.indexInRange(0, n);
    for (int i = 0; i < m; i++, co += ldc, ao += ars, so += ss) {
      broadcast(F, a[ao]).fma(fromArray(F, b, bo, mask), fromArray(F, start, so, mask))
          .intoArray(c, co, mask);
    }
  }

  private static void outerTwo(
      float[] c, int co, int ldc, float[] a, int ao, int ars, float[] b, int bo,
      float[] start, int so, int ss, int m, int second) {
    for (int i = 0; i < m; i++, co += ldc, ao += ars, so += ss) {
      FloatVector x = broadcast(F, a[ao]);
      FloatVector c0 = x.fma(fromArray(F, b, bo), fromArray(F, start, so));
      FloatVector c1 = x.fma(fromArray(F, b, bo + second), fromArray(F, start, so + second));
      c0.intoArray(c, co);
      c1.intoArray(c, co + second);
    }
  }

  private static void outerFromZero(
      float[] c, int co, int ldc, float[] a, int ao, int ars, float[] b, int bo, int m, int n) {
    int last = n - L;
    for (int i = 0; i < m; i++, co += ldc, ao += ars) {
      for (int j = 0; j < last; j += L) {
        broadcast(F, a[ao]).fma(fromArray(F, b, bo + j), broadcast(F, 0f)).intoArray(c, co + j);
      }
      broadcast(F, a[ao]).fma(fromArray(F, b, bo + last), broadcast(F, 0f))
          .intoArray(c, co + last);
    }
  }

  /** The last vector of a row, which overlaps, reads the start before it is written. */
  private static void outerFrom(
      float[] c, int co, int ldc, float[] a, int ao, int ars, float[] b, int bo,
      float[] start, int so, int ss, int m, int n) {
    int last = n - L;
    for (int i = 0; i < m; i++, co += ldc, ao += ars, so += ss) {
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
