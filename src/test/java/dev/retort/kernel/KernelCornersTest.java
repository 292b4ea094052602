package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Corners of the specification that its users hardly meet, on the backend in use. */
@Tag("bits")
@Tag("interpreted")
final class KernelCornersTest {
  private final Kernels kernels = Backend.kernels();

  /** A row of -x and 0: the ratio of two probabilities is the exponential. */
  @Test
  void exponentialsAreThoseOfExp() {
    for (int i = 0; i < 41; i++) {
      float x = i * -2.65f;
      float[] y = {0f, x, x};
      kernels.softmax(y, 0, y, 0, 2f, 1, 3);
      float e = Exp.nonPositive(x);
      float rate = 1f / (1f + e + e);
      assertArrayEquals(new float[] {rate, e * rate, e * rate}, y);
      assertEquals(x < Exp.LOWEST, e == 0f);
    }
  }

  @Test
  void aRectifiedProductMakesNegativeZeroPositive() {
    float[] start = {-0f};
    float[] c = new float[1];
    Product product = new Product().into(c, 0, 1).startingAt(start, 0, 1).sized(1, 1, 0);
    kernels.gemm(product.rectified(true), 0, 1, 0, 1);
    assertArrayEquals(new float[1], c);
    kernels.gemm(product.rectified(false), 0, 1, 0, 1);
    assertArrayEquals(start, c);
  }

  @Test
  void anElementThatDrawsTheThresholdItselfIsKept() {
    for (int column : new int[] {0, 5, 20}) {
      int drawn = CounterRandom.bits24(CounterRandom.key(7L, 3), column);
      for (int above : new int[] {0, 1}) {
        float[] y = new float[21];
        y[column] = 1f;
        kernels.dropout(y, 0, y, 0, 7L, 3, drawn + above, 2f, 1, 21);
        assertEquals(above == 0 ? 2f : 0f, y[column]);
      }
    }
  }
}
