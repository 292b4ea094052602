package dev.retort.loss;

import module java.base;

/**
 * What each sample counts, NOTES (E54): the weight of its class times its own, and 0 if its label is ignored. Arrays
 * are empty where all weights are 1.
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
record SampleWeights(double[] classes, double[] samples, OptionalInt ignored) {
  static final SampleWeights NONE =
      new SampleWeights(new double[0], new double[0], OptionalInt.empty());

  /** Within these no product, sum or quotient of weights leaves the range of floats. */
  private static final double SMALLEST = 0x1p-30;

  private static final double LARGEST = 0x1p30;

  /** A copy of weights that have a meaning. */
  static double[] checked(String kind, double[] weights) {
    boolean any = false;
    for (int i = 0; i < weights.length; i++) {
      boolean inRange = weights[i] >= SMALLEST && weights[i] <= LARGEST;
      if (!inRange && weights[i] != 0) {
        throw new IllegalArgumentException(
            "the weight of " + kind + " " + i + " must be 0, or 2^-30 to 2^30, not " + weights[i]);
      }
      any |= inRange;
    }
    if (!any) {
      throw new IllegalArgumentException("no " + kind + " has a weight above 0: nothing to learn");
    }
    return weights.clone();
  }

  /** A copy of the labels with a class in place of the ignored one. */
  int[] known(int[] labels) {
    return Arrays.stream(labels).map(y -> isIgnored(y) ? 0 : y).toArray();
  }

  private boolean isIgnored(int label) {
    return ignored.isPresent() && ignored.getAsInt() == label;
  }

  /** The weight of each sample; none if all are 1. */
  double[] each(int[] labels, int classCount) {
    require("class", classes.length, classCount);
    require("sample", samples.length, labels.length);
    boolean plain = classes.length == 0 && samples.length == 0;
    if (plain && Arrays.stream(labels).noneMatch(this::isIgnored)) {
      return new double[0];
    }
    double[] weights = new double[labels.length];
    for (int n = 0; n < weights.length; n++) {
      if (!isIgnored(labels[n])) {
        double ofClass = classes.length == 0 ? 1 : classes[labels[n]];
        weights[n] = ofClass * (samples.length == 0 ? 1 : samples[n]);
      }
    }
    if (Arrays.stream(weights).noneMatch(w -> w > 0)) {
      throw new IllegalArgumentException("every sample has weight 0: nothing to learn");
    }
    return weights;
  }

  private static void require(String kind, int given, int needed) {
    if (given != 0 && given != needed) {
      throw new IllegalArgumentException(
          given + " " + kind + " weights, where " + needed + " are needed");
    }
  }
}
