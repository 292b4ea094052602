package dev.retort.derivation;

import static dev.retort.derivation.GradientCases.DROPPED;
import static dev.retort.derivation.GradientCases.HARD_WEIGHT;
import static dev.retort.derivation.GradientCases.ROWS;
import static dev.retort.derivation.GradientCases.SOFT_WEIGHT;
import static dev.retort.derivation.GradientCases.WIDTH;
import static dev.retort.derivation.GradientCases.flat;

import module java.base;
import dev.retort.derivation.GradientCases.Case;

/** The mistakes that people make in gradients: NOTES has them as exercises. */
public final class Mutants {
  /**
   * A wrong gradient.
   *
   * @param name for the command line
   * @param mistake what is wrong
   * @param right the case with the right gradient
   * @param gradient the wrong one, at the same point
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a key
  public record Mutant(String name, String mistake, Case right, double[] gradient) {
    /** {@return what differences of the function say of the wrong gradient} */
    public GradientCheck.Report report() {
      return GradientCheck.coordinates(right.function(), right.at(), gradient);
    }

    /** {@return the largest distance from the engine's gradient, relative to the norm of that} */
    public double error() {
      double norm = 0;
      double most = 0;
      for (int i = 0; i < gradient.length; i++) {
        norm = Math.hypot(norm, right.engine()[i]);
        most = Math.max(most, Math.abs(gradient[i] - right.engine()[i]));
      }
      return most / norm;
    }
  }

  private final GradientCases the;
  private final List<Mutant> mutants = new ArrayList<>();

  private Mutants(GradientCases cases) {
    the = cases;
  }

  /**
   * All of them.
   *
   * @param cases the point at which
   * @return mutants of distinct names
   */
  public static List<Mutant> of(GradientCases cases) {
    Mutants all = new Mutants(cases);
    all.losses();
    all.distillation();
    all.layers();
    all.variants();
    return all.mutants;
  }

  private void add(String gradient, String name, String mistake, double[] wrong) {
    mutants.add(new Mutant(name, mistake, the.get(gradient), wrong));
  }

  /** A mistake in each element g of the right gradient. */
  private void add(String gradient, String name, String mistake, DoubleUnaryOperator wrong) {
    Case right = the.get(gradient);
    double[] g = right.derived().length > 0 ? right.derived() : right.engine();
    add(gradient, name, mistake, Arrays.stream(g).map(wrong).toArray());
  }

  /** A sum of two matrices, each times a factor. */
  private static double[] sum(double a, double[][] x, double b, double[][] y) {
    double[] sum = flat(x);
    double[] other = flat(y);
    Arrays.setAll(sum, i -> a * sum[i] + b * other[i]);
    return sum;
  }

  private void losses() {
    double t = the.t;
    double[][] hard = Losses.meanCrossEntropyGradient(the.y, the.x, 1);
    double[][] smoothed = Losses.targets(the.labels, WIDTH, 0.1);
    add("cross entropy", "sign", "p - q for q - p", g -> -g);
    add("cross entropy", "label-kept", "the label is not subtracted", sum(1, hard, 1.0 / ROWS, the.y));
    add("cross entropy", "smoothed-label", "a smoothed label where the loss has none",
        flat(Losses.meanCrossEntropyGradient(smoothed, the.x, 1)));
    add("cross entropy", "no-mean", "not divided by the rows", g -> g * ROWS);
    add("soft cross entropy", "no-chain-rule", "the 1/T of z/T is missing", g -> g * t);
    add("soft cross entropy", "chain-rule-twice", "1/T^2 for 1/T", g -> g / t);
    add("soft cross entropy", "class-mean", "divided by the classes too", g -> g / WIDTH);
    add("soft cross entropy", "no-temperature", "the student's softmax at T = 1",
        flat(Losses.meanCrossEntropyGradient(the.p, the.x, 1)));
    add("soft cross entropy", "swapped-networks", "teacher and student exchanged", g -> -g);
  }

  private void distillation() {
    double t = the.t;
    double[][] hard = Losses.meanCrossEntropyGradient(the.y, the.x, 1);
    double[][] soft = Losses.meanCrossEntropyGradient(the.p, the.x, t); // (q - p) / T
    add("distillation", "t-missing", "q - p for T (q - p)", sum(HARD_WEIGHT, hard, SOFT_WEIGHT * t, soft));
    add("distillation", "t-squared", "T^2 (q - p) for T (q - p)",
        sum(HARD_WEIGHT, hard, SOFT_WEIGHT * t * t * t, soft));
    add("distillation", "no-t-squared", "(q - p) / T: T^2 is missing in front",
        sum(HARD_WEIGHT, hard, SOFT_WEIGHT, soft));
    add("distillation", "swapped-weights", "the weights exchanged", sum(SOFT_WEIGHT, hard, HARD_WEIGHT * t * t, soft));
    add("distillation", "no-hard-part", "the hard labels are forgotten", sum(0, hard, SOFT_WEIGHT * t * t, soft));
    double weight = Arrays.stream(the.weights).sum();
    add("weighted samples", "divided-by-rows", "divided by the rows for the sum of the weights",
        g -> g * weight / ROWS);
    add("weighted samples", "weights-forgotten", "all samples count the same", flat(hard));
  }

  private static double[][] transposed(double[][] a) {
    double[][] transposed = new double[a[0].length][a.length];
    for (int k = 0; k < a.length; k++) {
      for (int j = 0; j < a[k].length; j++) {
        transposed[j][k] = a[k][j];
      }
    }
    return transposed;
  }

  private void layers() {
    double[] da = flat(the.da);
    add("dense, weights", "transposed-gradient", "dA^T X for X^T dA", flat(Layers.denseWeightGradient(the.da, the.x)));
    add("dense, weights", "row-mean", "divided by the rows once more", g -> g / ROWS);
    add("dense, biases", "one-row", "db from the first row alone", the.da[0]);
    add("dense, inputs", "transposed-weight", "dA W for dA W^T",
        flat(Layers.denseInputGradient(the.da, transposed(the.w))));
    double[] minus = Arrays.stream(the.get("relu").at()).map(xi -> -xi).toArray();
    add("relu", "no-mask", "dx = da everywhere", da);
    add("relu", "masked-by-gradient", "da > 0 for a > 0", Layers.reluGradient(da, da));
    add("relu", "other-half", "a < 0 for a > 0", Layers.reluGradient(Layers.relu(minus), da));
    boolean[] another = the.kept.clone();
    another[0] = !another[0];
    add("dropout", "no-scale", "kept elements are not divided by 1 - rate", g -> g * (1 - DROPPED));
    add("dropout", "rate-for-keep", "divided by the rate for 1 - rate", g -> g * (1 - DROPPED) / DROPPED);
    add("dropout", "another-draw", "the backward draws another mask", Layers.dropout(da, another, DROPPED));
  }

  private void variants() {
    double t = the.t;
    double[][] soft = Losses.meanCrossEntropyGradient(the.p, the.x, t);
    add("logit matching", "no-half", "twice the difference", g -> 2 * g);
    add("top targets", "whole-teacher", "the teacher's own tail for the student's", sum(t * t, soft, 0, soft));
    add("decoupled", "not-decoupled", "the plain divergence", sum(t * t, soft, 0, soft));
    double[][] constant = new double[ROWS][];
    for (int n = 0; n < ROWS; n++) {
      double[] centred = HighTemperature.centred(the.x[n]);
      double deviation = Math.sqrt(Arrays.stream(centred).map(c -> c * c).average().orElseThrow());
      double[] target = Losses.softmax(Variants.standardised(the.v[n]), t);
      double[] d = Losses.crossEntropyGradient(target, Variants.standardised(the.x[n]), t);
      constant[n] = Arrays.stream(d).map(di -> di * t * t / ROWS / deviation).toArray();
    }
    add("standardisation", "constant-deviation", "mean and deviation taken for constants", flat(constant));
  }
}
