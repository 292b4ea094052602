package dev.retort.loss;

import dev.retort.derivation.Variants;
import dev.retort.tensor.Tensor;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The k most likely classes of each row of soft targets, and one bin with the probability of all
 * others, NOTES (E37): for many classes, when a teacher's whole answers are too much to keep.
 */
public final class TopTargets {
  private final int[][] classes;
  private final double[][] probabilities;
  private final double[] tails;
  private final int width;
  private final double temperature;

  /**
   * The top of soft targets; of equal probabilities the first classes are kept.
   *
   * @param targets not modified, and not kept
   * @param k how many classes, at least 1; all of them if there are fewer
   * @throws IllegalArgumentException if k is below 1
   */
  public TopTargets(SoftTargets targets, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("top targets need at least 1 class, not " + k);
    }
    width = targets.classes();
    temperature = targets.temperature();
    classes = new int[targets.rows()][];
    probabilities = new double[targets.rows()][];
    tails = new double[targets.rows()];
    for (int n = 0; n < targets.rows(); n++) {
      int row = n;
      int[] order =
          IntStream.range(0, width).boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> -targets.get(row, i)))
              .mapToInt(i -> i).toArray();
      classes[n] = IntStream.of(order).limit(k).toArray();
      probabilities[n] = IntStream.of(classes[n]).mapToDouble(i -> targets.get(row, i)).toArray();
      tails[n] = IntStream.of(order).skip(k).mapToDouble(i -> targets.get(row, i)).sum();
    }
  }

  /**
   * The kept classes of a sample, most likely first: a copy.
   *
   * @param sample its index
   * @return k classes, or all if there are fewer
   */
  public int[] classes(int sample) {
    return classes[sample].clone();
  }

  /**
   * The probability of all classes that are not kept.
   *
   * @param sample its index
   * @return from 0 to 1, but for rounding
   */
  public double tail(int sample) {
    return tails[sample];
  }

  /**
   * Cross entropy at the targets' temperature and its gradient, without T^2.
   *
   * @param logits [rows, classes], not modified unless it is the output too; row n belongs to sample n
   * @param dLogits [rows, classes], written, null for the value alone; may be the logits themselves
   * @return mean over the rows, in nats
   * @throws BadRowException for a row without a softmax, or a target on masked classes
   */
  public double apply(Tensor logits, Tensor dLogits) {
    if (logits.rowSize() != width || logits.rows() > classes.length) {
      throw new IllegalArgumentException(
          "top targets [" + classes.length + ", " + width + "] do not serve the logits " + logits);
    }
    return RowwiseDouble.mean(
        logits, dLogits,
        (n, z) -> Variants.top(target(n), kept(n), z, temperature),
        (n, z) -> Variants.topGradient(target(n), kept(n), z, temperature));
  }

  private boolean[] kept(int n) {
    boolean[] kept = new boolean[width];
    for (int i : classes[n]) {
      kept[i] = true;
    }
    return kept;
  }

  /** The kept probabilities in their places, and the tail in the first place that is not kept. */
  private double[] target(int n) {
    double[] p = new double[width];
    boolean[] kept = kept(n);
    for (int i = 0; i < width; i++) {
      if (!kept[i]) {
        p[i] = tails[n];
        break;
      }
    }
    for (int i = 0; i < classes[n].length; i++) {
      p[classes[n][i]] = probabilities[n][i];
    }
    return p;
  }
}
