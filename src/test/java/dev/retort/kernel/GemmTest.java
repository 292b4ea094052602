package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The matrix product: longhand, in float to the bit by both backends, in double within its bound. */
@Tag("bits")
@Tag("vector")
final class GemmTest {
  private static final Kernels SCALAR = new ScalarKernels();
  private static final Kernels VECTOR = new VectorKernels();
  private static final int LANES = VectorExp.SPECIES.length();

  /** Around lanes and the tiles of every width, around two tiles, and the odd one out. */
  private static final int[] EDGES = {
    0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 23, 24, 25, 30, 31, 32, 33, 47, 48, 49, 63, 64, 65,
    80, 97, 128, 130
  };

  /** Around one and two inner blocks, straight and turned. */
  private static final int[] DEEP = {383, 800, 801, 1281};

  private enum Start { ZERO, BIAS, MATRIX, ACCUMULATE }

  private static final Start[] STARTS = Start.values();

  /** One product with its strides, offsets and contents; runs on any backend. */
  private static final class Case {
    final int m;
    final int n;
    final int k;
    final boolean aTransposed;
    final boolean bTransposed;
    final Start start;
    final boolean relu;
    final int gap;
    final float[] a;
    final float[] b;
    final float[] other;
    final float[] c;

    Case(int m, int n, int k, int variant, int awkwardEvery, SplittableRandom random) {
      this.m = m;
      this.n = n;
      this.k = k;
      aTransposed = (variant & 1) != 0;
      bTransposed = (variant & 2) != 0;
      start = STARTS[(variant >> 2) % STARTS.length];
      relu = random.nextBoolean();
      gap = random.nextInt(4);
      a = values(5 + (m + gap) * (k + gap), awkwardEvery, random);
      b = values(3 + (k + gap) * (n + gap), awkwardEvery, random);
      other = values(1 + (m + 1) * (n + gap), awkwardEvery, random);
      c = Bits.guards(7 + (m + 1) * (n + gap) + 64);
      for (int i = 0; i < m && start == Start.ACCUMULATE; i++) {
        System.arraycopy(other, 0, c, 7 + i * (n + gap), n);
      }
    }

    private static float[] values(int n, int awkwardEvery, SplittableRandom random) {
      return awkwardEvery == 0
          ? Bits.ordinary(n, random)
          : Bits.awkward(n, awkwardEvery, random);
    }

    float[] on(Kernels kernels) {
      return columns(kernels, 0, n, c.clone());
    }

    Product operands(float[] out) {
      int ldc = n + gap;
      int lda = (aTransposed ? m : k) + gap;
      int ldb = (bTransposed ? k : n) + gap;
      float[] s = switch (start) {
        case ZERO -> null;
        case BIAS, MATRIX -> other;
        case ACCUMULATE -> out;
      };
      return new Product()
          .into(out, 7, ldc)
          .left(a, 5, aTransposed ? 1 : lda, aTransposed ? lda : 1)
          .right(b, 3, bTransposed ? 1 : ldb, bTransposed ? ldb : 1)
          .startingAt(s, start == Start.ACCUMULATE ? 7 : 1, start == Start.BIAS ? 0 : ldc)
          .rectified(relu)
          .sized(m, n, k);
    }

    /** Columns from (inclusive) to (exclusive): the way that threads cut the output. */
    float[] columns(Kernels kernels, int from, int to, float[] out) {
      kernels.gemm(operands(out), 0, m, from, to - from);
      return out;
    }

    @Override
    public String toString() {
      return "m %d, n %d, k %d, a^T %b, b^T %b, start %s, relu %b, gap %d"
          .formatted(m, n, k, aTransposed, bTransposed, start, relu, gap);
    }
  }

  /** The formula of {@link Kernels#gemm}, an element at a time. */
  static void longhand(Product t) {
    for (int i = 0; i < t.m; i++) {
      for (int j = 0; j < t.n; j++) {
        float s = t.start == null ? 0f : t.start[t.so + i * t.ss + j];
        for (int p = 0; p < t.k; p++) {
          s = Math.fma(t.a[t.ao + i * t.ars + p * t.acs], t.b[t.bo + p * t.brs + j * t.bcs], s);
        }
        t.c[t.co + i * t.ldc + j] = t.relu && s <= 0f ? 0f : s;
      }
    }
  }

  private static void assertSame(Case product) {
    float[] expected = product.c.clone();
    longhand(product.operands(expected));
    Bits.assertSame(expected, product.on(SCALAR), product + ", scalar");
    Bits.assertSame(expected, product.on(VECTOR), product + ", vector");
  }

  @Test
  void sameBitsAtEveryEdge() {
    SplittableRandom random = new SplittableRandom(1);
    int variant = 0;
    for (int m : EDGES) {
      for (int n : EDGES) {
        for (int k : new int[] {0, 1, 2, 3, 8, 10, 33}) {
          assertSame(new Case(m, n, k, variant++, variant % 3 == 0 ? 50 : 0, random));
        }
      }
    }
  }

  @Test
  void sameBitsInEveryVariant() {
    SplittableRandom random = new SplittableRandom(2);
    for (int m : new int[] {1, 3, 8, 17, 33}) {
      for (int n : new int[] {1, LANES - 1, LANES, LANES + 1, 3 * LANES, 4 * LANES + 3}) {
        for (int k : new int[] {1, 5, 17}) {
          for (int variant = 0; variant < 16; variant++) {
            assertSame(new Case(m, n, k, variant, 0, random));
            assertSame(new Case(m, n, k, variant, 20, random));
          }
        }
      }
    }
  }

  /** Neighbours along rows and columns do not lie beside each other, or all columns are the same. */
  @Test
  void sameBitsAtAnyStrides() {
    SplittableRandom random = new SplittableRandom(10);
    for (int m : new int[] {1, 9, 70}) {
      for (int n : new int[] {1, 10, LANES, 3 * LANES + 5}) {
        for (int k : new int[] {1, 40, 400}) {
          for (int[] s : new int[][] {
            {3 * k + 1, 3, 2 * n + 1, 2}, {2, 2 * m + 1, 3, 3 * k + 2}, {2 * k, 2, n + 1, 1},
            {1, 0, n + 1, 1}
          }) {
            assertSame(m, n, k, s[0], s[1], s[2], s[3], random);
          }
        }
      }
    }
  }

  private static void assertSame(
      int m, int n, int k, int ars, int acs, int brs, int bcs, SplittableRandom random) {
    float[] a = Bits.awkward(2 + m * ars + k * acs, 5000, random);
    float[] b = Bits.awkward(1 + k * brs + n * bcs, 5000, random);
    float[] bias = Bits.ordinary(n + 4, random);
    float[] expected = Bits.guards(m * (n + 2) + LANES);
    float[] scalar = expected.clone();
    float[] vector = expected.clone();
    Product product =
        new Product()
            .left(a, 2, ars, acs)
            .right(b, 1, brs, bcs)
            .startingAt(bias, 4, 0)
            .sized(m, n, k);
    longhand(product.into(expected, 3, n + 2));
    SCALAR.gemm(product.into(scalar, 3, n + 2), 0, m, 0, n);
    VECTOR.gemm(product.into(vector, 3, n + 2), 0, m, 0, n);
    String what = "%d x %d x %d, strides %d %d, %d %d".formatted(m, n, k, ars, acs, brs, bcs);
    Bits.assertSame(expected, scalar, what + ", scalar");
    Bits.assertSame(expected, vector, what + ", vector");
  }

  @Test
  void sameBitsAcrossInnerBlocks() {
    SplittableRandom random = new SplittableRandom(3);
    for (int k : DEEP) {
      for (int m : new int[] {1, 2, 8, 13, 20, 300}) {
        for (int n : new int[] {1, 10, LANES, 2 * LANES + 1, 3 * LANES + 5}) {
          for (int variant = 0; variant < 4; variant++) {
            assertSame(new Case(m, n, k, variant + 4 * random.nextInt(4), 0, random));
          }
        }
      }
    }
  }

  @Test
  void sameBitsBeyondOneBlockOfRows() {
    SplittableRandom random = new SplittableRandom(4);
    for (int variant = 0; variant < 16; variant++) {
      assertSame(new Case(1000 + variant, 70, 40, variant, 0, random));
    }
  }

  /** Some of them have rows of b 4 KiB apart, which are packed. */
  @Test
  void sameBitsWhereRowsShareCacheSets() {
    SplittableRandom random = new SplittableRandom(11);
    for (int n = 1021; n <= 1024; n++) {
      for (int variant = 0; variant < 16; variant++) {
        assertSame(new Case(140, n, 9, variant, 0, random));
      }
    }
  }

  @Test
  void columnsAndRowsCanBeCutAnywhere() {
    SplittableRandom random = new SplittableRandom(5);
    for (int variant = 0; variant < 16; variant++) {
      Case product = new Case(21, 77, 90, variant, 0, random);
      float[] whole = product.c.clone();
      longhand(product.operands(whole));
      for (Kernels kernels : new Kernels[] {SCALAR, VECTOR}) {
        for (int cut : new int[] {1, 16, 30, 48, 76}) {
          float[] pieces = product.columns(kernels, 0, cut, product.c.clone());
          product.columns(kernels, cut, 77, pieces);
          Bits.assertSame(whole, pieces, product + " cut at " + cut);
        }
      }
    }
  }

  @Test
  void aBatchFedInOrderedPiecesGivesTheBitsOfTheWhole() {
    SplittableRandom random = new SplittableRandom(6);
    int rows = 97;
    int in = 33;
    int out = 50;
    float[] x = Bits.ordinary(rows * in, random);
    float[] dy = Bits.ordinary(rows * out, random);
    for (Kernels kernels : new Kernels[] {SCALAR, VECTOR}) {
      float[] whole = new float[in * out];
      accumulate(kernels, whole, x, dy, 0, rows, in, out);
      for (int cut : new int[] {1, 32, 50, 96}) {
        float[] pieces = new float[in * out];
        accumulate(kernels, pieces, x, dy, 0, cut, in, out);
        accumulate(kernels, pieces, x, dy, cut, rows, in, out);
        Bits.assertSame(whole, pieces, "cut at " + cut);
      }
    }
  }

  /** The gradient of a weight matrix: {@code dw += x^T dy} over some rows of a batch. */
  private static void accumulate(
      Kernels kernels, float[] dw, float[] x, float[] dy, int from, int to, int in, int out) {
    Product product =
        new Product()
            .into(dw, 0, out)
            .left(x, from * in, 1, in)
            .right(dy, from * out, out, 1)
            .startingAt(dw, 0, out)
            .sized(in, out, to - from);
    kernels.gemm(product, 0, in, 0, out);
  }

  /** Each fma rounds once: |error| <= k u sum |a b| / (1 - k u), the start counted as a term. */
  @Test
  void scalarAgainstLonghandDouble() {
    SplittableRandom random = new SplittableRandom(7);
    for (int k : new int[] {1, 10, 100, 1000}) {
      Case product = new Case(5, 7, k, 4 + random.nextInt(4), 0, random);
      assertTrue(worstShareOfBound(product, product.on(SCALAR)) <= 1, product::toString);
    }
  }

  @Test
  void longhandDoubleRejectsADroppedTerm() {
    SplittableRandom random = new SplittableRandom(8);
    Case product = new Case(5, 7, 100, 4, 0, random);
    float[] wrong = product.on(SCALAR);
    product.a[5 + 50] = 0f;
    assertTrue(worstShareOfBound(product, wrong) > 1);
  }

  private static double worstShareOfBound(Case p, float[] c) {
    double worst = 0;
    int lda = (p.aTransposed ? p.m : p.k) + p.gap;
    int ldb = (p.bTransposed ? p.k : p.n) + p.gap;
    for (int i = 0; i < p.m; i++) {
      for (int j = 0; j < p.n; j++) {
        double sum = p.other[1 + (p.start == Start.BIAS ? 0 : i * (p.n + p.gap)) + j];
        double magnitude = Math.abs(sum);
        for (int q = 0; q < p.k; q++) {
          double term =
              (double) p.a[5 + (p.aTransposed ? q * lda + i : i * lda + q)]
                  * p.b[3 + (p.bTransposed ? j * ldb + q : q * ldb + j)];
          sum += term;
          magnitude += Math.abs(term);
        }
        double ku = p.k * 0x1p-24;
        double expected = p.relu && sum <= 0 ? 0 : sum;
        double error = Math.abs(c[7 + i * (p.n + p.gap) + j] - expected);
        worst = Math.max(worst, error / (ku / (1 - ku) * magnitude));
      }
    }
    return worst;
  }

  @Test
  void allocatesNothing() {
    SplittableRandom random = new SplittableRandom(9);
    for (int[] size : new int[][] {
      {128, 97, 400}, {1, 97, 90}, {33, 10, 90}, {97, 10, 32}, {16, 16, 16}, {9, 97, 10},
      {97, 40, 1}, {97, 10, 1}, {65, 5, 30}
    }) {
      for (int variant = 0; variant < 4; variant++) {
        Case product = new Case(size[0], size[1], size[2], variant + 12, 0, random);
        float[] out = product.c.clone();
        Product operands = product.operands(out);
        Allocation.assertNone(
            product.toString(), () -> VECTOR.gemm(operands, 0, product.m, 0, product.n));
        Allocation.assertNone(
            product + ", scalar", () -> SCALAR.gemm(operands, 0, product.m, 0, product.n));
      }
    }
  }

  @Test
  void allocationIsNoticed() {
    float[][] sink = new float[1][];
    assertThrows(
        AssertionError.class,
        () -> Allocation.assertNone("a new array a call", 3, () -> sink[0] = new float[100]));
    assertEquals(100, sink[0].length);
  }
}
