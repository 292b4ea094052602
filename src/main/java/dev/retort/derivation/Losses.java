package dev.retort.derivation;

import static dev.retort.derivation.Indexed.rows;
import static dev.retort.derivation.Indexed.sum;
import static dev.retort.derivation.Indexed.vector;

import module java.base;

/**
 * Softmax at a temperature and the losses over it. A logit of -Infinity masks its class; every row
 * needs a finite logit, and no NaN or +Infinity.
 */
public final class Losses {
  private Losses() {}

  /** softmax(z / T), NOTES (E7), (E18), with the maximum subtracted first, (E8), before the division, (E43). */
  public static double[] softmax(double[] z, double temperature) {
    double m = max(z);
    double[] e = vector(z.length, i -> StrictMath.exp((z[i] - m) / temperature));
    double sum = sum(z.length, i -> e[i]);
    return vector(z.length, i -> e[i] / sum);
  }

  private static double max(double[] z) {
    return Arrays.stream(z).max().orElseThrow();
  }

  /** log sum_j exp((z_j - max z) / T): the part of the log-sum-exp that never overflows. */
  private static double shiftedLogSumExp(double[] z, double temperature) {
    double m = max(z);
    return StrictMath.log(sum(z.length, j -> StrictMath.exp((z[j] - m) / temperature)));
  }

  /** log sum_j exp(z_j / T), NOTES (E10). */
  public static double logSumExp(double[] z, double temperature) {
    return max(z) / temperature + shiftedLogSumExp(z, temperature);
  }

  /** log softmax(z / T), NOTES (E11), in the last form of (E44). */
  public static double[] logSoftmax(double[] z, double temperature) {
    double m = max(z);
    double logSum = shiftedLogSumExp(z, temperature);
    return vector(z.length, i -> (z[i] - m) / temperature - logSum);
  }

  /**
   * The Jacobian of the softmax, [i][j] = dq_i / dz_j, NOTES (E9); times T, the covariance of the hard
   * gradient under labels drawn from the softmax, (E51).
   */
  public static double[][] softmaxJacobian(double[] z, double temperature) {
    double[] q = softmax(z, temperature);
    return rows(z.length, i -> vector(z.length, j -> q[i] * ((i == j ? 1 : 0) - q[j]) / temperature));
  }

  /** One class's term of a cross entropy, - p log q; 0 log 0 is 0, NOTES (E27). */
  static double term(double p, double logQ) {
    return p == 0 ? 0 : -p * logQ;
  }

  /**
   * - sum_i p_i log softmax(z / T)_i, in nats, NOTES (E12), (E13). Times T it has the limit (E52) at low temperature.
   */
  public static double crossEntropy(double[] p, double[] z, double temperature) {
    double[] log = logSoftmax(z, temperature);
    return sum(z.length, i -> term(p[i], log[i]));
  }

  /** Its gradient in z, (softmax(z / T) - p) / T, NOTES (E14), (E17). */
  public static double[] crossEntropyGradient(double[] p, double[] z, double temperature) {
    double[] q = softmax(z, temperature);
    return vector(z.length, i -> (q[i] - p[i]) / temperature);
  }

  /** - sum_i p_i log p_i, in nats, NOTES (E22). */
  public static double entropy(double[] p) {
    return sum(p.length, i -> term(p[i], StrictMath.log(p[i])));
  }

  /** KL(p || softmax(z / T)), NOTES (E22). */
  public static double divergence(double[] p, double[] z, double temperature) {
    return crossEntropy(p, z, temperature) - entropy(p);
  }

  /** A hard label as a distribution, smoothed: (1 - e) [i = y] + e / C, NOTES (E16). */
  public static double[] target(int label, int classes, double smoothing) {
    return vector(classes, i -> (1 - smoothing) * (i == label ? 1 : 0) + smoothing / classes);
  }

  /**
   * The gradient of {@link #crossEntropy} at the label of a hard target, at T = 1, without a difference
   * of nearly equal numbers, NOTES (E48).
   */
  static double labelGradient(double[] z, int label, double smoothing) {
    double rest = rest(z, label);
    double own = StrictMath.exp(z[label] - max(z));
    return smoothing - smoothing / z.length - rest / (rest + own);
  }

  /** - log softmax(z)_y for a label y whose logit is the largest, accurate near 0, NOTES (E49). */
  static double labelValue(double[] z, int label) {
    return StrictMath.log1p(rest(z, label));
  }

  /** The sum of the exponentials of all classes other than the label. */
  private static double rest(double[] z, int label) {
    double m = max(z);
    return sum(z.length, i -> i == label ? 0 : StrictMath.exp(z[i] - m));
  }

  /** The mean of several teachers' softmax(v / T), NOTES (E36). */
  public static double[] ensemble(double[][] teachers, double temperature) {
    double[][] p = rows(teachers.length, k -> softmax(teachers[k], temperature));
    return vector(p[0].length, i -> sum(p.length, k -> p[k][i] / p.length));
  }

  /** {@link #target} of each label. */
  public static double[][] targets(int[] labels, int classes, double smoothing) {
    return rows(labels.length, n -> target(labels[n], classes, smoothing));
  }

  /** The mean over the rows of the cross entropy, NOTES (E15). */
  public static double meanCrossEntropy(double[][] p, double[][] z, double temperature) {
    return sum(z.length, n -> crossEntropy(p[n], z[n], temperature)) / z.length;
  }

  /** Its gradient, NOTES (E15). */
  public static double[][] meanCrossEntropyGradient(double[][] p, double[][] z, double temperature) {
    double[][] dz = rows(z.length, n -> crossEntropyGradient(p[n], z[n], temperature));
    return rows(z.length, n -> vector(dz[n].length, i -> dz[n][i] / z.length));
  }

  /** The mean of the rows' values, each with its weight, NOTES (E54). */
  public static double weightedMean(double[] weights, double[] values) {
    return sum(values.length, n -> weights[n] * values[n]) / sum(values.length, n -> weights[n]);
  }

  /** Its gradient, from the gradients of the rows' values, NOTES (E55). */
  static double[][] weightedMeanGradient(double[] weights, double[][] dz) {
    double sum = sum(dz.length, n -> weights[n]);
    return rows(dz.length, n -> vector(dz[n].length, i -> weights[n] * dz[n][i] / sum));
  }

  /** hardWeight * CE(y, softmax(z)) + softWeight * T^2 * CE(p, softmax(z / T)), NOTES (E20). */
  public static double distillation(
      double[][] z, int[] labels, double[][] p, double temperature, double hardWeight, double softWeight) {
    double hard = meanCrossEntropy(targets(labels, z[0].length, 0), z, 1);
    double soft = meanCrossEntropy(p, z, temperature);
    return hardWeight * hard + softWeight * temperature * temperature * soft;
  }

  /** Its gradient, term by term: the soft one keeps one T of T^2, NOTES (E19), (E21). */
  public static double[][] distillationGradient(
      double[][] z, int[] labels, double[][] p, double temperature, double hardWeight, double softWeight) {
    double[][] hard = meanCrossEntropyGradient(targets(labels, z[0].length, 0), z, 1);
    double[][] soft = meanCrossEntropyGradient(p, z, temperature);
    double softFactor = softWeight * temperature * temperature;
    return rows(z.length, n -> vector(z[n].length, i -> hardWeight * hard[n][i] + softFactor * soft[n][i]));
  }
}
