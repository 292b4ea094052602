package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;
import static dev.retort.derivation.Closeness.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClosenessTest {
  private static final double MASKED = Double.NEGATIVE_INFINITY;

  @Test
  void measuresAgainstTheNorm() {
    assertEquals(0.1, error(new double[] {3, 4.5}, new double[] {3, 4}, 0), 1e-15);
    assertEquals(0.05, error(new double[] {3, 4.5}, new double[] {3, 4}, 10), 1e-15);
    assertEquals(1e-3, error(new double[] {1.001e-200}, new double[] {1e-200}, 0), 1e-12);
    assertEquals(0, error(new double[] {MASKED, 0}, new double[] {MASKED, 0}, 0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {
    1.0001, 0.9999, -1, 0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  })
  void rejects(double wrong) {
    double[] expected = {MASKED, 1, 1};
    assertClose(expected, expected, 0, 1e-5);
    assertThrows(
        AssertionError.class,
        () -> assertClose(new double[] {MASKED, wrong, 1}, expected, 0, 1e-5));
    assertThrows(AssertionError.class, () -> assertClose(wrong, 1, 0, 1e-5));
  }

  @Test
  void rejectsAMaskLostOrAnotherLength() {
    assertTrue(!(error(new double[] {0, 1}, new double[] {MASKED, 1}, 0) <= 1e-5));
    assertTrue(!(error(new double[] {Double.NaN}, new double[] {MASKED}, 0) <= 1e-5));
    assertThrows(AssertionError.class, () -> error(new double[1], new double[2], 0));
  }
}
