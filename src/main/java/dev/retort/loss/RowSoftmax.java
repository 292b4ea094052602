package dev.retort.loss;

import module java.base;

/** Softmax of a row in double, for the losses that are computed a row at a time. */
final class RowSoftmax {
  private RowSoftmax() {}

  private static double max(double[] z) {
    return Arrays.stream(z).max().orElseThrow();
  }

  private static double shiftedSum(double[] z, double temperature) {
    double m = max(z);
    double sum = 0;
    for (double zj : z) {
      sum += StrictMath.exp((zj - m) / temperature);
    }
    return sum;
  }

  /** softmax(z / T), NOTES (E8). */
  static double[] probabilities(double[] z, double temperature) {
    double m = max(z);
    double sum = shiftedSum(z, temperature);
    return Arrays.stream(z).map(zi -> StrictMath.exp((zi - m) / temperature) / sum).toArray();
  }

  /** log softmax(z / T), NOTES (E11). */
  static double[] logProbabilities(double[] z, double temperature) {
    double m = max(z);
    double logSum = StrictMath.log(shiftedSum(z, temperature));
    return Arrays.stream(z).map(zi -> (zi - m) / temperature - logSum).toArray();
  }

  /** The logarithm of the probability of all classes of z that are not masked in part. */
  static double logShare(double[] part, double[] z, double temperature) {
    return (max(part) - max(z)) / temperature
        + StrictMath.log(shiftedSum(part, temperature))
        - StrictMath.log(shiftedSum(z, temperature));
  }

  /** CE(p, softmax(z / T)), where p_i = 0 counts as 0, NOTES (E12). */
  static double crossEntropy(double[] p, double[] z, double temperature) {
    double[] log = logProbabilities(z, temperature);
    double value = 0;
    for (int i = 0; i < p.length; i++) {
      value -= p[i] == 0 ? 0 : p[i] * log[i];
    }
    return value;
  }
}
