package dev.retort.data;

import module java.base;
import dev.retort.kernel.CounterRandom;

/** Stratified sampling: the classes keep their shares. */
final class StratifiedSample {
  private StratifiedSample() {}

  /**
   * Indices of {@code count} samples, ascending. Each class gives its share, rounded by largest remainder, the lower
   * class first among equals.
   */
  static int[] sample(int[] labels, int classes, int count, long key) {
    int[][] members =
        IntStream.range(0, classes)
            .mapToObj(c -> IntStream.range(0, labels.length).filter(i -> labels[i] == c).toArray())
            .toArray(int[][]::new);
    int[] quota = quotas(members, labels.length, count);
    return IntStream.range(0, classes)
        .flatMap(
            c ->
                Arrays.stream(CounterRandom.permutation(CounterRandom.key(key, c), members[c].length))
                    .limit(quota[c]).map(i -> members[c][i]))
        .sorted().toArray();
  }

  private static int[] quotas(int[][] members, int total, int count) {
    long[] shares = Arrays.stream(members).mapToLong(of -> (long) of.length * count).toArray();
    int[] quota = Arrays.stream(shares).mapToInt(share -> (int) (share / total)).toArray();
    IntStream.range(0, quota.length).boxed()
        .sorted(Comparator.comparingLong((Integer c) -> -(shares[c] % total)))
        .limit(count - Arrays.stream(quota).sum())
        .forEach(c -> quota[c]++);
    return quota;
  }
}
