package dev.retort.derivation;

import static dev.retort.derivation.GradientCases.HARD_WEIGHT;
import static dev.retort.derivation.GradientCases.ROWS;
import static dev.retort.derivation.GradientCases.SOFT_WEIGHT;
import static dev.retort.derivation.GradientCases.WIDTH;
import static dev.retort.derivation.GradientCases.flat;
import static dev.retort.derivation.GradientCases.rows;

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

  private void add(String name, String mistake, Case right, double[] gradient) {
    mutants.add(new Mutant(name, mistake, right, gradient));
  }

  private static double[] map(double[] a, DoubleUnaryOperator f) {
    return Arrays.stream(a).map(f).toArray();
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  private void losses() {
    double t = the.t;
    Case hard = the.hard();
    double[] right = hard.derived();
    add("sign", "p - q for q - p", hard, map(right, g -> -g));
    add("label-kept", "the label is not subtracted", hard,
        sum(right, map(flat(the.y), yi -> yi / ROWS)));
    add("smoothed-label", "a smoothed label where the loss has none", hard,
        flat(Losses.meanCrossEntropyGradient(
            Losses.targets(the.labels, WIDTH, 0.1), rows(the.x), 1)));
    add("no-mean", "not divided by the rows", hard, map(right, g -> g * ROWS));
    Case soft = the.soft();
    add("no-chain-rule", "the 1/T of z/T is missing", soft, map(soft.derived(), g -> g * t));
    add("chain-rule-twice", "1/T^2 for 1/T", soft, map(soft.derived(), g -> g / t));
    add("class-mean", "divided by the classes too", soft, map(soft.derived(), g -> g / WIDTH));
    add("no-temperature", "the student's softmax at T = 1", soft,
        flat(Losses.meanCrossEntropyGradient(the.p, rows(the.x), 1)));
    add("swapped-networks", "teacher and student exchanged", soft,
        map(soft.derived(), g -> -g));
  }

  private void distillation() {
    double t = the.t;
    Case right = the.distillation();
    double[] hard = flat(Losses.meanCrossEntropyGradient(the.y, rows(the.x), 1));
    double[] difference =
        map(flat(Losses.meanCrossEntropyGradient(the.p, rows(the.x), t)), g -> g * t);
    double[] hardPart = map(hard, g -> HARD_WEIGHT * g);
    add("t-missing", "q - p for T (q - p)", right,
        sum(hardPart, map(difference, g -> SOFT_WEIGHT * g)));
    add("t-squared", "T^2 (q - p) for T (q - p)", right,
        sum(hardPart, map(difference, g -> SOFT_WEIGHT * t * t * g)));
    add("no-t-squared", "(q - p) / T: T^2 is missing in front", right,
        sum(hardPart, map(difference, g -> SOFT_WEIGHT / t * g)));
    add("swapped-weights", "the weights exchanged", right,
        sum(map(hard, g -> SOFT_WEIGHT * g), map(difference, g -> HARD_WEIGHT * t * g)));
    add("no-hard-part", "the hard labels are forgotten", right,
        map(difference, g -> SOFT_WEIGHT * t * g));
    double sum = Arrays.stream(the.sampleWeights()).sum();
    add("divided-by-rows", "divided by the rows for the sum of the weights", the.weighted(),
        map(the.weighted().derived(), g -> g * sum / ROWS));
    add("weights-forgotten", "all samples count the same", the.weighted(), hard);
  }

  private void layers() {
    Case weights = the.weights();
    double[] transposed = new double[WIDTH * WIDTH];
    double[] transposedW = new double[WIDTH * WIDTH];
    for (int i = 0; i < transposed.length; i++) {
      int other = i % WIDTH * WIDTH + i / WIDTH;
      transposed[i] = weights.derived()[other];
      transposedW[i] = the.w[other];
    }
    add("transposed-gradient", "dA^T X for X^T dA", weights, transposed);
    add("row-mean", "divided by the rows once more", weights, map(weights.derived(), g -> g / ROWS));
    add("one-row", "db from the first row alone", the.biases(), rows(the.da)[0]);
    add("transposed-weight", "dA W for dA W^T", the.inputs(),
        flat(Layers.denseInputGradient(rows(the.da), rows(transposedW))));
    Case relu = the.relu();
    double[] minus = map(relu.at(), xi -> -xi);
    add("no-mask", "dx = da everywhere", relu, the.da);
    add("masked-by-gradient", "da > 0 for a > 0", relu, Layers.reluGradient(the.da, the.da));
    add("other-half", "a < 0 for a > 0", relu, Layers.reluGradient(Layers.relu(minus), the.da));
    Case dropout = the.dropout();
    boolean[] another = the.kept.clone();
    another[0] = !another[0];
    add("no-scale", "kept elements are not divided by 1 - rate", dropout,
        map(dropout.derived(), g -> g * (1 - GradientCases.DROPPED)));
    add("rate-for-keep", "divided by the rate for 1 - rate", dropout,
        map(dropout.derived(), g -> g * (1 - GradientCases.DROPPED) / GradientCases.DROPPED));
    add("another-draw", "the backward draws another mask", dropout,
        Layers.dropout(the.da, another, GradientCases.DROPPED));
  }

  private void variants() {
    double t = the.t;
    Case matching = the.matching();
    add("no-half", "twice the difference", matching, map(matching.engine(), g -> 2 * g));
    Case top = the.top();
    add("whole-teacher", "the teacher's own tail for the student's", top,
        map(the.soft().derived(), g -> t * t * g));
    Case decoupled = the.decoupled();
    add("not-decoupled", "the plain divergence", decoupled,
        map(the.soft().derived(), g -> t * t * g));
    Case standardised = the.standardised();
    double[][] constant = new double[ROWS][];
    for (int n = 0; n < ROWS; n++) {
      double[] row = rows(the.x)[n];
      double factor = t * t / ROWS / deviation(row);
      double[] target = Losses.softmax(Variants.standardised(rows(the.v)[n]), t);
      double[] d = Losses.crossEntropyGradient(target, Variants.standardised(row), t);
      constant[n] = map(d, di -> di * factor);
    }
    add("constant-deviation", "mean and deviation taken for constants", standardised,
        flat(constant));
  }

  private static double deviation(double[] row) {
    double[] centred = HighTemperature.centred(row);
    return Math.sqrt(Arrays.stream(centred).map(c -> c * c).average().orElseThrow());
  }
}
