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

  @Test
  void exponentialsAreThoseOfExp() {
    float[] x = new float[41];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 20) * 5.3f;
    }
    float[] y = new float[43];
    kernels.exp(y, 1, x, 0, 41);
    for (int i = 0; i < x.length; i++) {
      assertEquals(Exp.exp(x[i]), y[1 + i]);
      double exact = StrictMath.exp(x[i]);
      float expected = exact < Float.MIN_NORMAL ? 0f : (float) exact;
      float ulp = expected == Float.POSITIVE_INFINITY ? 0f : Math.ulp(expected);
      assertEquals(expected, y[1 + i], expected == 0f ? 0f : ulp);
    }
    assertEquals(0f, y[0]);
    assertEquals(0f, y[42]);
  }

  @Test
  void aRectifierMakesNegativeZeroPositive() {
    float[] y = {-0f, -0f};
    kernels.relu(y, 0, y, 0, 2);
    assertArrayEquals(new float[2], y);
    float[] start = {-0f};
    float[] c = new float[1];
    kernels.gemm(c, 0, 1, c, 0, 1, 1, c, 0, 1, 1, start, 0, 1, true, 1, 1, 0);
    assertArrayEquals(new float[1], c);
    kernels.gemm(c, 0, 1, c, 0, 1, 1, c, 0, 1, 1, start, 0, 1, false, 1, 1, 0);
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
