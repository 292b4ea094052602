package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** One column times one row: a product of inner size 1. */
final class VectorOuter {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();
  private static final float[] ZEROS = new float[2 * L];

  private VectorOuter() {}

  /**
   * Every row of c is the row b times an element of a, added to a start, which may be c, or to 0
   * where it is null.
   */
  static void outer(
      float[] c, int co, int ldc, float[] a, int ao, int ars, float[] b, int bo,
      float[] start, int so, int ss, int m, int n) {
    if (n <= 2 * L) {
      float[] first = start == null ? ZEROS : start;
      int fo = start == null ? 0 : so;
      int fs = start == null ? 0 : ss;
      if (n < L) {
        partOfVector(c, co, ldc, a, ao, ars, b, bo, first, fo, fs, m, n);
      } else {
        twoVectors(c, co, ldc, a, ao, ars, b, bo, first, fo, fs, m, n - L);
      }
    } else if (start == null) {
      manyFromZero(c, co, ldc, a, ao, ars, b, bo, m, n);
    } else {
      manyFrom(c, co, ldc, a, ao, ars, b, bo, start, so, ss, m, n);
    }
  }

  private static void partOfVector(
      float[] c, int co, int ldc, float[] a, int ao, int ars, float[] b, int bo,
      float[] start, int so, int ss, int m, int n) {
    VectorMask<Float> mask = F.indexInRange(0, n);
    for (int i = 0; i < m; i++, co += ldc, ao += ars, so += ss) {
      broadcast(F, a[ao]).fma(fromArray(F, b, bo, mask), fromArray(F, start, so, mask))
          .intoArray(c, co, mask);
    }
  }

  private static void twoVectors(
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

  private static void manyFromZero(
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
  private static void manyFrom(
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
