package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Test;

/** The comparator that every test of bits relies on must reject. */
final class BitsTest {
  @Test
  void acceptsOnlyTheSameBits() {
    Bits.assertSame(new float[] {1f, -0f, Float.NaN}, new float[] {1f, -0f, Float.NaN}, "same");
    rejects(new float[] {1f}, new float[] {Math.nextUp(1f)});
    rejects(new float[] {0f}, new float[] {-0f});
    rejects(new float[] {0f}, new float[] {Float.MIN_VALUE});
    rejects(new float[] {Float.NaN}, new float[] {0f});
    rejects(new float[] {Float.POSITIVE_INFINITY}, new float[] {Float.MAX_VALUE});
    rejects(new float[] {1f, Bits.GUARD}, new float[] {1f, 0f});
    rejects(new float[1], new float[2]);
    assertThrows(
        AssertionError.class,
        () -> Bits.assertSame(new double[] {1}, new double[] {Math.nextUp(1.0)}, "rejected"));
  }

  @Test
  void theAwkwardOnesAppear() {
    float[] x = Bits.awkward(4000, 4, new SplittableRandom(1));
    boolean nan = false;
    boolean infinite = false;
    boolean negativeZero = false;
    boolean subnormal = false;
    for (float v : x) {
      nan |= Float.isNaN(v);
      infinite |= Float.isInfinite(v);
      negativeZero |= Float.floatToRawIntBits(v) == Integer.MIN_VALUE;
      subnormal |= v != 0 && Math.abs(v) < Float.MIN_NORMAL;
    }
    assertTrue(nan && infinite && negativeZero && subnormal);
  }

  private static void rejects(float[] expected, float[] actual) {
    assertThrows(AssertionError.class, () -> Bits.assertSame(expected, actual, "rejected"));
  }
}
