package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fused multiply-add in double against the JDK's, which is right with and without hardware. */
final class FmaTest {
  /** Exponents of subnormal to the largest floats. */
  private static final int LOWEST = -149;

  private static final int HIGHEST = 127;

  private static final float[] SPECIAL = {
    0f, -0f, 1f, -1f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, -Float.MIN_NORMAL,
    Math.nextDown(Float.MIN_NORMAL), Math.nextUp(1f), Math.nextDown(1f), 0.5f, 1.5f,
    Float.MAX_VALUE, -Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN,
    0x1p12f, 0x1p-12f, 0x1.000002p12f, 0x1p-126f, 0x1p-75f, 0x1p104f, -0x1p103f
  };

  @FunctionalInterface
  private interface Ternary {
    float of(float a, float b, float c);
  }

  private static void assertFused(Ternary fma, float a, float b, float c) {
    float expected = Math.fma(a, b, c);
    float actual = fma.of(a, b, c);
    if (Float.floatToIntBits(expected) != Float.floatToIntBits(actual)) {
      throw new AssertionError(
          "fma(" + Float.toHexString(a) + ", " + Float.toHexString(b) + ", "
              + Float.toHexString(c) + ") is " + expected + ", not " + actual);
    }
  }

  /** Every exponent of a product with every exponent of the addend: cancellation, ties, overflow. */
  private static void assertFusedAtAllExponents(Ternary fma) {
    SplittableRandom random = new SplittableRandom(1);
    for (int product = 2 * LOWEST; product <= 2 * HIGHEST; product++) {
      int least = Math.max(LOWEST, product - HIGHEST);
      int most = Math.min(HIGHEST, product - LOWEST);
      for (int addend = LOWEST; addend <= HIGHEST; addend++) {
        int first = random.nextInt(least, most + 1);
        float a = withExponent(first, random);
        float b = withExponent(product - first, random);
        assertFused(fma, a, b, withExponent(addend, random));
      }
    }
  }

  /** A float of few bits, of a long run of bits, or of any: sums then end halfway between floats. */
  private static float withExponent(int exponent, SplittableRandom random) {
    int fraction =
        switch (random.nextInt(4)) {
          case 0 -> 1 << random.nextInt(24);
          case 1 -> 3 << random.nextInt(24);
          case 2 -> -1 << random.nextInt(24);
          default -> random.nextInt();
        };
    float sign = random.nextBoolean() ? 1f : -1f;
    float significand = 1 + (fraction & 0x7FFFFF) * 0x1p-23f;
    return sign * Math.scalb(significand, exponent);
  }

  @Test
  void hasTheBitsOfMathFmaAtAllExponents() {
    assertFusedAtAllExponents(Fma::inDouble);
  }

  @Test
  void hasTheBitsOfMathFmaForSpecialValues() {
    for (float a : SPECIAL) {
      for (float b : SPECIAL) {
        for (float c : SPECIAL) {
          assertFused(Fma::inDouble, a, b, c);
        }
      }
    }
  }

  /** The product is half of the addend's last place, or next to that: by less than double tells. */
  private static void assertFusedNextToTies(Ternary fma) {
    SplittableRandom random = new SplittableRandom(2);
    float[][] nextToOne = {{1f, 1f}, {0x1.000002p0f, 0x1.fffffcp-1f}, {0x1.001p0f, 0x1.ffe002p-1f}};
    for (int addend = LOWEST; addend <= HIGHEST; addend++) {
      float c = withExponent(addend, random);
      int half = Math.getExponent(0.5 * Math.ulp(c));
      for (float[] factors : nextToOne) {
        float a = Math.scalb(factors[0], half / 2);
        float b = Math.scalb(factors[1], half - half / 2);
        assertFused(fma, a, b, c);
        assertFused(fma, -a, b, c);
      }
    }
  }

  @Test
  void aSumNextToATieRoundsOnce() {
    assertFusedNextToTies(Fma::inDouble);
  }

  @Test
  void theLawRejectsTwoRoundings() {
    assertThrows(
        AssertionError.class,
        () -> assertFusedAtAllExponents((a, b, c) -> (float) ((double) a * b + c)));
    assertThrows(
        AssertionError.class, () -> assertFusedAtAllExponents((a, b, c) -> a * b + c));
  }

  @Test
  void theLawOfTiesRejectsASubnormalThatIsRoundedTwice() {
    Ternary twice =
        (a, b, c) -> {
          double sum = (double) a * b + c;
          return Math.abs(sum) < Float.MIN_NORMAL ? (float) sum : Fma.inDouble(a, b, c);
        };
    assertThrows(AssertionError.class, () -> assertFusedNextToTies(twice));
  }

  /** Else a machine without the instruction computes 1,000 times slower there. */
  @ParameterizedTest
  @ValueSource(strings = {"ScalarKernels", "Exp", "Log"})
  void theScalarBackendMultipliesAndAddsThroughHere(String name) throws IOException {
    Path file = Path.of("src/main/java/dev/retort/kernel", name + ".java");
    assertEquals(-1, Files.readString(file).indexOf("Math.fma"), name);
  }

  @Test
  void theChoiceHasTheBitsOfMathFma() {
    assertFusedAtAllExponents(Fma::fma);
    assertTrue(Float.isNaN(Fma.fma(Float.POSITIVE_INFINITY, 0f, 1f)));
  }
}
