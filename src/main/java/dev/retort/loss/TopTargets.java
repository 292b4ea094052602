package dev.retort.loss;

import module java.base;

/**
 * {@link Loss#topTargets}: T^2 times the cross entropy over the kept classes and one bin for all others, and its
 * gradient, NOTES (E37).
 */
final class TopTargets implements VariantLoss.Term {
  private final int[][] kept;
  private final double[][] probabilities;
  private final double[] tails;
  private final int classes;
  private final double temperature;

  TopTargets(SoftTargets targets, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("top targets need at least 1 class, not " + k);
    }
    classes = targets.classes();
    temperature = targets.temperature();
    kept = new int[targets.rows()][];
    probabilities = new double[targets.rows()][];
    tails = new double[targets.rows()];
    for (int n = 0; n < targets.rows(); n++) {
      int row = n;
      int[] order =
          IntStream.range(0, classes).boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> -targets.get(row, i)))
              .mapToInt(i -> i).toArray();
      kept[n] = IntStream.of(order).limit(k).toArray();
      probabilities[n] = IntStream.of(kept[n]).mapToDouble(i -> targets.get(row, i)).toArray();
      tails[n] = IntStream.of(order).skip(k).mapToDouble(i -> targets.get(row, i)).sum();
    }
  }

  @Override
  public double value(int sample, int y, double[] z) {
    double[] log = RowSoftmax.logProbabilities(z, temperature);
    double sum = 0;
    for (int i = 0; i < kept[sample].length; i++) {
      double p = probabilities[sample][i];
      sum -= p == 0 ? 0 : p * log[kept[sample][i]];
    }
    double tail = tails[sample];
    sum -= tail == 0 ? 0 : tail * RowSoftmax.logShare(rest(sample, z), z, temperature);
    return temperature * temperature * sum;
  }

  /** The tail's probability is spread in the student's own proportions, NOTES (E37); one T is left of T^2, (E19). */
  @Override
  public double[] gradient(int sample, int y, double[] z) {
    double[] target = new double[classes];
    if (tails[sample] != 0) {
      double[] shape = RowSoftmax.probabilities(rest(sample, z), temperature);
      Arrays.setAll(target, i -> tails[sample] * shape[i]);
    }
    for (int i = 0; i < kept[sample].length; i++) {
      target[kept[sample][i]] = probabilities[sample][i];
    }
    // The targets are rounded, so they add up to 1 only nearly.
    double total = Arrays.stream(target).sum();
    double[] q = RowSoftmax.probabilities(z, temperature);
    Arrays.setAll(q, i -> temperature * (total * q[i] - target[i]));
    return q;
  }

  /** The logits with the kept classes masked. */
  private double[] rest(int sample, double[] z) {
    double[] rest = z.clone();
    for (int i : kept[sample]) {
      rest[i] = Double.NEGATIVE_INFINITY;
    }
    return rest;
  }
}
