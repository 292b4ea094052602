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
  final double[][] x;
  final double[][] da;
  final double[][] w;
  final double[] b;
  final double[][] v;
  final int[] labels;

  /** Soft and hard targets of each row. */
  final double[][] p;

  final double[][] y;

  /** What dropout keeps, and what each sample weighs: class weight times sample weight. */
  final boolean[] kept = new boolean[ROWS * WIDTH];

  final double[] weights = new double[ROWS];
  private final Map<String, Case> cases = new LinkedHashMap<>();

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
    p = Arrays.stream(v).map(row -> Losses.softmax(row, t)).toArray(double[][]::new);
    y = Losses.targets(labels, WIDTH, 0);
    Arrays.setAll(weights, n -> CLASS_WEIGHTS[labels[n]] * SAMPLE_WEIGHTS[n]);
    dense();
    elements(seed);
    losses();
    variants();
  }

  private static double[][] numbers(Random random, int rows) {
    return rows(random.ints(-(1 << 23), 1 << 23).limit((long) rows * WIDTH).mapToDouble(i -> i * 0x1p-21).toArray());
  }

  /** {@return all cases} */
  public List<Case> all() {
    return List.copyOf(cases.values());
  }

  Case get(String name) {
    return cases.get(name);
  }

  static double[][] rows(double[] flat) {
    double[][] rows = new double[flat.length / WIDTH][];
    Arrays.setAll(rows, n -> Arrays.copyOfRange(flat, n * WIDTH, (n + 1) * WIDTH));
    return rows;
  }

  static double[] flat(double[][] rows) {
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
    return IntStream.range(0, flat.length).mapToDouble(i -> gradient[i] * flat[i]).sum();
  }

  private void add(
      String name, String equations, ToDoubleFunction<double[]> function, double[] at,
      double[] derived, Tensor engine) {
    double[] answer = IntStream.range(0, engine.size()).mapToDouble(i -> engine.data()[i]).toArray();
    cases.put(name, new Case(name, equations, function, at, derived, answer));
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
    add(
        "dense, biases", "E3", c -> dot(Layers.dense(x, w, c)), b,
        Layers.denseBiasGradient(da), dense.bias().gradient());
    add(
        "dense, inputs", "E4", c -> dot(Layers.dense(rows(c), w, b)), flat(x),
        flat(Layers.denseInputGradient(da, w)), dx);
  }

  /** What is done to each element; one of them is on the kink of the rectifier. */
  private void elements(long seed) {
    double[] at = flat(x);
    at[0] = 0;
    double[] a = Layers.relu(at);
    Tensor passed = tensor(da);
    dense(Activation.RELU).backward(tensor(x), tensor(rows(a)), passed);
    add("relu", "E6", c -> dot(Layers.relu(c)), at, Layers.reluGradient(a, flat(da)), passed);
    Dropout dropout = new Dropout(DROPPED, seed);
    Tensor drawn = tensor(Losses.targets(labels, WIDTH, 0.5)); // no element is 0
    dropout.forward(drawn, 0, 0);
    for (int i = 0; i < kept.length; i++) {
      kept[i] = drawn.data()[i] != 0;
    }
    Tensor dx = tensor(da);
    dropout.backward(dx, 0, 0);
    add(
        "dropout", "E29", c -> dot(Layers.dropout(c, kept, DROPPED)), flat(x),
        Layers.dropout(flat(da), kept, DROPPED), dx);
  }

  private void add(String name, String equations, ToDoubleFunction<double[][]> value, double[][] derived, Loss loss) {
    Tensor dz = tensor(x);
    loss.apply(tensor(x), labels, dz);
    add(name, equations, z -> value.applyAsDouble(rows(z)), flat(x), flat(derived), dz);
  }

  private void losses() {
    SoftTargets targets = SoftTargets.fromLogits(tensor(v), t);
    double[][] smoothed = Losses.targets(labels, WIDTH, SMOOTHING);
    add(
        "cross entropy", "E17, E48", z -> Losses.meanCrossEntropy(y, z, 1),
        Losses.meanCrossEntropyGradient(y, x, 1), Loss.crossEntropy());
    add(
        "label smoothing", "E16, E48", z -> Losses.meanCrossEntropy(smoothed, z, 1),
        Losses.meanCrossEntropyGradient(smoothed, x, 1), Loss.crossEntropy(SMOOTHING));
    add(
        "soft cross entropy", "E14, E15", z -> Losses.meanCrossEntropy(p, z, t),
        Losses.meanCrossEntropyGradient(p, x, t), Loss.distillation(targets, 0, 1 / (t * t)));
    add(
        "distillation", "E19, E21",
        z -> Losses.distillation(z, labels, p, t, HARD_WEIGHT, SOFT_WEIGHT),
        Losses.distillationGradient(x, labels, p, t, HARD_WEIGHT, SOFT_WEIGHT),
        Loss.distillation(targets, HARD_WEIGHT, SOFT_WEIGHT));
    double[][] rows = new double[ROWS][];
    Arrays.setAll(rows, n -> Losses.crossEntropyGradient(y[n], x[n], 1));
    add(
        "weighted samples", "E54, E55",
        z -> Losses.weightedMean(weights, each((n, row) -> Losses.crossEntropy(y[n], row, 1), z)),
        Losses.weightedMeanGradient(weights, rows),
        Loss.crossEntropy().classWeights(CLASS_WEIGHTS).sampleWeights(SAMPLE_WEIGHTS));
  }

  /** The value of one row. */
  private interface RowValue {
    double of(int row, double[] z);
  }

  private static double[] each(RowValue value, double[][] z) {
    return IntStream.range(0, ROWS).mapToDouble(n -> value.of(n, z[n])).toArray();
  }

  /** A loss whose gradient is the engine's alone. */
  private void variant(String name, String equations, RowValue value, Loss loss) {
    add(name, equations, z -> Arrays.stream(each(value, z)).average().orElseThrow(), new double[0][], loss);
  }

  private void variants() {
    variant("logit matching", "E35", (n, z) -> Variants.matching(z, v[n]), Loss.logitMatching(tensor(v), 0, 1));
    boolean[][] best = new boolean[ROWS][WIDTH];
    for (int n = 0; n < ROWS; n++) {
      double second = Arrays.stream(p[n]).sorted().toArray()[WIDTH - 2];
      for (int i = 0; i < WIDTH; i++) {
        best[n][i] = p[n][i] >= second;
      }
    }
    variant(
        "top targets", "E37", (n, z) -> t * t * Variants.top(p[n], best[n], z, t),
        Loss.topTargets(SoftTargets.fromLogits(tensor(v), t), 2, 0, 1));
    variant(
        "decoupled", "E39", (n, z) -> Variants.decoupled(z, v[n], labels[n], t, 1, 2),
        Loss.decoupled(tensor(v), t, 0, 1, 2));
    variant(
        "standardisation", "E41",
        (n, z) ->
            t * t * Losses.crossEntropy(
                Losses.softmax(Variants.standardised(v[n]), t), Variants.standardised(z), t),
        Loss.standardised(tensor(v), t, 0, 1));
  }
}
