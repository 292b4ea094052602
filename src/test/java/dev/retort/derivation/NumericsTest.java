package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.Product;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What the chosen forms keep, beside what the others lose. */
class NumericsTest {
  private static final Kernels KERNELS = Backend.kernels();
  private static final double U = 0x1p-24;

  private static float[] softmax(float temperature, float... z) {
    float[] q = new float[z.length];
    KERNELS.softmax(q, 0, z, 0, 2 / temperature, 1, z.length);
    return q;
  }

  /** The logarithm of a class's probability, by way of its cross entropy. */
  private static double logProbability(int y, float... z) {
    double[] value = new double[1];
    KERNELS.crossEntropy(value, 0, null, 0, z, 0, new int[] {y}, 0, 0, 1, 1, z.length);
    return -value[0];
  }

  private static float[] normal(Random random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static double[] doubles(float[] x) {
    return IntStream.range(0, x.length).mapToDouble(i -> x[i]).toArray();
  }

  /** NOTES (E43): the maximum goes first, or the exponential overflows. */
  @Test
  void theShiftSavesLargeLogits() {
    float naive = (float) Math.exp(1000f) / ((float) Math.exp(1000f) + (float) Math.exp(999f));
    assertTrue(Float.isNaN(naive));
    assertClose(softmax(1, 1000, 999)[0], 1 / (1 + Math.exp(-1)), 0, Tolerances.FLOAT32);
  }

  /** NOTES (E43): the maximum goes before the division, or both quotients are rounded. */
  @Test
  void theShiftComesBeforeTheDivision() {
    float t = 3;
    float z = 1e6f + 1;
    float m = 1e6f + 2;
    double exact = -1.0 / 3;
    float late = z / t - m / t;
    float early = (0.5f * z - 0.5f * m) * (2 / t);
    assertTrue(Math.abs(late - exact) > 1e-3, () -> "late " + late);
    assertClose(early, exact, 0, 2 * U);
  }

  /** NOTES (E43): a difference of floats may overflow, its half may not. */
  @Test
  void halvesDoNotOverflow() {
    float huge = 3e38f;
    assertEquals(Float.NEGATIVE_INFINITY, -huge - huge);
    assertEquals(-huge, Math.fma(-huge, 0.5f, -0.5f * huge));
    float t = 1e38f;
    assertClose(softmax(t, huge, -huge)[1], 1 / (1 + Math.exp(6)), 0, Tolerances.FLOAT32);
  }

  /** NOTES (E43): half the shifted logit is the exact half, rounded once. */
  @Property(tries = 1000)
  void theHalfIsRoundedOnce(@ForAll long seed) {
    Random random = new Random(seed);
    float z = (float) (random.nextGaussian() * Math.exp(random.nextInt(40) - 20));
    float m = (float) (random.nextGaussian() * Math.exp(random.nextInt(40) - 20));
    BigDecimal half = new BigDecimal(z).subtract(new BigDecimal(m)).divide(BigDecimal.TWO);
    assertEquals(half.floatValue(), Math.fma(z, 0.5f, -0.5f * m));
  }

  /** NOTES (E44): the three ways to a logarithm. */
  @Test
  void theLogarithmOfAnUnlikelyClass() {
    assertEquals(Float.NEGATIVE_INFINITY, (float) Math.log(softmax(1, 200, 0)[1]));
    assertClose(logProbability(1, 200, 0), -200, 0, U);
    float m = 1e8f;
    float swallowed = m - (m + (float) Math.log(2));
    assertEquals(0f, swallowed);
    assertClose(logProbability(0, m, m), -Math.log(2), 0, 2 * U);
  }

  /** NOTES (E44): a sum that rounds to 1 has lost the others; the sum without the label has not. */
  @Test
  void aNearlyCertainRowKeepsItsValueAndGradient() {
    float[] z = {30, 0};
    float[] dz = new float[2];
    double[] value = new double[1];
    KERNELS.crossEntropy(value, 0, dz, 0, z, 0, new int[] {0}, 0, 0, 1, 1, 2);
    double other = 1 / (1 + Math.exp(30));
    assertEquals(1f, 1f + (float) other);
    assertClose(value[0], Math.log1p(Math.exp(-30)), 0, Tolerances.FLOAT32);
    assertClose(dz[0], -other, 0, Tolerances.FLOAT32);
    assertClose(dz[1], other, 0, Tolerances.FLOAT32);
  }

  /** NOTES (E44): the fused difference is off by a few u of the larger of q and p. */
  @Property(tries = 1000)
  void theDifferenceIsRoundedOnce(
      @ForAll @IntRange(min = 2, max = 40) int cols, @ForAll long seed) {
    Random random = new Random(seed);
    float[] z = normal(random, cols);
    float[] p = new float[cols];
    double[] q = Losses.softmax(doubles(z), 1);
    for (int i = 0; i < cols; i++) {
      p[i] = (float) (q[i] * (1 + 1e-5 * random.nextGaussian()));
    }
    float[] dz = new float[cols];
    KERNELS.distillation(
        new double[1], new double[1], 0, dz, 0, z, 0, p, 0, new int[1], 0, 2f, 0f, 1f, 1, cols);
    for (int i = 0; i < cols; i++) {
      double error = Math.abs(dz[i] - (q[i] - p[i]));
      assertTrue(error <= 16 * U * Math.max(q[i], p[i]), () -> "error " + error);
    }
  }

  /** NOTES (E45): two fused steps leave r with one rounding, and ln 2 in one step would not. */
  @Property(tries = 1000)
  void theRangeReductionIsExactInItsFirstStep(
      @ForAll @IntRange(min = 1, max = 87_000) int thousandths) {
    float high = 0x1.62E43p-1f;
    float x = -thousandths / 1000f;
    float n = (float) Math.rint(x / Math.log(2));
    BigDecimal exact =
        new BigDecimal(x).subtract(new BigDecimal(n).multiply(new BigDecimal(high)));
    float first = Math.fma(n, -high, x);
    assertEquals(0, exact.compareTo(new BigDecimal(first)));
    assertTrue(Math.abs(first) < 0.35);
  }

  /** NOTES (E45). */
  @Test
  void theExponentialIsThatOfItsRemainder() {
    for (float x : new float[] {-87, -30, -1, -0.34657f, -1e-20f, 0}) {
      float[] q = softmax(1, 0, x);
      assertClose(q[1], Math.exp(x) * q[0], 0, 3 * U);
    }
    assertEquals(0f, softmax(1, 0, -104)[1]);
    float[] row = {0, Float.NaN};
    assertEquals(0, KERNELS.softmax(row, 0, row, 0, 2f, 1, 2));
  }

  /** NOTES (E46): a chain in order, and another order would give other bits. */
  @Test
  void aProductIsOneChain() {
    int k = 100;
    Random random = new Random(1);
    float[] a = new float[k];
    float[] b = new float[k];
    for (int p = 0; p < k; p++) {
      a[p] = (float) random.nextGaussian();
      b[p] = (float) random.nextGaussian();
    }
    float forward = 0.5f;
    float backward = 0.5f;
    for (int p = 0; p < k; p++) {
      forward = Math.fma(a[p], b[p], forward);
      backward = Math.fma(a[k - 1 - p], b[k - 1 - p], backward);
    }
    float[] c = new float[1];
    KERNELS.gemm(
        new Product()
            .into(c, 0, 1)
            .left(a, 0, k, 1)
            .right(b, 0, 1, 1)
            .startingAt(new float[] {0.5f}, 0, 0)
            .sized(1, 1, k),
        0, 1, 0, 1);
    assertEquals(forward, c[0]);
    assertNotEquals(backward, c[0]);
  }

  /** NOTES (E47): the error bound of sixteen lanes, on the sum of a softmax. */
  @Property(tries = 1000)
  void lanesKeepTheErrorOfASumSmall(
      @ForAll @IntRange(min = 1, max = 2000) int cols, @ForAll long seed) {
    float[] z = normal(new Random(seed), cols);
    double[] exactZ = doubles(z);
    double[] value = new double[1];
    // With targets of 0, log S alone.
    KERNELS.softCrossEntropy(value, 0, z, 0, new float[cols], 0, 2f, 1, cols);
    double max = Arrays.stream(exactZ).max().orElseThrow();
    double relative = Math.abs(Math.expm1(value[0] + max - Losses.logSumExp(exactZ, 1)));
    // Beside the additions: an exponential of one ulp, and the rounding of its exponent.
    double terms = 2 + 2 * (max + 6);
    double bound = (Math.ceil(cols / 16.0) + 4 + terms) * U;
    assertTrue(relative <= bound, () -> relative + " > " + bound);
  }
}
