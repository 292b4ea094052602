package dev.retort.loss;

import module java.base;
import dev.retort.kernel.Temperature;
import dev.retort.tensor.Tensor;

/** What a variant asks of one row beside the hard label, times T^2 where it has a temperature: NOTES, section 10. */
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
  record LogitMatching(Tensor teacherLogits) implements VariantTerm {
    @Override
    public double apply(int sample, int y, double[] z, double[] dz) {
      double[] v = row(teacherLogits, sample);
      double value = 0;
      for (int i = 0; i < z.length; i++) {
        dz[i] = z[i] == v[i] ? 0 : z[i] - v[i]; // 0 where both are masked
        value += dz[i] * dz[i] / 2;
      }
      return value;
    }
  }

  /** The divergence in two parts, each with its weight: value, NOTES (E38), and gradient, (E39). */
  record Decoupled(Tensor teacherLogits, double temperature, double labelWeight, double otherWeight)
      implements VariantTerm {
    public Decoupled {
      Temperature.scale(temperature);
      LossChecks.requireWeight("label weight", labelWeight);
      LossChecks.requireWeight("other weight", otherWeight);
    }

    @Override
    public double apply(int sample, int y, double[] z, double[] dz) {
      double[] v = row(teacherLogits, sample);
      double[] otherV = others(v, y);
      double[] otherZ = others(z, y);
      double label = 0;
      double[] logP = logLabel(v, otherV, y);
      double[] logQ = logLabel(z, otherZ, y);
      for (int i = 0; i < 2; i++) {
        double share = StrictMath.exp(logP[i]);
        label += share == 0 ? 0 : share * (logP[i] - logQ[i]);
      }
      double[] p = RowSoftmax.probabilities(otherV, temperature);
      double[] q = RowSoftmax.probabilities(otherZ, temperature);
      double rest = RowSoftmax.crossEntropy(p, otherZ, temperature) - RowSoftmax.crossEntropy(p, otherV, temperature);
      double gap = StrictMath.exp(logQ[0]) - StrictMath.exp(logP[0]);
      for (int i = 0; i < z.length; i++) {
        double labelSlope = gap * (i == y ? 1 : -q[i]);
        dz[i] = temperature * (labelWeight * labelSlope + otherWeight * (q[i] - p[i]));
      }
      return temperature * temperature * (labelWeight * label + otherWeight * rest);
    }

    /** log q_y and log (1 - q_y), the second from the sum over the other classes. */
    private double[] logLabel(double[] z, double[] otherZ, int y) {
      double[] log = RowSoftmax.logProbabilities(z, temperature);
      return new double[] {log[y], RowSoftmax.logShare(otherZ, z, temperature)};
    }

    private static double[] others(double[] z, int y) {
      double[] rest = z.clone();
      rest[y] = Double.NEGATIVE_INFINITY;
      return rest;
    }
  }

  /** Cross entropy of rows of mean 0 and standard deviation 1: scale, NOTES (E40), and gradient, (E41). */
  record Standardised(Tensor teacherLogits, double temperature) implements VariantTerm {
    public Standardised {
      Temperature.scale(temperature);
    }

    @Override
    public double apply(int sample, int y, double[] z, double[] dz) {
      Scale scale = Scale.of(z);
      double[] hat = scale.standardised(z);
      double[] v = row(teacherLogits, sample);
      double[] p = RowSoftmax.probabilities(Scale.of(v).standardised(v), temperature);
      double[] d = RowSoftmax.probabilities(hat, temperature);
      double mean = 0;
      double along = 0;
      for (int i = 0; i < z.length; i++) {
        d[i] = temperature * (d[i] - p[i]); // NOTES (E19)
        mean += d[i] / scale.count;
        along += d[i] == 0 ? 0 : d[i] * hat[i] / scale.count;
      }
      for (int i = 0; i < z.length; i++) {
        boolean counts = scale.deviation != 0 && !Double.isInfinite(hat[i]);
        dz[i] = counts ? (d[i] - mean - hat[i] * along) / scale.deviation : 0;
      }
      return temperature * temperature * RowSoftmax.crossEntropy(p, hat, temperature);
    }

    /** Of the classes that are not masked, NOTES (E40). A row of equal logits has no scale: it becomes zeros. */
    private record Scale(double count, double mean, double deviation) {
      static Scale of(double[] z) {
        double[] open = Arrays.stream(z).filter(Double::isFinite).toArray();
        double mean = Arrays.stream(open).average().orElseThrow();
        double variance = Arrays.stream(open).map(zi -> (zi - mean) * (zi - mean)).average().orElseThrow();
        return new Scale(open.length, mean, Math.sqrt(variance));
      }

      double[] standardised(double[] z) {
        return Arrays.stream(z).map(zi -> (zi - mean) / (deviation == 0 ? 1 : deviation)).toArray();
      }
    }
  }

  /** Cross entropy over the kept classes and one bin for all others, and its gradient, NOTES (E37). */
  final class Top implements VariantTerm {
    private final int[][] kept;
    private final double[][] probabilities;
    private final double[] tails;
    private final double temperature;

    Top(SoftTargets targets, int k) {
      if (k < 1) {
        throw new IllegalArgumentException("top targets need at least 1 class, not " + k);
      }
      temperature = targets.temperature();
      kept = new int[targets.rows()][];
      probabilities = new double[targets.rows()][];
      tails = new double[targets.rows()];
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
    }

    @Override
    public double apply(int sample, int y, double[] z, double[] dz) {
      double[] rest = z.clone();
      for (int i : kept[sample]) {
        rest[i] = Double.NEGATIVE_INFINITY;
      }
      double tail = tails[sample];
      double[] target = new double[z.length];
      if (tail != 0) { // spread in the student's own proportions
        double[] shape = RowSoftmax.probabilities(rest, temperature);
        Arrays.setAll(target, i -> tail * shape[i]);
      }
      double[] log = RowSoftmax.logProbabilities(z, temperature);
      double value = 0;
      for (int k = 0; k < kept[sample].length; k++) {
        int i = kept[sample][k];
        target[i] = probabilities[sample][k];
        value -= target[i] == 0 ? 0 : target[i] * log[i];
      }
      value -= tail == 0 ? 0 : tail * RowSoftmax.logShare(rest, z, temperature);
      double total = Arrays.stream(target).sum(); // rounded targets add up to 1 only nearly
      double[] q = RowSoftmax.probabilities(z, temperature);
      Arrays.setAll(dz, i -> temperature * (total * q[i] - target[i])); // one T is left of T^2, (E19)
      return temperature * temperature * value;
    }
  }
}
