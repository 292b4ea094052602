package dev.retort.loss;

import module java.base;

/**
 * The weight of each sample, NOTES (E54): that of its class times its own, and 0 if its label is ignored. An array is
 * empty where all its weights are 1.
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
record SampleWeights(double[] classes, double[] samples, OptionalInt ignored) {
  static final SampleWeights NONE = new SampleWeights(new double[0], new double[0], OptionalInt.empty());

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

  /** Labels and weights of samples, with a class in place of the label that is ignored. */
  BatchLoss.Samples bind(int[] labels, int classCount) {
    require("class", classes.length, classCount);
    require("sample", samples.length, labels.length);
    int[] known = labels.clone();
    double[] weights = new double[labels.length];
    boolean any = labels.length == 0;
    for (int n = 0; n < labels.length; n++) {
      int y = labels[n];
      if (ignored.isPresent() && y == ignored.getAsInt()) {
        known[n] = 0;
        continue;
      }
      if (y < 0 || y >= classCount) {
        throw new BadRowException(n, "label " + y + " is not one of the classes 0 to " + (classCount - 1));
      }
      weights[n] = (classes.length == 0 ? 1 : classes[y]) * (samples.length == 0 ? 1 : samples[n]);
      any |= weights[n] > 0;
    }
    if (!any) {
      throw new IllegalArgumentException("every sample has weight 0: nothing to learn");
    }
    return new BatchLoss.Samples(known, weights, classCount);
  }

  private static void require(String kind, int given, int needed) {
    if (given != 0 && given != needed) {
      throw new IllegalArgumentException(given + " " + kind + " weights, where " + needed + " are needed");
    }
  }
}
