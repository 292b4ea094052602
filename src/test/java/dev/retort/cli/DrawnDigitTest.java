package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.Digits;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** Drawings become images of MNIST's kind. */
class DrawnDigitTest {
  private static final int SIDE = 28;

  @Provide
  Arbitrary<List<double[]>> drawings() {
    Arbitrary<Double> place = Arbitraries.doubles().between(0, 1).ofScale(4);
    Arbitrary<double[]> stroke =
        place.list().ofMinSize(1).ofMaxSize(6)
            .map(half -> half.stream().flatMapToDouble(v -> DoubleStream.of(v, 1 - v * v)).toArray());
    Arbitrary<double[]> free =
        place.list().ofMinSize(2).ofMaxSize(12)
            .map(v -> v.stream().limit(v.size() / 2 * 2L).mapToDouble(d -> d).toArray());
    return Arbitraries.oneOf(stroke, free).list().ofMinSize(1).ofMaxSize(4);
  }

  private static float[] image(List<double[]> strokes) {
    return DrawnDigit.image(strokes, SIDE, SIDE);
  }

  private static double centre(float[] image, int axis) {
    double mass = 0;
    double moment = 0;
    for (int i = 0; i < image.length; i++) {
      mass += image[i];
      moment += image[i] * (0.5 + (axis == 0 ? i % SIDE : i / SIDE));
    }
    return moment / mass;
  }

  /** Rows or columns from the first to the last with ink. */
  private static int extent(float[] image, int axis) {
    int[] inked =
        IntStream.range(0, image.length)
            .filter(i -> image[i] > 0)
            .map(i -> axis == 0 ? i % SIDE : i / SIDE)
            .sorted()
            .toArray();
    return inked[inked.length - 1] - inked[0] + 1;
  }

  @Property(tries = 3000)
  void theCentreOfMassIsInTheMiddleAndTheLongerSideTakesTwentyPixels(
      @ForAll("drawings") List<double[]> strokes) {
    float[] image = image(strokes);
    for (float ink : image) {
      assertTrue(ink >= 0 && ink <= 1);
    }
    int longer = Math.max(extent(image, 0), extent(image, 1));
    assertTrue(longer <= 21, () -> "extent " + longer);
    boolean atTheEdge =
        IntStream.range(0, SIDE)
            .anyMatch(
                i -> image[i] + image[image.length - 1 - i] + image[i * SIDE] + image[i * SIDE + SIDE - 1] > 0);
    if (span(strokes) > 0.05 && !atTheEdge) {
      assertTrue(longer >= 19, () -> "extent " + longer);
      // Ink is counted at points a quarter of a pixel apart.
      assertEquals(SIDE / 2.0, centre(image, 0), 0.25);
      assertEquals(SIDE / 2.0, centre(image, 1), 0.25);
    }
  }

  private static double span(List<double[]> strokes) {
    double widest = 0;
    for (int axis = 0; axis < 2; axis++) {
      int start = axis;
      double[] all =
          strokes.stream()
              .flatMapToDouble(s -> IntStream.range(0, s.length / 2).mapToDouble(i -> s[2 * i + start]))
              .sorted().toArray();
      widest = Math.max(widest, all[all.length - 1] - all[0]);
    }
    return widest;
  }

  @Property(tries = 100)
  void placeAndSizeOfTheDrawingChangeNothing(
      @ForAll("drawings") List<double[]> strokes,
      @ForAll @DoubleRange(min = 0.25, max = 4) double size,
      @ForAll @DoubleRange(min = -1, max = 1) double place) {
    if (span(strokes) < 0.25) {
      return; // A dot stays one.
    }
    List<double[]> moved =
        strokes.stream().map(s -> Arrays.stream(s).map(v -> v * size + place).toArray()).toList();
    float[] one = image(strokes);
    float[] other = image(moved);
    double difference = 0;
    for (int i = 0; i < one.length; i++) {
      difference = Math.max(difference, Math.abs(one[i] - other[i]));
    }
    assertEquals(0, difference, 0.126); // Two points of sixteen may fall to either side.
  }

  @Test
  void aCornerIsCentredByItsMass() {
    float[] image = image(List.of(new double[] {0.1, 0.1, 0.1, 0.9, 0.5, 0.9}));
    assertEquals(SIDE / 2.0, centre(image, 0), 0.15);
    assertEquals(SIDE / 2.0, centre(image, 1), 0.15);
    assertEquals(20, extent(image, 1), 1);
  }

  @Test
  void strokesAreAsWideAsMnists() {
    Dataset digits = Digits.load().test();
    int ones = 0;
    double ink = 0;
    for (int i = 0; i < digits.rows(); i++) {
      if (digits.labels()[i] == 1) {
        ones++;
        for (float pixel : digits.features(i, i + 1).toArray()) {
          ink += pixel;
        }
      }
    }
    double drawn = 0;
    for (float pixel : image(List.of(new double[] {0.55, 0.2, 0.45, 0.8}))) {
      drawn += pixel;
    }
    double mean = ink / ones;
    assertTrue(drawn > 0.8 * mean && drawn < 1.25 * mean, drawn + " ink beside " + mean);
  }
}
