package dev.retort.derivation;

import module java.base;

/**
 * The three steps of distillation as one plain program on the longhand code: points in the plane, in
 * three overlapping clouds; a teacher that sees 1,000 of them, and a student that sees 30.
 */
public final class ThreeSteps {
  private static final int CLASSES = 3;
  private static final double TEMPERATURE = 3;

  private final Random random;

  private ThreeSteps(long seed) {
    random = new Random(seed);
  }

  /** Points and their labels. */
  private final class Points {
    final double[][] x;
    final int[] labels;

    Points(int count) {
      x = new double[count][2];
      labels = new int[count];
      for (int n = 0; n < count; n++) {
        labels[n] = random.nextInt(CLASSES);
        double angle = 2 * Math.PI * labels[n] / CLASSES;
        x[n][0] = StrictMath.cos(angle) + 0.7 * random.nextGaussian();
        x[n][1] = StrictMath.sin(angle) + 0.7 * random.nextGaussian();
      }
    }
  }

  /** Two dense layers with a rectifier between, and a velocity for each weight. */
  private final class Network {
    final double[][] w1;
    final double[][] w2;
    final double[] b1;
    final double[] b2 = new double[CLASSES];
    final OptimizerSteps[][] steps = new OptimizerSteps[4][];
    double[][] hidden;

    Network(int units) {
      w1 = weights(2, units);
      w2 = weights(units, CLASSES);
      b1 = new double[units];
    }

    double[][] logits(double[][] x) {
      hidden = Layers.dense(x, w1, b1);
      for (int n = 0; n < x.length; n++) {
        hidden[n] = Layers.relu(hidden[n]);
      }
      return Layers.dense(hidden, w2, b2);
    }

    /** One step down the gradient dz of the logits of x. */
    void learn(double[][] x, double[][] dz) {
      double[][] dHidden = Layers.denseInputGradient(dz, w2);
      for (int n = 0; n < x.length; n++) {
        dHidden[n] = Layers.reluGradient(hidden[n], dHidden[n]);
      }
      update(0, w1, Layers.denseWeightGradient(x, dHidden));
      update(1, w2, Layers.denseWeightGradient(hidden, dz));
      update(2, new double[][] {b1}, new double[][] {Layers.denseBiasGradient(dHidden)});
      update(3, new double[][] {b2}, new double[][] {Layers.denseBiasGradient(dz)});
    }

    private void update(int part, double[][] w, double[][] dw) {
      int cols = w[0].length;
      if (steps[part] == null) {
        steps[part] = new OptimizerSteps[w.length * cols];
        Arrays.setAll(steps[part], i -> new OptimizerSteps());
      }
      for (int i = 0; i < w.length * cols; i++) {
        double old = w[i / cols][i % cols];
        w[i / cols][i % cols] =
            steps[part][i].sgd(old, dw[i / cols][i % cols], 0.05, 0.9, false, 0);
      }
    }

    double errorRate(Points points) {
      double[][] z = logits(points.x);
      int errors = 0;
      for (int n = 0; n < z.length; n++) {
        double most = Arrays.stream(z[n]).max().orElseThrow();
        errors += z[n][points.labels[n]] == most ? 0 : 1;
      }
      return 100.0 * errors / z.length;
    }
  }

  private double[][] weights(int inputs, int outputs) {
    double[][] w = new double[inputs][outputs];
    for (double[] row : w) {
      Arrays.setAll(row, j -> random.nextGaussian() * Math.sqrt(2.0 / inputs));
    }
    return w;
  }

  private static void train(
      Network network, Points points, double[][] soft, double hardWeight, double softWeight) {
    for (int epoch = 0; epoch < 300; epoch++) {
      double[][] z = network.logits(points.x);
      network.learn(
          points.x,
          Losses.distillationGradient(
              z, points.labels, soft, TEMPERATURE, hardWeight, softWeight));
    }
  }

  /** Error rates of the teacher, the student alone and the student distilled, in percent. */
  static double[] errorRates(long seed) {
    ThreeSteps the = new ThreeSteps(seed);
    Points many = the.new Points(1000);
    Points few = the.new Points(30);
    Points test = the.new Points(10_000);

    // S1: the teacher learns hard labels.
    Network teacher = the.new Network(32);
    train(teacher, many, Losses.targets(many.labels, CLASSES, 0), 1, 0);

    // S2: its logits at T are the soft targets of the student's points.
    double[][] soft = teacher.logits(few.x);
    Arrays.setAll(soft, n -> Losses.softmax(soft[n], TEMPERATURE));

    // S3: one student learns hard labels alone, another one both.
    Network alone = the.new Network(8);
    train(alone, few, soft, 1, 0);
    Network distilled = the.new Network(8);
    train(distilled, few, soft, 0.1, 0.9);
    return new double[] {
      teacher.errorRate(test), alone.errorRate(test), distilled.errorRate(test)
    };
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
