package dev.retort.cli;

import dev.retort.kernel.CounterRandom;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Dropout;
import dev.retort.derivation.Layers;
import dev.retort.derivation.Losses;
import dev.retort.derivation.Variants;
import dev.retort.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Every layer and loss at a random point: the function, its gradient, and the engine's gradient. */
final class GradientCases {
  private static final int ROWS = 3;
  private static final int WIDTH = 5;
  private static final double SMOOTHING = 0.1;

  /** One gradient at one point. */
  record Case(
      String name, String equations, ToDoubleFunction<double[]> function, List<Double> at,
      List<Double> derived, List<Double> engine) {}

  private final long seed;
  private final double t;
  private final double[] x;
  private final double[] dy;
  private final double[] w;
  private final double[] b;
  private final double[] v;
  private final int[] labels;
  private final double[][] p;

  /** The cases of one draw. */
  GradientCases(long seed) {
    this.seed = seed;
    t = 1 + CounterRandom.below(seed, 0, 20);
    labels = IntStream.range(0, ROWS).map(i -> CounterRandom.below(seed, 1 + i, WIDTH)).toArray();
    x = numbers(1, ROWS);
    dy = numbers(2, ROWS);
    w = numbers(3, WIDTH);
    b = numbers(4, 1);
    v = numbers(5, ROWS);
    p = Arrays.stream(rows(v)).map(row -> Losses.softmax(row, t)).toArray(double[][]::new);
  }

  /** Uniform in +-4, and floats exactly. */
  private double[] numbers(int stream, int rows) {
    long key = CounterRandom.key(seed, stream);
    return IntStream.range(0, rows * WIDTH)
        .mapToDouble(i -> (CounterRandom.bits24(key, i) * 0x1p-23 - 1) * 4).toArray();
  }

  List<Case> all() {
    return List.of(
        dense("weights", "E2", w), dense("biases", "E3", b), dense("inputs", "E4", x), relu(),
        dropout(), hard("cross entropy", "E17", 0),
        hard("label smoothing", "E16, E17", SMOOTHING), soft(), distillation(), matching(), top(),
        decoupled(), standardised());
  }

  private static double[][] rows(double[] flat) {
    double[][] rows = new double[flat.length / WIDTH][];
    Arrays.setAll(rows, n -> Arrays.copyOfRange(flat, n * WIDTH, (n + 1) * WIDTH));
    return rows;
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static Tensor tensor(double[] flat, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    for (int i = 0; i < flat.length; i++) {
      tensor.data()[i] = (float) flat[i];
    }
    return tensor;
  }

  private static double dot(double[] a, double[] other) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * other[i];
    }
    return sum;
  }

  private static Case of(
      String name, String equations, ToDoubleFunction<double[]> function, double[] at,
      double[] derived, Tensor engine) {
    return new Case(
        name, equations, function, Arrays.stream(at).boxed().toList(),
        Arrays.stream(derived).boxed().toList(),
        IntStream.range(0, engine.size()).mapToObj(i -> (double) engine.data()[i]).toList());
  }

  private Case dense(String of, String equation, double[] at) {
    Dense dense = new Dense(tensor(w, WIDTH, WIDTH), tensor(b, WIDTH), Activation.IDENTITY);
    Tensor dx = Tensor.zeros(ROWS, WIDTH);
    Tensor gradient = tensor(dy, ROWS, WIDTH);
    dense.backward(tensor(x, ROWS, WIDTH), dx, gradient);
    dense.inputGradient(gradient, dx);
    return switch (equation) {
      case "E2" ->
          of("dense, " + of, equation,
              c -> dot(dy, flat(Layers.dense(rows(x), rows(c), b))), at,
              flat(Layers.denseWeightGradient(rows(x), rows(dy))), dense.weight().gradient());
      case "E3" ->
          of("dense, " + of, equation,
              c -> dot(dy, flat(Layers.dense(rows(x), rows(w), c))), at,
              Layers.denseBiasGradient(rows(dy)), dense.bias().gradient());
      default ->
          of("dense, " + of, equation,
              c -> dot(dy, flat(Layers.dense(rows(c), rows(w), b))), at,
              flat(Layers.denseInputGradient(rows(dy), rows(w))), dx);
    };
  }

  /** One element stands on the kink, to be skipped. */
  private Case relu() {
    double[] at = x.clone();
    at[0] = 0;
    Tensor y = tensor(at, ROWS, WIDTH);
    Tensor dx = tensor(dy, ROWS, WIDTH);
    Tensor identity = Tensor.zeros(WIDTH, WIDTH);
    for (int i = 0; i < WIDTH; i++) {
      identity.set(i, i, 1);
    }
    Dense dense = new Dense(identity, Tensor.zeros(WIDTH), Activation.RELU);
    Tensor rectified = Tensor.zeros(ROWS, WIDTH);
    dense.forward(y, rectified);
    dense.backward(y, rectified, dx);
    return of(
        "relu", "E6", c -> dot(dy, Layers.relu(c)), at, Layers.reluGradient(Layers.relu(at), dy),
        dx);
  }

  private Case dropout() {
    Dropout dropout = new Dropout(0.3, seed);
    Tensor ones = Tensor.zeros(ROWS, WIDTH);
    Arrays.fill(ones.data(), 1f);
    dropout.forward(ones, 0, 0);
    boolean[] kept = new boolean[x.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = ones.data()[i] != 0;
    }
    Tensor dx = tensor(dy, ROWS, WIDTH);
    dropout.backward(dx, 0, 0);
    return of(
        "dropout", "E29", c -> dot(dy, Layers.dropout(c, kept, 0.3)), x,
        Layers.dropout(dy, kept, 0.3), dx);
  }

  /** A loss of the engine: logits in, gradient out. */
  private interface EngineLoss {
    void apply(Tensor logits, Tensor gradient);
  }

  private Case loss(
      String name, String equations, ToDoubleFunction<double[][]> value, double[][] derived,
      EngineLoss loss) {
    Tensor gradient = Tensor.zeros(ROWS, WIDTH);
    loss.apply(tensor(x, ROWS, WIDTH), gradient);
    return of(name, equations, c -> value.applyAsDouble(rows(c)), x, flat(derived), gradient);
  }

  private Case hard(String name, String equations, double smoothing) {
    double[][] y = Losses.targets(labels, WIDTH, smoothing);
    return loss(
        name, equations, z -> Losses.meanCrossEntropy(y, z, 1),
        Losses.meanCrossEntropyGradient(y, rows(x), 1),
        (z, dz) -> Loss.crossEntropy(smoothing).apply(z, labels, dz));
  }

  private SoftTargets targets() {
    return SoftTargets.fromLogits(tensor(v, ROWS, WIDTH), t);
  }

  private Case soft() {
    return loss(
        "soft cross entropy", "E14, E15", z -> Losses.meanCrossEntropy(p, z, t),
        Losses.meanCrossEntropyGradient(p, rows(x), t),
        (z, dz) -> Loss.distillation(targets(), 0, 1 / (t * t)).apply(z, labels, dz));
  }

  private Case distillation() {
    return loss(
        "distillation", "E19, E21", z -> Losses.distillation(z, labels, p, t, 0.3, 0.7),
        Losses.distillationGradient(rows(x), labels, p, t, 0.3, 0.7),
        (z, dz) -> Loss.distillation(targets(), 0.3, 0.7).apply(z, labels, dz));
  }

  /** A value or a gradient of one row. */
  private interface RowValue {
    double of(int row, double[] z);
  }

  private interface RowGradient {
    double[] of(int row, double[] z);
  }

  private Case mean(
      String name, String equations, RowValue value, RowGradient gradient, EngineLoss loss) {
    double[][] derived = new double[ROWS][];
    for (int n = 0; n < ROWS; n++) {
      derived[n] = Arrays.stream(gradient.of(n, rows(x)[n])).map(g -> g / ROWS).toArray();
    }
    return loss(
        name, equations,
        z -> IntStream.range(0, ROWS).mapToDouble(n -> value.of(n, z[n])).sum() / ROWS, derived,
        loss);
  }

  private Case matching() {
    return mean(
        "logit matching", "E35", (n, z) -> Variants.matching(z, rows(v)[n]),
        (n, z) -> Variants.matchingGradient(z, rows(v)[n]),
        (z, dz) -> Loss.logitMatching(tensor(v, ROWS, WIDTH), 0, 1).apply(z, labels, dz));
  }

  private Case top() {
    boolean[][] kept = new boolean[ROWS][WIDTH];
    for (int n = 0; n < ROWS; n++) {
      double[] row = p[n];
      for (int i = 0; i < WIDTH; i++) {
        double pi = row[i];
        kept[n][i] = Arrays.stream(row).filter(pj -> pj > pi).count() < 2;
      }
    }
    return mean(
        "top targets", "E37", (n, z) -> Variants.top(p[n], kept[n], z, t),
        (n, z) -> Variants.topGradient(p[n], kept[n], z, t),
        (z, dz) ->
            Loss.topTargets(targets(), 2, 0, 1 / (t * t)).apply(z, labels, dz));
  }

  private Case decoupled() {
    return mean(
        "decoupled", "E39",
        (n, z) -> Variants.decoupled(z, rows(v)[n], labels[n], t, 1, 2),
        (n, z) -> Variants.decoupledGradient(z, rows(v)[n], labels[n], t, 1, 2),
        (z, dz) ->
            Loss.decoupled(tensor(v, ROWS, WIDTH), t, 0, 1, 2).apply(z, labels, dz));
  }

  private Case standardised() {
    double[][] target =
        Arrays.stream(rows(v)).map(row -> Losses.softmax(Variants.standardised(row), t))
            .toArray(double[][]::new);
    return mean(
        "standardisation", "E41",
        (n, z) -> t * t * Losses.crossEntropy(target[n], Variants.standardised(z), t),
        (n, z) -> {
          double[] d = Losses.crossEntropyGradient(target[n], Variants.standardised(z), t);
          return Arrays.stream(Variants.standardisedGradient(z, d)).map(g -> t * t * g).toArray();
        },
        (z, dz) -> Loss.standardised(tensor(v, ROWS, WIDTH), t, 0, 1).apply(z, labels, dz));
  }
}
