package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Random numbers by key and position: against the JDK, known answers, and counts. */
@Tag("bits")
@Tag("interpreted")
final class CounterRandomTest {
  /** A key's sub-streams are what SplitMix64 draws from it, which the JDK has as well. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 0x0123456789ABCDEFL, Long.MIN_VALUE})
  void keysAreThoseOfSplitMix(long key) {
    SplittableRandom random = new SplittableRandom(key);
    for (int i = 0; i < 100; i++) {
      assertEquals(random.nextLong(), CounterRandom.key(key, i));
    }
  }

  /** Worked out with integers of any size. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0, 1, 144a87a9",
    "1, 0, cafeba47",
    "123456789abcdef, 0, ee23445c",
    "123456789abcdef, 1, c5c6e63f",
    "123456789abcdef, 1000000, cd1e89f4",
    "ffffffffffffffff, 2147483647, 3f0a1122",
    "fedcba9876543210, 12345, de24e9d1"
  })
  void bitsHaveTheirKnownValues(String key, int position, String expected) {
    int bits = CounterRandom.bits(Long.parseUnsignedLong(key, 16), position);
    assertEquals(expected, Integer.toHexString(bits));
    assertEquals(bits >>> 8, CounterRandom.bits24(Long.parseUnsignedLong(key, 16), position));
  }

  /** Counts of n draws spread by sqrt(n p (1 - p)); five of that, since there are 700 counts. */
  @Test
  void allNumbersBelowABoundComeEquallyOften() {
    for (int bound : new int[] {1, 2, 3, 10, 100, 584}) {
      int n = 1000 * bound;
      int[] counts = new int[bound];
      for (int i = 0; i < n; i++) {
        counts[CounterRandom.below(7L, i, bound)]++;
      }
      double spread = Math.sqrt(1000 * (1 - 1.0 / bound));
      for (int count : counts) {
        assertEquals(1000, count, 5 * spread);
      }
    }
  }

  @Test
  void permutationsHoldEveryNumberAndPutItAnywhere() {
    int n = 7;
    int tries = 7000;
    int[][] counts = new int[n][n];
    for (int key = 0; key < tries; key++) {
      int[] order = CounterRandom.permutation(CounterRandom.key(3L, key), n);
      for (int i = 0; i < n; i++) {
        counts[i][order[i]]++;
      }
      assertArrayEquals(
          IntStream.range(0, n).toArray(), Arrays.stream(order).sorted().toArray());
    }
    double spread = Math.sqrt(tries / 7.0 * 6 / 7);
    for (int[] row : counts) {
      for (int count : row) {
        assertEquals(tries / 7.0, count, 5 * spread);
      }
    }
    assertEquals(0, CounterRandom.permutation(1L, 0).length);
    assertTrue(
        !Arrays.equals(CounterRandom.permutation(1L, 99), CounterRandom.permutation(2L, 99)));
  }
}
