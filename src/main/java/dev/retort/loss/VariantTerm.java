package dev.retort.loss;

import module java.base;
import dev.retort.kernel.Temperature;
import dev.retort.tensor.Tensor;

/** What a variant asks of one row beside the hard label, times T^2 where it has a temperature: NOTES, section 10. */
@FunctionalInterface
interface VariantTerm {
  /**
   * The value of a row, not finite if it has none, and its gradient.
   *
   * @param sample whose row it is
   * @param y its label
   * @param z its logits, not modified
   * @param dz the gradient in z, written
   */
  double apply(int sample, int y, double[] z, double[] dz);

  /** A row of a tensor. */
  static double[] row(Tensor tensor, int n) {
    return IntStream.range(0, tensor.rowSize()).mapToDouble(i -> tensor.get(n, i)).toArray();
  }

  /** Half the squared distance of the logits and its gradient z - v, NOTES (E35): what (E26) is up to means of rows. */
  static VariantTerm logitMatching(Tensor teacherLogits) {
    return (sample, y, z, dz) -> {
      double[] v = row(teacherLogits, sample);
      double value = 0;
      for (int i = 0; i < z.length; i++) {
        dz[i] = z[i] == v[i] ? 0 : z[i] - v[i]; // 0 where both are masked
        value += dz[i] * dz[i] / 2;
      }
      return value;
    };
  }

  /** The divergence in two parts, each with its weight: value, NOTES (E38), and gradient, (E39). */
  static VariantTerm decoupled(Tensor teacherLogits, double temperature, double labelWeight, double otherWeight) {
    Temperature.scale(temperature);
    Loss.requireWeight("label weight", labelWeight);
    Loss.requireWeight("other weight", otherWeight);
    return (sample, y, z, dz) -> {
      double[] teacher = row(teacherLogits, sample);
      RowSoftmax v = new RowSoftmax(teacher, temperature);
      RowSoftmax otherV = new RowSoftmax(masked(teacher, y), temperature);
      RowSoftmax q = new RowSoftmax(z, temperature);
      RowSoftmax otherQ = new RowSoftmax(masked(z, y), temperature);
      // The label and all others together; the share of the others is not 1 - q_y, which would cancel.
      double[] logP = {v.log[y], otherV.logShare(v, temperature)};
      double[] logQ = {q.log[y], otherQ.logShare(q, temperature)};
      double label = 0;
      for (int i = 0; i < 2; i++) {
        double p = StrictMath.exp(logP[i]);
        label += p == 0 ? 0 : p * (logP[i] - logQ[i]);
      }
      double others = otherQ.crossEntropy(otherV.q) - otherV.crossEntropy(otherV.q);
      double gap = StrictMath.exp(logQ[0]) - StrictMath.exp(logP[0]);
      for (int i = 0; i < z.length; i++) {
        double labelSlope = gap * (i == y ? 1 : -otherQ.q[i]);
        dz[i] = temperature * (labelWeight * labelSlope + otherWeight * (otherQ.q[i] - otherV.q[i]));
      }
      return temperature * temperature * (labelWeight * label + otherWeight * others);
    };
  }

  /** A copy without some classes. */
  private static double[] masked(double[] z, int... classes) {
    double[] rest = z.clone();
    for (int i : classes) {
      rest[i] = Double.NEGATIVE_INFINITY;
    }
    return rest;
  }

  /** Cross entropy of rows of mean 0 and standard deviation 1: scale, NOTES (E40), and gradient, (E41). */
  static VariantTerm standardised(Tensor teacherLogits, double temperature) {
    Temperature.scale(temperature);
    return (sample, y, z, dz) -> {
      Scale scale = Scale.of(z);
      double[] hat = scale.standardised(z);
      double[] v = row(teacherLogits, sample);
      double[] p = new RowSoftmax(Scale.of(v).standardised(v), temperature).q;
      RowSoftmax q = new RowSoftmax(hat, temperature);
      double[] d = new double[z.length];
      double mean = 0;
      double along = 0;
      for (int i = 0; i < z.length; i++) {
        d[i] = temperature * (q.q[i] - p[i]); // NOTES (E19)
        mean += d[i] / scale.count;
        along += d[i] == 0 ? 0 : d[i] * hat[i] / scale.count;
      }
      for (int i = 0; i < z.length; i++) {
        boolean counts = scale.deviation != 0 && !Double.isInfinite(hat[i]);
        dz[i] = counts ? (d[i] - mean - hat[i] * along) / scale.deviation : 0;
      }
      return temperature * temperature * q.crossEntropy(p);
    };
  }

  /** Of the classes that are not masked, NOTES (E40). A row of equal logits has no scale: it becomes zeros. */
  record Scale(double count, double mean, double deviation) {
    /** Below it logits count as equal: float32 might not hold the gradient, which is as large as T / deviation. */
    private static final double LEAST = 0x1p-100;

    static Scale of(double[] z) {
      double[] open = Arrays.stream(z).filter(Double::isFinite).toArray();
      double mean = Arrays.stream(open).average().orElseThrow();
      double variance = Arrays.stream(open).map(zi -> (zi - mean) * (zi - mean)).average().orElseThrow();
      double deviation = Math.sqrt(variance);
      return new Scale(open.length, mean, deviation < LEAST ? 0 : deviation);
    }

    double[] standardised(double[] z) {
      return Arrays.stream(z).map(zi -> (zi - mean) / (deviation == 0 ? 1 : deviation)).toArray();
    }
  }

  /** Cross entropy over the k likeliest classes and one bin for all others, and its gradient, NOTES (E37). */
  static VariantTerm top(SoftTargets targets, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("top targets need at least 1 class, not " + k);
    }
    double temperature = targets.temperature();
    int[][] kept = new int[targets.rows()][];
    double[][] probabilities = new double[targets.rows()][];
    double[] tails = new double[targets.rows()];
    for (int n = 0; n < targets.rows(); n++) {
      double[] p = row(targets.probabilities(), n);
      int[] order =
          IntStream.range(0, p.length).boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> -p[i]))
              .mapToInt(i -> i).toArray();
      kept[n] = IntStream.of(order).limit(k).toArray();
      probabilities[n] = IntStream.of(kept[n]).mapToDouble(i -> p[i]).toArray();
      tails[n] = IntStream.of(order).skip(k).mapToDouble(i -> p[i]).sum();
    }
    return (sample, y, z, dz) -> {
      RowSoftmax q = new RowSoftmax(z, temperature);
      RowSoftmax rest = new RowSoftmax(masked(z, kept[sample]), temperature);
      double tail = tails[sample];
      double[] target = new double[z.length];
      if (tail != 0) { // spread in the student's own proportions
        Arrays.setAll(target, i -> tail * rest.q[i]);
      }
      double value = 0;
      for (int at = 0; at < kept[sample].length; at++) {
        int i = kept[sample][at];
        target[i] = probabilities[sample][at];
        value -= target[i] == 0 ? 0 : target[i] * q.log[i];
      }
      value -= tail == 0 ? 0 : tail * rest.logShare(q, temperature);
      double total = Arrays.stream(target).sum(); // rounded targets add up to 1 only nearly
      Arrays.setAll(dz, i -> temperature * (total * q.q[i] - target[i])); // one T is left of T^2, (E19)
      return temperature * temperature * value;
    };
  }
}
