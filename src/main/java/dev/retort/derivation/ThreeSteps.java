package dev.retort.derivation;

import module java.base;

/**
 * The three steps of distillation as one plain program on the longhand code: points in the plane, in
 * three overlapping clouds; a teacher that sees 1,000 of them, and a student that sees 30.
 */
public final class ThreeSteps {
  private static final int CLASSES = 3;
  private static final double TEMPERATURE = 3;
  private static final double RATE = 0.5;

  private final Random random;

  private ThreeSteps(long seed) {
    random = new Random(seed);
  }

  /** Points and their labels. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a key
  private record Points(double[][] x, int[] labels) {}

  private Points points(int count) {
    double[][] x = new double[count][2];
    int[] labels = new int[count];
    for (int n = 0; n < count; n++) {
      labels[n] = random.nextInt(CLASSES);
      double angle = 2 * Math.PI * labels[n] / CLASSES;
      x[n][0] = StrictMath.cos(angle) + 0.7 * random.nextGaussian();
      x[n][1] = StrictMath.sin(angle) + 0.7 * random.nextGaussian();
    }
    return new Points(x, labels);
  }

  /** A dense layer that learns. */
  private final class Layer {
    final double[][] w;
    final double[] b;
    double[][] x;

    Layer(int inputs, int outputs) {
      w = new double[inputs][outputs];
      b = new double[outputs];
      for (double[] row : w) {
        Arrays.setAll(row, j -> random.nextGaussian() * Math.sqrt(2.0 / inputs));
      }
    }

    double[][] forward(double[][] input) {
      x = input;
      return Layers.dense(x, w, b);
    }

    /** One step down the gradient da of what came out; returns the gradient of what went in. */
    double[][] learn(double[][] da) {
      double[][] dx = Layers.denseInputGradient(da, w);
      double[][] dw = Layers.denseWeightGradient(x, da);
      double[] db = Layers.denseBiasGradient(da);
      for (int j = 0; j < b.length; j++) {
        b[j] -= RATE * db[j];
        for (int k = 0; k < w.length; k++) {
          w[k][j] -= RATE * dw[k][j];
        }
      }
      return dx;
    }
  }

  /** Two dense layers with a rectifier between. */
  private final class Network {
    final Layer first;
    final Layer last;

    Network(int units) {
      first = new Layer(2, units);
      last = new Layer(units, CLASSES);
    }

    double[][] logits(double[][] x) {
      double[][] hidden = first.forward(x);
      Arrays.setAll(hidden, n -> Layers.relu(hidden[n]));
      return last.forward(hidden);
    }

    Network train(Points points, double[][] soft, double hardWeight, double softWeight) {
      for (int epoch = 0; epoch < 300; epoch++) {
        double[][] z = logits(points.x);
        double[][] dHidden =
            last.learn(Losses.distillationGradient(z, points.labels, soft, TEMPERATURE, hardWeight, softWeight));
        Arrays.setAll(dHidden, n -> Layers.reluGradient(last.x[n], dHidden[n]));
        first.learn(dHidden);
      }
      return this;
    }

    double errorRate(Points points) {
      double[][] z = logits(points.x);
      IntPredicate isWrong = n -> z[n][points.labels[n]] != Arrays.stream(z[n]).max().orElseThrow();
      return 100.0 * IntStream.range(0, z.length).filter(isWrong).count() / z.length;
    }
  }

  /** Error rates of the teacher, the student alone and the student distilled, in percent. */
  static double[] errorRates(long seed) {
    ThreeSteps the = new ThreeSteps(seed);
    Points many = the.points(1000);
    Points few = the.points(30);
    Points test = the.points(10_000);

    // S1: the teacher learns hard labels.
    Network teacher = the.new Network(32).train(many, Losses.targets(many.labels, CLASSES, 0), 1, 0);

    // S2: its logits at T are the soft targets of the student's points.
    double[][] soft = teacher.logits(few.x);
    Arrays.setAll(soft, n -> Losses.softmax(soft[n], TEMPERATURE));

    // S3: one student learns hard labels alone, another one both.
    Network alone = the.new Network(8).train(few, soft, 1, 0);
    Network distilled = the.new Network(8).train(few, soft, 0.1, 0.9);
    return new double[] {teacher.errorRate(test), alone.errorRate(test), distilled.errorRate(test)};
  }

  /** A line for each of three seeds. */
  static String table() {
    StringBuilder table = new StringBuilder("errors     teacher  student alone  student distilled\n");
    for (int seed = 1; seed <= 3; seed++) {
      double[] rates = errorRates(seed);
      table.append(
          String.format(
              Locale.ROOT, "seed %d     %5.1f%%         %5.1f%%             %5.1f%%\n", seed, rates[0],
              rates[1], rates[2]));
    }
    return table.toString();
  }

  /**
   * Prints the table.
   *
   * @param args ignored
   */
  public static void main(String[] args) {
    System.out.print(table());
  }
}
