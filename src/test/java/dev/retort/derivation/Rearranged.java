package dev.retort.derivation;

import module java.base;

/** The same logits otherwise arranged, for laws that say what that does. */
public final class Rearranged {
  /** Logits below 8 on this grid can be shifted by whole numbers below 8 without rounding. */
  private static final double GRID = 0x1p-20;

  private Rearranged() {}

  /** A case with every logit of both networks mapped. */
  static Case each(Case given, DoubleUnaryOperator map) {
    return new Case(
        map(given.z(), map), map(given.v(), map), given.labels(), given.temperature(),
        given.hardWeight(), given.softWeight());
  }

  static double[][] map(double[][] rows, DoubleUnaryOperator map) {
    return Arrays.stream(rows)
        .map(row -> Arrays.stream(row).map(map).toArray())
        .toArray(double[][]::new);
  }

  /** On the grid on which whole shifts are exact in float32. */
  static Case onGrid(Case given) {
    return each(given, x -> Math.rint(x / GRID) * GRID);
  }

  /**
   * Without masks: impossible classes become very unlikely ones. And without the hugest logits, since
   * smoothing sums over all classes, in float32.
   */
  public static Case unmasked(Case given) {
    return each(given, x -> Math.min(Math.max(x, -20), 1e30f));
  }

  /** A permutation of the classes: class i of the result is class order[i] of what is given. */
  static int[] order(int classes, long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, classes).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return order.stream().mapToInt(i -> i).toArray();
  }

  static double[][] permuted(double[][] rows, int[] order) {
    return Arrays.stream(rows)
        .map(row -> Arrays.stream(order).mapToDouble(i -> row[i]).toArray())
        .toArray(double[][]::new);
  }

  static Case permuted(Case given, int[] order) {
    int[] labels =
        Arrays.stream(given.labels())
            .map(y -> IntStream.range(0, order.length).filter(i -> order[i] == y).sum())
            .toArray();
    return new Case(
        permuted(given.z(), order), permuted(given.v(), order), labels, given.temperature(),
        given.hardWeight(), given.softWeight());
  }
}
