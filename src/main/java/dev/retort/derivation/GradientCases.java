package dev.retort.derivation;

import module java.base;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Dropout;
import dev.retort.tensor.Tensor;

/** Every layer and loss at a random point: the function, its longhand gradient, and the engine's. */
public final class GradientCases {
  static final int ROWS = 3;
  static final int WIDTH = 5;
  static final double SMOOTHING = 0.1;
  static final double DROPPED = 0.3;
  static final double HARD_WEIGHT = 0.3;
  static final double SOFT_WEIGHT = 0.7;
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

  final double t;
  final double[] x;
  final double[] da;
  final double[] w;
  final double[] b;
  final double[] v;
  final int[] labels;
  final double[][] p;
  final double[][] y;
  final boolean[] kept;
  private final Dropout dropout;
  private final Random random;

  /**
   * The cases of one draw: numbers uniform in +-4, which are floats, a temperature from 2 to 20.
   *
   * @param seed of the draw
   */
  public GradientCases(long seed) {
    random = new Random(seed);
    t = 2 + random.nextInt(19);
    labels = random.ints(ROWS, 0, WIDTH).toArray();
    x = numbers(ROWS);
    da = numbers(ROWS);
    w = numbers(WIDTH);
    b = numbers(1);
    v = numbers(ROWS);
    p = Arrays.stream(rows(v)).map(row -> Losses.softmax(row, t)).toArray(double[][]::new);
    y = Losses.targets(labels, WIDTH, 0);
    dropout = new Dropout(DROPPED, seed);
    kept = drawn();
  }

  private double[] numbers(int rows) {
    return random.ints(-(1 << 23), 1 << 23).limit((long) rows * WIDTH)
        .mapToDouble(i -> i * 0x1p-21).toArray();
  }

  private boolean[] drawn() {
    Tensor ones = tensor(new double[ROWS * WIDTH]);
    Arrays.fill(ones.data(), 1f);
    dropout.forward(ones, 0, 0);
    boolean[] drawn = new boolean[ROWS * WIDTH];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = ones.data()[i] != 0;
    }
    return drawn;
  }

  /** {@return all cases} */
  public List<Case> all() {
    return List.of(
        weights(), biases(), inputs(), relu(), dropout(), hard(), smoothed(), soft(), distillation(), weighted(), matching(), top(),
        decoupled(), standardised());
  }

  static double[][] rows(double[] flat) {
    double[][] rows = new double[flat.length / WIDTH][];
    Arrays.setAll(rows, n -> Arrays.copyOfRange(flat, n * WIDTH, (n + 1) * WIDTH));
    return rows;
  }

  static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static Tensor tensor(double[] flat) {
    Tensor tensor = Tensor.zeros(flat.length / WIDTH, WIDTH);
    for (int i = 0; i < flat.length; i++) {
      tensor.data()[i] = (float) flat[i];
    }
    return tensor;
  }

  private static double[] doubles(Tensor tensor) {
    return IntStream.range(0, tensor.size()).mapToDouble(i -> tensor.data()[i]).toArray();
  }

  private double dot(double[] a) {
    return IntStream.range(0, a.length).mapToDouble(i -> da[i] * a[i]).sum();
  }

  Case weights() {
    Dense dense = backward();
    return new Case(
        "dense, weights", "E2", c -> dot(flat(Layers.dense(rows(x), rows(c), b))), w,
        flat(Layers.denseWeightGradient(rows(x), rows(da))), doubles(dense.weight().gradient()));
  }

  Case biases() {
    Dense dense = backward();
    return new Case(
        "dense, biases", "E3", c -> dot(flat(Layers.dense(rows(x), rows(w), c))), b,
        Layers.denseBiasGradient(rows(da)), doubles(dense.bias().gradient()));
  }

  Case inputs() {
    Tensor dx = tensor(x);
    backward().inputGradient(tensor(da), dx);
    return new Case(
        "dense, inputs", "E4", c -> dot(flat(Layers.dense(rows(c), rows(w), b))), x,
        flat(Layers.denseInputGradient(rows(da), rows(w))), doubles(dx));
  }

  private Dense backward() {
    Dense dense = new Dense(tensor(w), Tensor.of(tensor(b).data(), WIDTH), Activation.IDENTITY);
    dense.backward(tensor(x), tensor(x), tensor(da));
    return dense;
  }

  /** One element stands on the kink. */
  Case relu() {
    double[] at = x.clone();
    at[0] = 0;
    double[] a = Layers.relu(at);
    Dense dense = new Dense(tensor(w), Tensor.of(tensor(b).data(), WIDTH), Activation.RELU);
    Tensor dx = tensor(da);
    dense.backward(tensor(at), tensor(a), dx);
    return new Case(
        "relu", "E6", c -> dot(Layers.relu(c)), at, Layers.reluGradient(a, da), doubles(dx));
  }

  Case dropout() {
    Tensor dx = tensor(da);
    dropout.backward(dx, 0, 0);
    return new Case(
        "dropout", "E29", c -> dot(Layers.dropout(c, kept, DROPPED)), x,
        Layers.dropout(da, kept, DROPPED), doubles(dx));
  }

  private Case loss(
      String name, String equations, ToDoubleFunction<double[][]> value, double[][] derived,
      Loss loss) {
    Tensor dz = tensor(x);
    loss.apply(tensor(x), labels, dz);
    return new Case(
        name, equations, z -> value.applyAsDouble(rows(z)), x, flat(derived), doubles(dz));
  }

  private Case hard(String name, String equations, double smoothing) {
    double[][] target = Losses.targets(labels, WIDTH, smoothing);
    return loss(
        name, equations, z -> Losses.meanCrossEntropy(target, z, 1),
        Losses.meanCrossEntropyGradient(target, rows(x), 1), Loss.crossEntropy(smoothing));
  }

  Case hard() {
    return hard("cross entropy", "E17, E48", 0);
  }

  Case smoothed() {
    return hard("label smoothing", "E16, E48", SMOOTHING);
  }

  private SoftTargets targets() {
    return SoftTargets.fromLogits(tensor(v), t);
  }

  Case soft() {
    return loss(
        "soft cross entropy", "E14, E15", z -> Losses.meanCrossEntropy(p, z, t),
        Losses.meanCrossEntropyGradient(p, rows(x), t),
        Loss.distillation(targets(), 0, 1 / (t * t)));
  }

  Case distillation() {
    return loss(
        "distillation", "E19, E21",
        z -> Losses.distillation(z, labels, p, t, HARD_WEIGHT, SOFT_WEIGHT),
        Losses.distillationGradient(rows(x), labels, p, t, HARD_WEIGHT, SOFT_WEIGHT),
        Loss.distillation(targets(), HARD_WEIGHT, SOFT_WEIGHT));
  }

  /** What the samples weigh: class weight times sample weight. */
  double[] sampleWeights() {
    return IntStream.range(0, ROWS)
        .mapToDouble(n -> CLASS_WEIGHTS[labels[n]] * SAMPLE_WEIGHTS[n]).toArray();
  }

  Case weighted() {
    double[][] rows = rows(x);
    Arrays.setAll(rows, n -> Losses.crossEntropyGradient(y[n], rows[n], 1));
    return loss(
        "weighted samples", "E54, E55",
        z -> Losses.weightedMean(
            sampleWeights(),
            IntStream.range(0, ROWS).mapToDouble(n -> Losses.crossEntropy(y[n], z[n], 1)).toArray()),
        Losses.weightedMeanGradient(sampleWeights(), rows),
        Loss.crossEntropy().classWeights(CLASS_WEIGHTS).sampleWeights(SAMPLE_WEIGHTS));
  }

  /** The value of one row. */
  private interface RowValue {
    double of(int row, double[] z);
  }

  private Case variant(String name, String equations, RowValue value, Loss loss) {
    return loss(
        name, equations,
        z -> IntStream.range(0, ROWS).mapToDouble(n -> value.of(n, z[n])).average().orElseThrow(),
        new double[0][], loss);
  }

  Case matching() {
    return variant(
        "logit matching", "E35", (n, z) -> Variants.matching(z, rows(v)[n]),
        Loss.logitMatching(tensor(v), 0, 1));
  }

  Case top() {
    boolean[][] best = new boolean[ROWS][WIDTH];
    for (int n = 0; n < ROWS; n++) {
      double[] sorted = Arrays.stream(p[n]).sorted().toArray();
      for (int i = 0; i < WIDTH; i++) {
        best[n][i] = p[n][i] >= sorted[WIDTH - 2];
      }
    }
    return variant(
        "top targets", "E37", (n, z) -> t * t * Variants.top(p[n], best[n], z, t),
        Loss.topTargets(targets(), 2, 0, 1));
  }

  Case decoupled() {
    return variant(
        "decoupled", "E39", (n, z) -> Variants.decoupled(z, rows(v)[n], labels[n], t, 1, 2),
        Loss.decoupled(tensor(v), t, 0, 1, 2));
  }

  Case standardised() {
    return variant(
        "standardisation", "E41",
        (n, z) ->
            t * t * Losses.crossEntropy(
                Losses.softmax(Variants.standardised(rows(v)[n]), t), Variants.standardised(z), t),
        Loss.standardised(tensor(v), t, 0, 1));
  }
}
