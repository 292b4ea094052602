package dev.retort.derivation;

import module java.base;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Dropout;
import dev.retort.tensor.Tensor;

/**
 * Every layer and loss at a random point: the function, its longhand gradient, the engine's, and the wrong gradients
 * that people write.
 */
public final class GradientCases {
  private static final int ROWS = 3;
  private static final int WIDTH = 5;
  private static final double SMOOTHING = 0.1;
  private static final double DROPPED = 0.3;
  private static final double HARD_WEIGHT = 0.3;
  private static final double SOFT_WEIGHT = 0.7;
  private static final double[] CLASS_WEIGHTS = {0.5, 1, 1.75, 3, 0.125};
  private static final double[] SAMPLE_WEIGHTS = {1.5, 0.75, 4};

  /**
   * One gradient at one point.
   *
   * @param name of the function
   * @param equations its numbers in NOTES
   * @param function in double, longhand
   * @param at the point
   * @param derived the longhand gradient there; empty where only the engine has one
   * @param engine the engine's gradient there
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a key
  public record Case(
      String name, String equations, ToDoubleFunction<double[]> function, double[] at,
      double[] derived, double[] engine) {}

  private final double t;
  private final double[][] x;
  private final double[][] da;
  private final double[][] w;
  private final double[] b;
  private final double[][] v;
  private final int[] labels;

  /** Soft and hard targets of each row, and the gradients of their cross entropies, the first (q - p) / T. */
  private final double[][] p;

  private final double[][] y;
  private final double[][] soft;
  private final double[][] hard;
  private final List<Case> cases = new ArrayList<>();
  private final List<Mutant> mutants = new ArrayList<>();

  /**
   * The cases of one draw: numbers uniform in +-4, which are floats, a temperature from 2 to 20.
   *
   * @param seed of the draw
   */
  public GradientCases(long seed) {
    Random random = new Random(seed);
    t = 2 + random.nextInt(19);
    labels = random.ints(ROWS, 0, WIDTH).toArray();
    x = numbers(random, ROWS);
    da = numbers(random, ROWS);
    w = numbers(random, WIDTH);
    b = numbers(random, 1)[0];
    v = numbers(random, ROWS);
    p = Indexed.rows(ROWS, n -> Losses.softmax(v[n], t));
    y = Losses.targets(labels, WIDTH, 0);
    soft = Losses.meanCrossEntropyGradient(p, x, t);
    hard = Losses.meanCrossEntropyGradient(y, x, 1);
    dense();
    relu();
    dropout(seed);
    crossEntropy();
    distillation();
    weights();
    variants();
    standardisation();
  }

  /** {@return all cases} */
  public List<Case> all() {
    return List.copyOf(cases);
  }

  /** {@return wrong gradients of these cases, of distinct names} */
  public List<Mutant> mutants() {
    return List.copyOf(mutants);
  }

  private static double[][] numbers(Random random, int rows) {
    return rows(random.ints(-(1 << 23), 1 << 23).limit((long) rows * WIDTH).mapToDouble(i -> i * 0x1p-21).toArray());
  }

  private static double[][] rows(double[] flat) {
    return Indexed.rows(flat.length / WIDTH, n -> Arrays.copyOfRange(flat, n * WIDTH, (n + 1) * WIDTH));
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static Tensor tensor(double[]... rows) {
    Tensor tensor = Tensor.zeros(rows.length, WIDTH);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (float) rows[i / WIDTH][i % WIDTH];
    }
    return tensor;
  }

  /** The sum of a times da, whose gradient in a is da. */
  private double dot(double[]... a) {
    double[] flat = flat(a);
    double[] gradient = flat(da);
    return Indexed.sum(flat.length, i -> gradient[i] * flat[i]);
  }

  private void add(
      String name, String equations, ToDoubleFunction<double[]> function, double[] at, double[] derived,
      Tensor engine) {
    cases.add(new Case(name, equations, function, at, derived, Indexed.vector(engine.size(), i -> engine.data()[i])));
  }

  private void add(String name, String equations, ToDoubleFunction<double[][]> value, double[][] derived, Loss loss) {
    Tensor dz = tensor(x);
    loss.apply(tensor(x), labels, dz);
    add(name, equations, z -> value.applyAsDouble(rows(z)), flat(x), flat(derived), dz);
  }

  /** A wrong gradient of the case that was added last. */
  private void wrong(String name, String mistake, double[] gradient) {
    mutants.add(new Mutant(name, mistake, cases.getLast(), gradient));
  }

  /** A mistake in each element g of the right gradient. */
  private void wrong(String name, String mistake, DoubleUnaryOperator mutation) {
    double[] g = cases.getLast().derived();
    g = g.length > 0 ? g : cases.getLast().engine();
    wrong(name, mistake, Arrays.stream(g).map(mutation).toArray());
  }

  /** A sum of the hard gradient and another matrix, each times a factor. */
  private double[] sum(double hardFactor, double factor, double[][] a) {
    double[] first = flat(hard);
    double[] second = flat(a);
    return Indexed.vector(first.length, i -> hardFactor * first[i] + factor * second[i]);
  }

  private Dense dense(Activation activation) {
    return new Dense(tensor(w), Tensor.of(tensor(b).data(), WIDTH), activation);
  }

  private void dense() {
    Dense dense = dense(Activation.IDENTITY);
    Tensor dx = tensor(x);
    dense.backward(tensor(x), tensor(x), tensor(da));
    dense.inputGradient(tensor(da), dx);
    add(
        "dense, weights", "E2", c -> dot(Layers.dense(x, rows(c), b)), flat(w),
        flat(Layers.denseWeightGradient(x, da)), dense.weight().gradient());
    wrong("transposed-gradient", "dA^T X for X^T dA", flat(Layers.denseWeightGradient(da, x)));
    wrong("row-mean", "divided by the rows once more", g -> g / ROWS);
    add(
        "dense, biases", "E3", c -> dot(Layers.dense(x, w, c)), b, Layers.denseBiasGradient(da),
        dense.bias().gradient());
    wrong("one-row", "db from the first row alone", da[0]);
    add(
        "dense, inputs", "E4", c -> dot(Layers.dense(rows(c), w, b)), flat(x),
        flat(Layers.denseInputGradient(da, w)), dx);
    double[][] transposed = Indexed.rows(WIDTH, j -> Indexed.vector(WIDTH, k -> w[k][j]));
    wrong("transposed-weight", "dA W for dA W^T", flat(Layers.denseInputGradient(da, transposed)));
  }

  /** One element is on the kink. */
  private void relu() {
    double[] at = flat(x);
    at[0] = 0;
    double[] a = Layers.relu(at);
    double[] gradient = flat(da);
    Tensor passed = tensor(da);
    dense(Activation.RELU).backward(tensor(x), tensor(rows(a)), passed);
    add("relu", "E6", c -> dot(Layers.relu(c)), at, Layers.reluGradient(a, gradient), passed);
    double[] minus = Indexed.vector(at.length, i -> -at[i]);
    wrong("no-mask", "dx = da everywhere", gradient);
    wrong("masked-by-gradient", "da > 0 for a > 0", Layers.reluGradient(gradient, gradient));
    wrong("other-half", "a < 0 for a > 0", Layers.reluGradient(Layers.relu(minus), gradient));
  }

  private void dropout(long seed) {
    Dropout dropout = new Dropout(DROPPED, seed);
    Tensor drawn = tensor(Losses.targets(labels, WIDTH, 0.5)); // no element is 0
    dropout.forward(drawn, 0, 0);
    boolean[] kept = new boolean[ROWS * WIDTH];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = drawn.data()[i] != 0;
    }
    Tensor dx = tensor(da);
    dropout.backward(dx, 0, 0);
    add(
        "dropout", "E29", c -> dot(Layers.dropout(c, kept, DROPPED)), flat(x),
        Layers.dropout(flat(da), kept, DROPPED), dx);
    boolean[] another = kept.clone();
    another[0] = !another[0];
    wrong("no-scale", "kept elements are not divided by 1 - rate", g -> g * (1 - DROPPED));
    wrong("rate-for-keep", "divided by the rate for 1 - rate", g -> g * (1 - DROPPED) / DROPPED);
    wrong("another-draw", "the backward draws another mask", Layers.dropout(flat(da), another, DROPPED));
  }

  private void crossEntropy() {
    double[][] smoothed = Losses.targets(labels, WIDTH, SMOOTHING);
    double[][] smoothedGradient = Losses.meanCrossEntropyGradient(smoothed, x, 1);
    add("cross entropy", "E17, E48", z -> Losses.meanCrossEntropy(y, z, 1), hard, Loss.crossEntropy());
    wrong("sign", "p - q for q - p", g -> -g);
    wrong("label-kept", "the label is not subtracted", sum(1, 1.0 / ROWS, y));
    wrong("smoothed-label", "a smoothed label where the loss has none", flat(smoothedGradient));
    wrong("no-mean", "not divided by the rows", g -> g * ROWS);
    add(
        "label smoothing", "E16, E48", z -> Losses.meanCrossEntropy(smoothed, z, 1), smoothedGradient,
        Loss.crossEntropy(SMOOTHING));
    add(
        "soft cross entropy", "E14, E15", z -> Losses.meanCrossEntropy(p, z, t), soft,
        Loss.distillation(SoftTargets.fromLogits(tensor(v), t), 0, 1 / (t * t)));
    wrong("no-chain-rule", "the 1/T of z/T is missing", g -> g * t);
    wrong("chain-rule-twice", "1/T^2 for 1/T", g -> g / t);
    wrong("class-mean", "divided by the classes too", g -> g / WIDTH);
    wrong("no-temperature", "the student's softmax at T = 1", flat(Losses.meanCrossEntropyGradient(p, x, 1)));
    wrong("swapped-networks", "teacher and student exchanged", g -> -g);
  }

  private void distillation() {
    add(
        "distillation", "E19, E21", z -> Losses.distillation(z, labels, p, t, HARD_WEIGHT, SOFT_WEIGHT),
        Losses.distillationGradient(x, labels, p, t, HARD_WEIGHT, SOFT_WEIGHT),
        Loss.distillation(SoftTargets.fromLogits(tensor(v), t), HARD_WEIGHT, SOFT_WEIGHT));
    wrong("t-missing", "q - p for T (q - p)", sum(HARD_WEIGHT, SOFT_WEIGHT * t, soft));
    wrong("t-squared", "T^2 (q - p) for T (q - p)", sum(HARD_WEIGHT, SOFT_WEIGHT * t * t * t, soft));
    wrong("no-t-squared", "(q - p) / T: T^2 is missing in front", sum(HARD_WEIGHT, SOFT_WEIGHT, soft));
    wrong("swapped-weights", "the weights exchanged", sum(SOFT_WEIGHT, HARD_WEIGHT * t * t, soft));
    wrong("no-hard-part", "the hard labels are forgotten", sum(0, SOFT_WEIGHT * t * t, soft));
  }

  private void weights() {
    double[] weights = Indexed.vector(ROWS, n -> CLASS_WEIGHTS[labels[n]] * SAMPLE_WEIGHTS[n]);
    double[][] gradients = Indexed.rows(ROWS, n -> Losses.crossEntropyGradient(y[n], x[n], 1));
    add(
        "weighted samples", "E54, E55",
        z -> Losses.weightedMean(weights, each((n, row) -> Losses.crossEntropy(y[n], row, 1), z)),
        Losses.weightedMeanGradient(weights, gradients),
        Loss.crossEntropy().classWeights(CLASS_WEIGHTS).sampleWeights(SAMPLE_WEIGHTS));
    double sum = Indexed.sum(ROWS, n -> weights[n]);
    wrong("divided-by-rows", "divided by the rows for the sum of the weights", g -> g * sum / ROWS);
    wrong("weights-forgotten", "all samples count the same", flat(hard));
  }

  /** The value of one row. */
  private interface RowValue {
    double of(int row, double[] z);
  }

  private static double[] each(RowValue value, double[][] z) {
    return Indexed.vector(ROWS, n -> value.of(n, z[n]));
  }

  /** A loss whose gradient is the engine's alone. */
  private void variant(String name, String equations, RowValue value, Loss loss) {
    add(name, equations, z -> Arrays.stream(each(value, z)).average().orElseThrow(), new double[0][], loss);
  }

  private void variants() {
    Tensor teacher = tensor(v);
    variant("logit matching", "E35", (n, z) -> Variants.matching(z, v[n]), Loss.logitMatching(teacher, 0, 1));
    wrong("no-half", "twice the difference", g -> 2 * g);
    double[] second = Indexed.vector(ROWS, n -> Arrays.stream(p[n]).sorted().toArray()[WIDTH - 2]);
    variant(
        "top targets", "E37", (n, z) -> t * t * Variants.top(p[n], i -> p[n][i] >= second[n], z, t),
        Loss.topTargets(SoftTargets.fromLogits(teacher, t), 2, 0, 1));
    wrong("whole-teacher", "the teacher's own tail for the student's", sum(0, t * t, soft));
    variant(
        "decoupled", "E39", (n, z) -> Variants.decoupled(z, v[n], labels[n], t, 1, 2),
        Loss.decoupled(teacher, t, 0, 1, 2));
    wrong("not-decoupled", "the plain divergence", sum(0, t * t, soft));
  }

  private void standardisation() {
    double[][] target = Indexed.rows(ROWS, n -> Losses.softmax(Variants.standardised(v[n]), t));
    variant(
        "standardisation", "E41",
        (n, z) -> t * t * Losses.crossEntropy(target[n], Variants.standardised(z), t),
        Loss.standardised(tensor(v), t, 0, 1));
    double[][] constant =
        Indexed.rows(
            ROWS,
            n -> {
              double[] c = HighTemperature.centred(x[n]);
              double deviation = Math.sqrt(Indexed.sum(WIDTH, i -> c[i] * c[i]) / WIDTH);
              double[] d = Losses.crossEntropyGradient(target[n], Variants.standardised(x[n]), t);
              return Indexed.vector(WIDTH, i -> d[i] * t * t / ROWS / deviation);
            });
    wrong("constant-deviation", "mean and deviation taken for constants", flat(constant));
  }
}
