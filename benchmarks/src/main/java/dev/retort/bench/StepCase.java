package dev.retort.bench;

import dev.retort.bench.TrainingStep.Loss;
import dev.retort.derivation.Layers;
import dev.retort.derivation.Losses;
import dev.retort.derivation.OptimizerSteps;
import java.util.Arrays;

/** A step of training on one batch: forward, loss, backward, SGD with momentum. */
final class StepCase extends NetworkCase {
  /** Of the velocity. */
  static final double MOMENTUM = 0.9;

  /** The learning rate of the steps that are checked. */
  static final double CHECKED_RATE = 0.05;

  /** The rate of those that are timed: the network must stay where it is, whoever is faster. */
  static final double TIMED_RATE = 1e-8;

  /** Two, so that the velocity matters. */
  static final int CHECKED_STEPS = 2;

  /** How far a layer's change may be from the reference, relative to its norm. */
  private static final double FRACTION = 5e-5;

  final int batch;
  final Loss loss;

  /** Features, [batch, inputs]. */
  final float[] x;

  /** A label a row. */
  final int[] labels;

  /** The teacher's softened probabilities, [batch, classes]. */
  final float[] targets;

  StepCase(Loss loss, int batch, int... sizes) {
    super(sizes);
    this.batch = batch;
    this.loss = loss;
    x = Data.uniform(30, batch * inputs());
    labels = Data.labels(31, batch, classes());
    targets = new float[batch * classes()];
    double[][] teacher = Data.rows(Data.normal(32, batch * classes(), 5), classes());
    for (int i = 0; i < targets.length; i++) {
      double[] row = teacher[i / classes()];
      targets[i] = (float) Losses.softmax(row, LossCase.TEMPERATURE)[i % classes()];
    }
  }

  /** Three products a layer but for the first, which needs no dX; an element is an image. */
  Cost cost() {
    double products = 3 * multiplications() - weights[0].length;
    return new Cost(2 * batch * products, 4 * (5 * parameters() + x.length), batch);
  }

  /** Checks an implementation's steps: how far two of them move weights and biases. */
  void check(Implementation implementation, int threads) {
    Work work = implementation.trainingStep(this, threads, CHECKED_RATE);
    for (int step = 1; step < CHECKED_STEPS; step++) {
      work.run();
    }
    expected().check(implementation.name(), work);
  }

  /** The change of each layer's weights and of its biases, by the engine's longhand formulas. */
  private Expected expected() {
    double[][][] w = doubleWeights();
    double[][] b = doubleBiases();
    OptimizerSteps[][] steps = new OptimizerSteps[2 * layers()][];
    for (int step = 0; step < CHECKED_STEPS; step++) {
      double[][][] activations = forward(Data.rows(x, inputs()), w, b);
      double[][] dy = gradient(activations[layers()]);
      for (int l = layers() - 1; l >= 0; l--) {
        double[][] dw = weightGradient(activations[l], dy);
        double[] db = Layers.denseBiasGradient(dy);
        double[][] dx = l == 0 ? dy : inputGradient(activations[l], dy, w[l]);
        w[l] = Data.rows(update(steps, 2 * l, Data.flat(w[l]), Data.flat(dw)), sizes[l + 1]);
        b[l] = update(steps, 2 * l + 1, b[l], db);
        dy = dx;
      }
    }
    double[][] change = new double[2 * layers()][];
    for (int l = 0; l < layers(); l++) {
      change[2 * l] = difference(Data.flat(w[l]), weights[l]);
      change[2 * l + 1] = difference(b[l], biases[l]);
    }
    return Expected.inNorm(change, FRACTION);
  }

  private double[][] gradient(double[][] z) {
    return switch (loss) {
      case CROSS_ENTROPY ->
          Losses.meanCrossEntropyGradient(Losses.targets(labels, classes(), 0), z, 1);
      case DISTILLATION ->
          Losses.distillationGradient(
              z, labels, Data.rows(targets, classes()), LossCase.TEMPERATURE,
              LossCase.HARD_WEIGHT, LossCase.SOFT_WEIGHT);
    };
  }

  private static double[][] weightGradient(double[][] x, double[][] dy) {
    return rows(
        x[0].length,
        k -> {
          double[][] feature = new double[x.length][];
          Arrays.setAll(feature, n -> new double[] {x[n][k]});
          return Layers.denseWeightGradient(feature, dy)[0];
        });
  }

  private static double[][] inputGradient(double[][] y, double[][] dy, double[][] w) {
    return rows(
        dy.length,
        n -> Layers.reluGradient(
            y[n], Layers.denseInputGradient(new double[][] {dy[n]}, w)[0]));
  }

  private static double[] update(OptimizerSteps[][] steps, int index, double[] w, double[] dw) {
    if (steps[index] == null) {
      steps[index] = new OptimizerSteps[w.length];
      Arrays.setAll(steps[index], i -> new OptimizerSteps());
    }
    double[] after = new double[w.length];
    Arrays.setAll(
        after, i -> steps[index][i].sgd(w[i], dw[i], CHECKED_RATE, MOMENTUM, false, 0));
    return after;
  }

  static double[] difference(double[] after, float[] before) {
    double[] change = new double[after.length];
    Arrays.setAll(change, i -> after[i] - before[i]);
    return change;
  }
}
