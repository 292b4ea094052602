package dev.retort.loss;

import dev.retort.derivation.Variants;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

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

  /** The kept classes of a sample, most likely first. */
  int[] kept(int sample) {
    return kept[sample].clone();
  }

  /** The probability of all other classes. */
  double tail(int sample) {
    return tails[sample];
  }

  @Override
  public double value(int sample, int y, double[] z) {
    return temperature * temperature
        * Variants.top(target(sample), mask(sample), z, temperature);
  }

  @Override
  public double[] gradient(int sample, int y, double[] z) {
    double[] d = Variants.topGradient(target(sample), mask(sample), z, temperature);
    return Arrays.stream(d).map(di -> di * temperature * temperature).toArray();
  }

  private boolean[] mask(int sample) {
    boolean[] mask = new boolean[classes];
    for (int i : kept[sample]) {
      mask[i] = true;
    }
    return mask;
  }

  /** The kept probabilities in their places, and the tail in the first place that is not kept. */
  private double[] target(int sample) {
    double[] p = new double[classes];
    boolean[] mask = mask(sample);
    for (int i = 0; i < classes; i++) {
      if (!mask[i]) {
        p[i] = tails[sample];
        break;
      }
    }
    for (int i = 0; i < kept[sample].length; i++) {
      p[kept[sample][i]] = probabilities[sample][i];
    }
    return p;
  }
}
