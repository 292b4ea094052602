package dev.retort.loss;

import module java.base;

/** softmax(z / T) of one row in double, for the losses that are computed a row at a time. */
final class RowSoftmax {
  /** The probabilities, NOTES (E8), and their logarithms, (E11). */
  final double[] q;

  final double[] log;
  private final double top;
  private final double logSum;

  RowSoftmax(double[] z, double temperature) {
    double m = Arrays.stream(z).max().orElseThrow();
    double[] e = Arrays.stream(z).map(zi -> StrictMath.exp((zi - m) / temperature)).toArray();
    double sum = 0;
    for (double ei : e) {
      sum += ei;
    }
    double s = sum;
    top = m;
    logSum = StrictMath.log(s);
    q = Arrays.stream(e).map(ei -> ei / s).toArray();
    log = Arrays.stream(z).map(zi -> (zi - m) / temperature - logSum).toArray();
  }

  /** CE(p, q), where p_i = 0 counts as 0, NOTES (E12). */
  double crossEntropy(double[] p) {
    double value = 0;
    for (int i = 0; i < p.length; i++) {
      value -= p[i] == 0 ? 0 : p[i] * log[i];
    }
    return value;
  }

  /** The logarithm of what the whole row gives to the classes that are not masked here. */
  double logShare(RowSoftmax whole, double temperature) {
    return (top - whole.top) / temperature + logSum - whole.logSum;
  }
}
