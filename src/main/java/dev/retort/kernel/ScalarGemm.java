package dev.retort.kernel;

import module java.base;

/**
 * The products of {@link ScalarKernels}. A multiply-add takes four cycles, and a chain of them waits for
 * each: so the sums of a row go on side by side, eight terms at a time. Long rows of b are copied first,
 * each to an array of its own: C2 of JDK 25 vectorises a loop that stores to one array and loads from
 * others only where all have the same index.
 */
final class ScalarGemm {
  private static final int TERMS = 8;

  /** Columns that go together: few, as the JVM compiles first what it calls often. */
  private static final int COLUMNS = 256;

  /** From so many columns on, copies pay. */
  private static final int LONG = 64;

  /** Copies of rows of b, and the sums. */
  private static final ThreadLocal<float[][]> ROWS = ThreadLocal.withInitial(() -> new float[TERMS + 1][COLUMNS]);

  private ScalarGemm() {}

  /** As {@link Kernels#gemm}. */
  static void gemm(Product t, int row, int rows, int column, int columns) {
    for (int i = row; i < row + rows; i++) {
      for (int j = column; j < column + columns; j += COLUMNS) {
        sums(t, i, j, Math.min(COLUMNS, column + columns - j));
      }
    }
  }

  private static void sums(Product t, int i, int j, int n) {
    int ao = t.ao + i * t.ars;
    int bo = t.bo + j * t.bcs;
    int co = t.co + i * t.ldc + j;
    int first = co;
    int end = co + n;
    if (t.start == null) {
      Arrays.fill(t.c, co, end, 0f);
    } else {
      System.arraycopy(t.start, t.so + i * t.ss + j, t.c, co, n);
    }
    for (; t.brs == 1 && t.bcs != 1 && n >= TERMS; n -= TERMS, bo += TERMS * t.bcs, co += TERMS) {
      addColumns(t, ao, bo, co);
    }
    int whole = t.k / TERMS * TERMS;
    if (t.bcs == 1 && n >= LONG) {
      addRows(t, ao, bo, co, n, whole);
    } else {
      for (int p = 0; p < whole; p += TERMS) {
        addTerms(t, ao + p * t.acs, bo + p * t.brs, co, n);
      }
    }
    for (int p = whole; p < t.k; p++) {
      addTerm(t, ao + p * t.acs, bo + p * t.brs, co, n);
    }
    for (int q = first; t.relu && q < end; q++) {
      t.c[q] = t.c[q] <= 0f ? 0f : t.c[q];
    }
  }

  /** All terms of eight sums side by side, for columns of b that are contiguous. */
  private static void addColumns(Product t, int ao, int bo, int co) {
    float[] b = t.b;
    int bs = t.bcs;
    float[] c = t.c;
    float s0 = c[co];
    float s1 = c[co + 1];
    float s2 = c[co + 2];
    float s3 = c[co + 3];
    float s4 = c[co + 4];
    float s5 = c[co + 5];
    float s6 = c[co + 6];
    float s7 = c[co + 7];
    for (int p = 0; p < t.k; p++) {
      float x = t.a[ao + p * t.acs];
      s0 = Fma.fma(x, b[bo + p], s0);
      s1 = Fma.fma(x, b[bo + bs + p], s1);
      s2 = Fma.fma(x, b[bo + 2 * bs + p], s2);
      s3 = Fma.fma(x, b[bo + 3 * bs + p], s3);
      s4 = Fma.fma(x, b[bo + 4 * bs + p], s4);
      s5 = Fma.fma(x, b[bo + 5 * bs + p], s5);
      s6 = Fma.fma(x, b[bo + 6 * bs + p], s6);
      s7 = Fma.fma(x, b[bo + 7 * bs + p], s7);
    }
    c[co] = s0;
    c[co + 1] = s1;
    c[co + 2] = s2;
    c[co + 3] = s3;
    c[co + 4] = s4;
    c[co + 5] = s5;
    c[co + 6] = s6;
    c[co + 7] = s7;
  }

  private static void addTerm(Product t, int ao, int bo, int co, int n) {
    for (int j = 0; j < n; j++) {
      t.c[co + j] = Fma.fma(t.a[ao], t.b[bo + j * t.bcs], t.c[co + j]);
    }
  }

  private static void addTerms(Product t, int ao, int bo, int co, int n) {
    float[] a = t.a;
    int as = t.acs;
    float a0 = a[ao];
    float a1 = a[ao + as];
    float a2 = a[ao + 2 * as];
    float a3 = a[ao + 3 * as];
    float a4 = a[ao + 4 * as];
    float a5 = a[ao + 5 * as];
    float a6 = a[ao + 6 * as];
    float a7 = a[ao + 7 * as];
    float[] b = t.b;
    int bs = t.brs;
    float[] c = t.c;
    for (int j = co, at = bo, step = t.bcs; j < co + n; j++, at += step) {
      float s = Fma.fma(a0, b[at], c[j]);
      s = Fma.fma(a1, b[at + bs], s);
      s = Fma.fma(a2, b[at + 2 * bs], s);
      s = Fma.fma(a3, b[at + 3 * bs], s);
      s = Fma.fma(a4, b[at + 4 * bs], s);
      s = Fma.fma(a5, b[at + 5 * bs], s);
      s = Fma.fma(a6, b[at + 6 * bs], s);
      c[j] = Fma.fma(a7, b[at + 7 * bs], s);
    }
  }

  private static void addRows(Product t, int ao, int bo, int co, int n, int terms) {
    float[][] rows = ROWS.get();
    float[] s = rows[TERMS];
    System.arraycopy(t.c, co, s, 0, n);
    for (int p = 0; p < terms; p += TERMS) {
      for (int q = 0; q < TERMS; q++) {
        System.arraycopy(t.b, bo + (p + q) * t.brs, rows[q], 0, n);
      }
      addRows(s, rows, t.a, ao + p * t.acs, t.acs, n);
    }
    System.arraycopy(s, 0, t.c, co, n);
  }

  private static void addRows(float[] s, float[][] b, float[] a, int ao, int as, int n) {
    float a0 = a[ao];
    float a1 = a[ao + as];
    float a2 = a[ao + 2 * as];
    float a3 = a[ao + 3 * as];
    float a4 = a[ao + 4 * as];
    float a5 = a[ao + 5 * as];
    float a6 = a[ao + 6 * as];
    float a7 = a[ao + 7 * as];
    for (int j = 0; j < n; j++) {
      float x = Fma.fma(a0, b[0][j], s[j]);
      x = Fma.fma(a1, b[1][j], x);
      x = Fma.fma(a2, b[2][j], x);
      x = Fma.fma(a3, b[3][j], x);
      x = Fma.fma(a4, b[4][j], x);
      x = Fma.fma(a5, b[5][j], x);
      x = Fma.fma(a6, b[6][j], x);
      s[j] = Fma.fma(a7, b[7][j], x);
    }
  }
}
