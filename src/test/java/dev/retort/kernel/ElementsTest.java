package dev.retort.kernel;

import module java.base;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Element-wise kernels: vector against scalar to the bit, in place and apart, guards untouched. */
@Tag("bits")
@Tag("vector")
final class ElementsTest {
  private static final Kernels SCALAR = new ScalarKernels();
  private static final Kernels VECTOR = new VectorKernels();
  private static final int L = VectorExp.SPECIES.length();
  private static final int[] LENGTHS = {
    0, 1, L - 1, L, L + 1, 2 * L - 1, 2 * L, 2 * L + 1, 4 * L + 3, 8 * L + 1, 100
  };
  private static final int OFFSET = 3;

  private interface Kernel {
    /** Applies the kernel to n elements from {@link #OFFSET} on of each array. */
    void on(Kernels kernels, float[] x, float[] y, float[] z, float[] w, int n);
  }

  private static void assertSame(String what, Kernel kernel) {
    assertSame(what, 1, kernel);
  }

  /**
   * Four arrays of {@code rows * n} elements and guards, any of which the kernel may write, from the
   * same contents on both backends.
   */
  private static void assertSame(String what, int rows, Kernel kernel) {
    SplittableRandom random = new SplittableRandom(1);
    for (int n : LENGTHS) {
      for (int every : new int[] {1000, 3}) {
        float[][] expected = new float[4][];
        float[][] actual = new float[4][];
        for (int i = 0; i < 4; i++) {
          expected[i] = Bits.awkward(rows * n + 2 * OFFSET + L, every, random);
          actual[i] = expected[i].clone();
        }
        kernel.on(SCALAR, expected[0], expected[1], expected[2], expected[3], n);
        kernel.on(VECTOR, actual[0], actual[1], actual[2], actual[3], n);
        for (int i = 0; i < 4; i++) {
          Bits.assertSame(
              expected[i], actual[i], what + ", " + rows + " x " + n + ", array " + i);
        }
      }
    }
  }

  @Test
  @Tag("interpreted")
  void relu() {
    assertSame("relu", (k, x, y, z, w, n) -> k.relu(x, OFFSET, y, OFFSET + 1, n));
    assertSame("relu in place", (k, x, y, z, w, n) -> k.relu(x, OFFSET, x, OFFSET, n));
  }

  @Test
  @Tag("interpreted")
  void reluBackward() {
    assertSame(
        "relu backward",
        (k, x, y, z, w, n) -> k.reluBackward(x, OFFSET, y, OFFSET + 1, z, OFFSET - 1, n));
    assertSame(
        "relu backward in place",
        (k, x, y, z, w, n) -> k.reluBackward(x, OFFSET, x, OFFSET, z, OFFSET, n));
  }

  @Test
  @Tag("interpreted")
  void addColumnSums() {
    for (int rows : new int[] {0, 1, 2, 7, 33}) {
      assertSame(
          "column sums", rows,
          (k, x, y, z, w, n) -> k.addColumnSums(x, OFFSET, y, OFFSET + 1, rows, n));
    }
  }

  @Test
  @Tag("interpreted")
  void dropout() {
    for (int threshold : new int[] {0, 1, 1 << 22, 1 << 23, (1 << 24) - 1, 1 << 24}) {
      for (int rows : new int[] {0, 1, 3}) {
        assertSame(
            "dropout below " + threshold, rows,
            (k, x, y, z, w, n) ->
                k.dropout(
                    x, OFFSET, y, OFFSET + 1, 0x0123456789ABCDEFL * threshold, 1000, threshold,
                    1.25f, rows, n));
      }
    }
    assertSame(
        "dropout in place", 2,
        (k, x, y, z, w, n) ->
            k.dropout(x, OFFSET, x, OFFSET, -1L, Integer.MAX_VALUE - 2, 1 << 23, 2f, 2, n));
  }

  @Test
  @Tag("interpreted")
  void sgd() {
    for (boolean nesterov : new boolean[] {false, true}) {
      for (float momentum : new float[] {0f, 0.9f}) {
        for (float decay : new float[] {0f, 1e-4f}) {
          assertSame(
              "sgd, nesterov " + nesterov + ", momentum " + momentum + ", decay " + decay,
              (k, x, y, z, w, n) ->
                  k.sgd(
                      x, OFFSET, y, OFFSET + 1, z, OFFSET + 2, 0.1f, momentum, nesterov, decay, n));
        }
      }
    }
  }

  @Test
  @Tag("interpreted")
  void adam() {
    for (float shrink : new float[] {1f, 0.999f}) {
      assertSame(
          "adam",
          (k, x, y, z, w, n) ->
              k.adam(
                  x, OFFSET, y, OFFSET + 1, z, OFFSET + 2, w, OFFSET - 1,
                  0.01f, 0.9f, 0.999f, 1e-8f, 1.7f, shrink, n));
    }
  }

  @Test
  void allocateNothing() {
    int n = 4 * L + 3;
    float[] x = Bits.ordinary(n, new SplittableRandom(2));
    float[] y = x.clone();
    float[] z = new float[n];
    float[] v = new float[n];
    Allocation.assertNone("relu", () -> VECTOR.relu(z, 0, x, 0, n));
    Allocation.assertNone("relu backward", () -> VECTOR.reluBackward(z, 0, x, 0, y, 0, n));
    float[] rows = Bits.ordinary(9 * n, new SplittableRandom(3));
    Allocation.assertNone("column sums", () -> VECTOR.addColumnSums(z, 0, rows, 0, 9, n));
    Allocation.assertNone(
        "dropout", () -> VECTOR.dropout(z, 0, x, 0, 1L, 0, 1 << 23, 2f, 1, n));
    Allocation.assertNone(
        "sgd", () -> VECTOR.sgd(x, 0, v, 0, y, 0, 1e-3f, 0.9f, true, 0f, n));
    Allocation.assertNone(
        "adam", () -> VECTOR.adam(
            x, 0, z, 0, v, 0, y, 0, 1e-3f, 0.9f, 0.999f, 1e-8f, 1f, 1f, n));
  }
}
