package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Softmax of the engine. */
class SoftmaxLawsTest {
  /** NOTES (E7), (E27). */
  @Property(tries = 1000)
  void equalsTheReference(@ForAll(supplier = Case.Wild.class) Case given) {
    double t = given.temperature();
    double[][] q = Engine.probabilities(given.z(), t);
    for (int n = 0; n < given.rows(); n++) {
      assertClose(q[n], Losses.softmax(given.z()[n], t), 0, Tolerances.FLOAT32);
    }
  }

  /** NOTES (E7): a distribution. */
  @Property(tries = 1000)
  void sumsToOne(@ForAll(supplier = Case.Wild.class) Case given) {
    for (double[] q : Engine.probabilities(given.z(), given.temperature())) {
      assertTrue(Arrays.stream(q).allMatch(qi -> qi >= 0));
      assertClose(Arrays.stream(q).sum(), 1, 0, Tolerances.FLOAT32);
    }
  }

  /** NOTES (E8): to the bit, where the shift itself does not round. */
  @Property(tries = 1000)
  void aShiftChangesNothing(
      @ForAll(supplier = Case.Gentle.class) Case any,
      @ForAll @IntRange(min = -7, max = 7) int shift) {
    Case given = Rearranged.onGrid(any);
    Case shifted = Rearranged.each(given, x -> x + shift);
    double t = given.temperature();
    for (int n = 0; n < given.rows(); n++) {
      assertArrayEquals(
          Engine.probabilities(given.z(), t)[n], Engine.probabilities(shifted.z(), t)[n]);
    }
  }

  /** NOTES (E7): classes have no order. */
  @Property(tries = 1000)
  void aPermutationPermutes(
      @ForAll(supplier = Case.Wild.class) Case given, @ForAll long seed) {
    int[] order = Rearranged.order(given.classes(), seed);
    double t = given.temperature();
    assertClose(
        Engine.probabilities(Rearranged.permuted(given.z(), order), t),
        Rearranged.permuted(Engine.probabilities(given.z(), t), order),
        0, Tolerances.FLOAT32);
  }

  /** NOTES (E18): in double for any T, and in the engine to the bit for powers of two. */
  @Property(tries = 1000)
  void temperatureDividesTheLogits(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.onGrid(any);
    for (double[] z : given.z()) {
      double t = given.temperature();
      double[] divided = Arrays.stream(z).map(x -> x / t).toArray();
      assertClose(Losses.softmax(z, t), Losses.softmax(divided, 1), 0, Tolerances.DOUBLE);
    }
    double[][] halved = Rearranged.map(given.z(), x -> x / 2);
    for (int n = 0; n < given.rows(); n++) {
      assertArrayEquals(
          Engine.probabilities(given.z(), 2)[n], Engine.probabilities(halved, 1)[n]);
    }
  }
}
