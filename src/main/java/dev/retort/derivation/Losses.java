package dev.retort.derivation;

import module java.base;

/**
 * Softmax at a temperature and the losses over it. A logit of -Infinity masks its class; every row
 * needs a finite logit, and no NaN or +Infinity.
 */
public final class Losses {
  private Losses() {}

  /**
   * softmax(z / T), NOTES (E7), (E18), with the maximum subtracted first, (E8), before the division,
   * (E43).
   */
  public static double[] softmax(double[] z, double temperature) {
    double[] q = new double[z.length];
    double m = max(z);
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      q[i] = StrictMath.exp((z[i] - m) / temperature);
      sum += q[i];
    }
    for (int i = 0; i < z.length; i++) {
      q[i] /= sum;
    }
    return q;
  }

  private static double max(double[] z) {
    return Arrays.stream(z).max().orElseThrow();
  }

  /** log sum_j exp((z_j - max z) / T): the part of the log-sum-exp that never overflows. */
  private static double shiftedLogSumExp(double[] z, double temperature) {
    double m = max(z);
    double sum = 0;
    for (double zj : z) {
      sum += StrictMath.exp((zj - m) / temperature);
    }
    return StrictMath.log(sum);
  }

  /** log sum_j exp(z_j / T), NOTES (E10). */
  public static double logSumExp(double[] z, double temperature) {
    return max(z) / temperature + shiftedLogSumExp(z, temperature);
  }

  /** log softmax(z / T), NOTES (E11), in the last form of (E44). */
  public static double[] logSoftmax(double[] z, double temperature) {
    double[] log = new double[z.length];
    double m = max(z);
    double logSum = shiftedLogSumExp(z, temperature);
    for (int i = 0; i < z.length; i++) {
      log[i] = (z[i] - m) / temperature - logSum;
    }
    return log;
  }

  /**
   * The Jacobian of the softmax, [i][j] = dq_i / dz_j, NOTES (E9); times T, the covariance of the hard
   * gradient under labels drawn from the softmax, (E51).
   */
  public static double[][] softmaxJacobian(double[] z, double temperature) {
    double[] q = softmax(z, temperature);
    double[][] jacobian = new double[z.length][z.length];
    for (int i = 0; i < z.length; i++) {
      for (int j = 0; j < z.length; j++) {
        jacobian[i][j] = q[i] * ((i == j ? 1 : 0) - q[j]) / temperature;
      }
    }
    return jacobian;
  }

  /**
   * - sum_i p_i log softmax(z / T)_i, in nats, NOTES (E12), (E13); 0 log 0 is 0, (E27). Times T it has
   * the limit (E52) at low temperature.
   */
  public static double crossEntropy(double[] p, double[] z, double temperature) {
    double[] log = logSoftmax(z, temperature);
    double value = 0;
    for (int i = 0; i < z.length; i++) {
      value -= p[i] == 0 ? 0 : p[i] * log[i];
    }
    return value;
  }

  /** Its gradient in z, (softmax(z / T) - p) / T, NOTES (E14), (E17). */
  public static double[] crossEntropyGradient(double[] p, double[] z, double temperature) {
    double[] q = softmax(z, temperature);
    double[] dz = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      dz[i] = (q[i] - p[i]) / temperature;
    }
    return dz;
  }

  /** - sum_i p_i log p_i, in nats, NOTES (E22). */
  public static double entropy(double[] p) {
    double value = 0;
    for (double pi : p) {
      value -= pi == 0 ? 0 : pi * StrictMath.log(pi);
    }
    return value;
  }

  /** KL(p || softmax(z / T)), NOTES (E22). */
  public static double divergence(double[] p, double[] z, double temperature) {
    return crossEntropy(p, z, temperature) - entropy(p);
  }

  /** A hard label as a distribution, smoothed: (1 - e) [i = y] + e / C, NOTES (E16). */
  public static double[] target(int label, int classes, double smoothing) {
    double[] p = new double[classes];
    for (int i = 0; i < classes; i++) {
      p[i] = (1 - smoothing) * (i == label ? 1 : 0) + smoothing / classes;
    }
    return p;
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
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      sum += i == label ? 0 : StrictMath.exp(z[i] - m);
    }
    return sum;
  }

  /** The mean of several teachers' softmax(v / T), NOTES (E36). */
  public static double[] ensemble(double[][] teachers, double temperature) {
    double[] p = new double[teachers[0].length];
    for (double[] v : teachers) {
      double[] one = softmax(v, temperature);
      for (int i = 0; i < p.length; i++) {
        p[i] += one[i] / teachers.length;
      }
    }
    return p;
  }

  /** {@link #target} of each label. */
  public static double[][] targets(int[] labels, int classes, double smoothing) {
    return Arrays.stream(labels).mapToObj(label -> target(label, classes, smoothing)).toArray(double[][]::new);
  }

  /** The mean over the rows of the cross entropy, NOTES (E15). */
  public static double meanCrossEntropy(double[][] p, double[][] z, double temperature) {
    double sum = 0;
    for (int n = 0; n < z.length; n++) {
      sum += crossEntropy(p[n], z[n], temperature);
    }
    return sum / z.length;
  }

  /** Its gradient, NOTES (E15). */
  public static double[][] meanCrossEntropyGradient(double[][] p, double[][] z, double temperature) {
    double[][] dz = new double[z.length][];
    for (int n = 0; n < z.length; n++) {
      dz[n] = crossEntropyGradient(p[n], z[n], temperature);
      for (int i = 0; i < dz[n].length; i++) {
        dz[n][i] /= z.length;
      }
    }
    return dz;
  }

  /** The mean of the rows' values, each with its weight, NOTES (E54). */
  public static double weightedMean(double[] weights, double[] values) {
    double sum = 0;
    for (int n = 0; n < values.length; n++) {
      sum += weights[n] * values[n];
    }
    return sum / Arrays.stream(weights).sum();
  }

  /** Its gradient, from the gradients of the rows' values, NOTES (E55). */
  static double[][] weightedMeanGradient(double[] weights, double[][] rows) {
    double sum = Arrays.stream(weights).sum();
    double[][] dz = new double[rows.length][];
    for (int n = 0; n < rows.length; n++) {
      double share = weights[n] / sum;
      dz[n] = Arrays.stream(rows[n]).map(g -> share * g).toArray();
    }
    return dz;
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
    double[][] dz = new double[z.length][z[0].length];
    for (int n = 0; n < z.length; n++) {
      for (int i = 0; i < z[n].length; i++) {
        dz[n][i] = hardWeight * hard[n][i] + softWeight * temperature * temperature * soft[n][i];
      }
    }
    return dz;
  }
}
