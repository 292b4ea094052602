package dev.retort.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Laws of stratified sampling. */
class StratifiedSampleTest {
  static final int CLASSES = 5;

  private static int[] counts(int[] labels) {
    int[] counts = new int[CLASSES];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  private static int[] sampled(int[] labels, int count, long key) {
    return Arrays.stream(StratifiedSample.sample(labels, CLASSES, count, key)).map(i -> labels[i]).toArray();
  }

  @Property
  void eachClassGivesItsShareRounded(
      @ForAll @Size(min = 1, max = 200) List<@IntRange(max = CLASSES - 1) Integer> all,
      @ForAll @IntRange(max = 200) int wanted, @ForAll long key) {
    int[] labels = all.stream().mapToInt(Integer::intValue).toArray();
    int count = wanted % (labels.length + 1);
    int[] taken = counts(sampled(labels, count, key));
    int[] given = counts(labels);
    assertEquals(count, Arrays.stream(taken).sum());
    for (int c = 0; c < CLASSES; c++) {
      long share = (long) given[c] * count;
      assertTrue(taken[c] >= share / labels.length);
      assertTrue(taken[c] <= Math.ceilDiv(share, labels.length));
    }
  }

  @Property
  void indicesAscend(
      @ForAll @Size(min = 1, max = 200) List<@IntRange(max = CLASSES - 1) Integer> all,
      @ForAll @IntRange(max = 200) int wanted, @ForAll long key) {
    int[] labels = all.stream().mapToInt(Integer::intValue).toArray();
    int[] chosen = StratifiedSample.sample(labels, CLASSES, wanted % (labels.length + 1), key);
    for (int i = 1; i < chosen.length; i++) {
      assertTrue(chosen[i - 1] < chosen[i]);
    }
  }

  /** 7 of 10, 3, 2 and 1: shares 4.375, 1.3125, 0.875 and 0.4375; 0.875 and 0.4375 round up. */
  @Test
  void theLargestRemaindersRoundUp() {
    int[] labels = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 4};
    assertArrayEquals(new int[] {4, 1, 1, 0, 1}, counts(sampled(labels, 7, 1)));
  }

  @Test
  void amongEqualRemaindersTheLowerClassRoundsUp() {
    int[] labels = {3, 2, 1, 0, 3, 2, 1, 0};
    assertArrayEquals(new int[] {1, 1, 1, 0, 0}, counts(sampled(labels, 3, 1)));
    assertArrayEquals(new int[] {2, 2, 1, 1, 0}, counts(sampled(labels, 6, 1)));
  }

  @Test
  void theKeyDecidesAndNothingElse() {
    int[] labels = new int[100];
    assertArrayEquals(
        StratifiedSample.sample(labels, CLASSES, 50, 7), StratifiedSample.sample(labels, CLASSES, 50, 7));
    assertFalse(
        Arrays.equals(
            StratifiedSample.sample(labels, CLASSES, 50, 7), StratifiedSample.sample(labels, CLASSES, 50, 8)));
  }

  /** Each of 20 samples of 2 classes is drawn in 1/4 of 4,000 draws; six standard deviations. */
  @Test
  void everySampleIsAsLikely() {
    int[] labels = new int[20];
    Arrays.fill(labels, 8, 20, 1);
    int[] drawn = new int[20];
    for (int key = 0; key < 4_000; key++) {
      for (int i : StratifiedSample.sample(labels, CLASSES, 5, key)) {
        drawn[i]++;
      }
    }
    double deviation = Math.sqrt(4_000 * 0.25 * 0.75);
    for (int count : drawn) {
      assertEquals(1_000, count, 6 * deviation);
    }
  }
}
