package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.derivation.Losses;
import java.util.Arrays;
import java.util.Random;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The variants give the reference's softmax for all lengths and spreads, and touch nothing else. */
final class SoftmaxVariantTest {
  private static final int OFFSET = 3;
  private static final float GUARD = 7;

  @ParameterizedTest
  @EnumSource
  void givesTheSoftmaxOfTheReference(SoftmaxVariant variant) {
    int lanes = FloatVector.SPECIES_PREFERRED.length();
    int[] lengths = {1, 2, lanes - 1, lanes, lanes + 1, 2 * lanes, 4 * lanes + 3, 1000};
    for (int n : lengths) {
      for (float spread : new float[] {0, 1, 30, 5000}) {
        check(variant, n, spread);
      }
    }
  }

  private static void check(SoftmaxVariant variant, int n, float spread) {
    Random random = new Random(n);
    float[] x = new float[n + 2 * OFFSET];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian() * spread;
    }
    float[] y = new float[x.length];
    Arrays.fill(y, GUARD);
    variant.row(y, x, OFFSET, n, 0.25f, new float[SoftmaxVariant.SCRATCH]);
    double[] want =
        Losses.softmax(Data.doubles(Arrays.copyOfRange(x, OFFSET, OFFSET + n)), 4);
    double[] tolerance = Arrays.stream(want).map(p -> 2e-4 * p + Float.MIN_NORMAL).toArray();
    String who = variant + " over " + n + " of spread " + spread;
    double[] got = Data.doubles(Arrays.copyOfRange(y, OFFSET, OFFSET + n));
    Answer.within(want, tolerance).check(who, got);
    for (int i = 0; i < OFFSET; i++) {
      assertEquals(GUARD, y[i], who);
      assertEquals(GUARD, y[OFFSET + n + i], who);
    }
  }

  /** What the comparison above is worth. */
  @Test
  void aPassThatLeavesOneOutIsFound() {
    double[] wrong = {0.5, 0.5};
    assertThrows(
        WrongResultException.class,
        () -> Answer.within(Losses.softmax(new double[] {1, 1.001}, 1), new double[] {1e-4, 1e-4})
            .check("wrong", wrong));
  }
}
