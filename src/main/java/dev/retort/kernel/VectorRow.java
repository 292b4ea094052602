package dev.retort.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import module java.base;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Products of one row of c, and those of one term, where the columns of b are contiguous. */
final class VectorRow {
  private static final VectorSpecies<Float> F = VectorExp.SPECIES;
  private static final int L = F.length();
  private static final float[] ZEROS = new float[2 * L];

  private VectorRow() {}

  /** The row a times b, from a start, which may be c. */
  static void row(Product p) {
    if (p.n > 2 * L) {
      manyVectors(p);
      return;
    }
    if (p.start == null) {
      p.startingAt(ZEROS, 0, 0);
    }
    if (p.n < L) {
      partOfVector(p, 0);
    } else {
      twoVectors(p);
    }
  }

  /** Copies the start of a row to c, where its sums then start. */
  static void copyStart(Product p) {
    if (p.start == null) {
      Arrays.fill(p.c, p.co, p.co + p.n, 0f);
    } else {
      System.arraycopy(p.start, p.so, p.c, p.co, p.n);
    }
    p.startingAt(p.c, p.co, 0);
  }

  private static void manyVectors(Product p) {
    copyStart(p);
    int columns = F.loopBound(p.n);
    int term = 0;
    for (; term <= p.k - 8; term += 8) {
      eightTerms(p, term, columns);
    }
    for (; term < p.k; term++) {
      oneTerm(p, term, columns);
    }
    if (columns < p.n) {
      partOfVector(p, columns);
    }
  }

  /** Along the rows of b, eight at a time: c passes through the first-level cache. */
  private static void eightTerms(Product p, int term, int columns) {
    float[] a = p.a;
    int ao = p.ao + term * p.acs;
    int as = p.acs;
    FloatVector a0 = broadcast(F, a[ao]);
    FloatVector a1 = broadcast(F, a[ao + as]);
    FloatVector a2 = broadcast(F, a[ao + 2 * as]);
    FloatVector a3 = broadcast(F, a[ao + 3 * as]);
    FloatVector a4 = broadcast(F, a[ao + 4 * as]);
    FloatVector a5 = broadcast(F, a[ao + 5 * as]);
    FloatVector a6 = broadcast(F, a[ao + 6 * as]);
    FloatVector a7 = broadcast(F, a[ao + 7 * as]);
    float[] b = p.b;
    int bo = p.bo + term * p.brs;
    int bs = p.brs;
    float[] c = p.c;
    int co = p.co;
    for (int j = 0; j < columns; j += L) {
      FloatVector s = fromArray(F, c, co + j);
      s = a0.fma(fromArray(F, b, bo + j), s);
      s = a1.fma(fromArray(F, b, bo + bs + j), s);
      s = a2.fma(fromArray(F, b, bo + 2 * bs + j), s);
      s = a3.fma(fromArray(F, b, bo + 3 * bs + j), s);
      s = a4.fma(fromArray(F, b, bo + 4 * bs + j), s);
      s = a5.fma(fromArray(F, b, bo + 5 * bs + j), s);
      s = a6.fma(fromArray(F, b, bo + 6 * bs + j), s);
      s = a7.fma(fromArray(F, b, bo + 7 * bs + j), s);
      s.intoArray(c, co + j);
    }
  }

  private static void oneTerm(Product p, int term, int columns) {
    float[] b = p.b;
    int bo = p.bo + term * p.brs;
    float[] c = p.c;
    int co = p.co;
    FloatVector x = broadcast(F, p.a[p.ao + term * p.acs]);
    for (int j = 0; j < columns; j += L) {
      x.fma(fromArray(F, b, bo + j), fromArray(F, c, co + j)).intoArray(c, co + j);
    }
  }

  /**
   * Up to two vectors of columns, in registers all the way: the latency of the chain is the time.
   * The second vector ends with the last column and may overlap the first.
   */
  private static void twoVectors(Product p) {
    int second = p.n - L;
    float[] a = p.a;
    int ao = p.ao;
    int as = -p.acs;
    float[] b = p.b;
    int bo = p.bo;
    int bs = -p.brs;
    FloatVector c0 = fromArray(F, p.start, p.so);
    FloatVector c1 = fromArray(F, p.start, p.so + second);
    for (int q = 0, k = p.k; q < k; q++, ao -= as, bo -= bs) {
      FloatVector x = broadcast(F, a[ao]);
      c0 = x.fma(fromArray(F, b, bo), c0);
      c1 = x.fma(fromArray(F, b, bo + second), c1);
    }
    c0.intoArray(p.c, p.co);
    c1.intoArray(p.c, p.co + second);
  }

  /** The columns from the given one on, fewer than a vector has lanes. */
  private static void partOfVector(Product p, int column) {
    VectorMask<Float> mask = F.indexInRange(column, p.n);
    float[] a = p.a;
    int ao = p.ao;
    int as = -p.acs;
    float[] b = p.b;
    int bo = p.bo + column;
    int bs = -p.brs;
    FloatVector s = fromArray(F, p.start, p.so + column, mask);
    for (int q = 0, k = p.k; q < k; q++, ao -= as, bo -= bs) {
      s = broadcast(F, a[ao]).fma(fromArray(F, b, bo, mask), s);
    }
    s.intoArray(p.c, p.co + column, mask);
  }

  /** A column times a row, the product of one term: every row of c is the row b times an element. */
  static void outer(Product p) {
    if (p.n > 2 * L) {
      for (int i = 0; i < p.m; i++) {
        if (p.start == null) {
          outerFromZero(p, i);
        } else {
          outerFromStart(p, i);
        }
      }
      return;
    }
    int done = p.start == null && p.n < L && p.ldc == p.n ? outerOverlapping(p) : 0;
    if (p.start == null) {
      p.startingAt(ZEROS, 0, 0);
    }
    if (p.n < L) {
      outerOfPart(p, done);
    } else {
      outerOfTwo(p);
    }
  }

  /**
   * Rows without a gap between them, in whole vectors: what one writes too much, the next overwrites. (A
   * masked store takes three times as long on Zen 5.) Returns how many rows end within c.
   */
  private static int outerOverlapping(Product p) {
    int rows = Math.max(0, p.m - Math.ceilDiv(L, p.n) + 1);
    FloatVector b = fromArray(F, p.b, p.bo, F.indexInRange(0, p.n));
    float[] c = p.c;
    int co = p.co;
    float[] a = p.a;
    int ao = p.ao;
    int as = p.ars;
    for (int i = 0, n = p.n; i < rows; i++, co += n, ao += as) {
      broadcast(F, a[ao]).fma(b, broadcast(F, 0f)).intoArray(c, co);
    }
    return rows;
  }

  private static void outerOfPart(Product p, int row) {
    VectorMask<Float> mask = F.indexInRange(0, p.n);
    FloatVector b = fromArray(F, p.b, p.bo, mask);
    float[] c = p.c;
    int co = p.co + row * p.ldc;
    float[] a = p.a;
    int ao = p.ao + row * p.ars;
    float[] start = p.start;
    int so = p.so + row * p.ss;
    for (int i = row, m = p.m; i < m; i++, co += p.ldc, ao += p.ars, so += p.ss) {
      broadcast(F, a[ao]).fma(b, fromArray(F, start, so, mask)).intoArray(c, co, mask);
    }
  }

  private static void outerOfTwo(Product p) {
    int second = p.n - L;
    FloatVector b0 = fromArray(F, p.b, p.bo);
    FloatVector b1 = fromArray(F, p.b, p.bo + second);
    float[] c = p.c;
    int co = p.co;
    float[] a = p.a;
    int ao = p.ao;
    float[] start = p.start;
    int so = p.so;
    for (int i = 0, m = p.m; i < m; i++, co += p.ldc, ao += p.ars, so += p.ss) {
      FloatVector x = broadcast(F, a[ao]);
      FloatVector c0 = x.fma(b0, fromArray(F, start, so));
      FloatVector c1 = x.fma(b1, fromArray(F, start, so + second));
      c0.intoArray(c, co);
      c1.intoArray(c, co + second);
    }
  }

  private static void outerFromZero(Product p, int i) {
    float[] b = p.b;
    int bo = p.bo;
    float[] c = p.c;
    int co = p.co + i * p.ldc;
    int last = p.n - L;
    FloatVector x = broadcast(F, p.a[p.ao + i * p.ars]);
    for (int j = 0; j < last; j += L) {
      x.fma(fromArray(F, b, bo + j), broadcast(F, 0f)).intoArray(c, co + j);
    }
    x.fma(fromArray(F, b, bo + last), broadcast(F, 0f)).intoArray(c, co + last);
  }

  /** The last vector of a row, which overlaps, reads the start before it is written. */
  private static void outerFromStart(Product p, int i) {
    float[] b = p.b;
    int bo = p.bo;
    float[] c = p.c;
    int co = p.co + i * p.ldc;
    float[] start = p.start;
    int so = p.so + i * p.ss;
    int last = p.n - L;
    FloatVector x = broadcast(F, p.a[p.ao + i * p.ars]);
    FloatVector end = x.fma(fromArray(F, b, bo + last), fromArray(F, start, so + last));
    for (int j = 0; j < last; j += L) {
      x.fma(fromArray(F, b, bo + j), fromArray(F, start, so + j)).intoArray(c, co + j);
    }
    end.intoArray(c, co + last);
  }
}
