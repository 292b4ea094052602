package dev.retort.bench;

/** A step of training on one batch: forward, loss, backward, SGD with momentum. */
public final class StepCase extends NetworkCase {
  /** Of the velocity. */
  public static final double MOMENTUM = 0.9;

  /** The learning rate of the steps that are checked. */
  static final double CHECKED_RATE = 0.05;

  /** The rate of those that are timed: the network must stay where it is, whoever is faster. */
  static final double TIMED_RATE = 1e-8;

  /** Two, so that the velocity matters. */
  static final int CHECKED_STEPS = 2;

  /** How far a layer's change may be from the reference, relative to its norm. */
  private static final double SHARE = 5e-5;

  /** What the batch is taught by. */
  public enum Loss {
    /** Labels. */
    CROSS_ENTROPY,
    /** Labels and soft targets, which the teacher gave before training. */
    DISTILLATION
  }

  final int batch;
  final Loss loss;
  final float[] x;
  final int[] labels;
  final float[] targets;

  StepCase(Loss loss, int batch, int... sizes) {
    super(sizes);
    this.batch = batch;
    this.loss = loss;
    int classes = sizes[sizes.length - 1];
    x = Data.uniform(30, batch * sizes[0]);
    labels = Data.labels(31, batch, classes);
    targets = new float[batch * classes];
    double[] teacher = Data.doubles(Data.normal(32, batch * classes, 5));
    double[] p = NetworkReference.softmax(teacher, classes, LossCase.TEMPERATURE);
    for (int i = 0; i < p.length; i++) {
      targets[i] = (float) p[i];
    }
  }

  /** What the batch is taught by; weights and temperature are those of {@link LossCase}. */
  public Loss loss() {
    return loss;
  }

  /** Rows. */
  public int batch() {
    return batch;
  }

  /** Features, [batch, sizes[0]]. */
  public float[] x() {
    return x;
  }

  /** A label a row. */
  public int[] labels() {
    return labels;
  }

  /** Softened probabilities, [batch, classes]. */
  public float[] targets() {
    return targets;
  }

  /** Three products a layer but for the first, which needs no dX; an element is an image. */
  Cost cost() {
    double products = 3 * multiplications() - weights[0].length;
    return new Cost(2 * batch * products, 4 * (5 * parameters() + x.length), batch);
  }

  /** How far two steps move weights and biases, layer by layer, in double. */
  Answer answer() {
    int[] blocks = new int[2 * layers()];
    for (int l = 0; l < layers(); l++) {
      blocks[2 * l] = weights[l].length;
      blocks[2 * l + 1] = biases[l].length;
    }
    return Answer.inNorm(new NetworkReference(this).train(this), blocks, SHARE);
  }

  /** Refuses a contender whose steps are wrong. */
  void check(Contender contender, int threads) {
    Work work = contender.trainingStep(this, threads, CHECKED_RATE);
    for (int step = 1; step < CHECKED_STEPS; step++) {
      work.run();
    }
    answer().check(contender.name(), work);
  }
}
