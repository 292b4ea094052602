package dev.retort.bench;

import module java.base;
import dev.retort.bench.RowLosses.Operation;
import dev.retort.derivation.Layers;
import dev.retort.derivation.Losses;
import org.openjdk.jmh.annotations.Param;

/**
 * Forward, loss, backward and a step of SGD with momentum on one batch; the result is each layer's weights, then its
 * biases.
 */
public class TrainingStep extends Timed {
  /** Of the velocity. */
  static final double MOMENTUM = 0.9;

  static final int BATCH = 128;

  /** Features, hidden units, classes. */
  @Param({"784-1200-1200-10", "784-800-800-10", "784-30-30-10"})
  public String network;

  /** What the batch is taught by; soft targets were given before training. */
  @Param({"CROSS_ENTROPY", "DISTILLATION"})
  public Operation operation;

  NetworkCase start;

  // Features, [batch, inputs]; a label a row; the teacher's softened probabilities, [batch, classes].
  float[] x;
  int[] labels;
  float[] targets;

  /** Three products a layer but for the first, which needs no dX; an element is an image. */
  @Override
  void input() {
    start = new NetworkCase(sizes(network));
    int classes = start.classes;
    x = Data.uniform(30, BATCH * start.inputs);
    labels = Data.labels(31, BATCH, classes);
    double[] soft = Data.flat(RowLosses.softmax(Data.normal(32, BATCH * classes, 5), classes));
    targets = Data.floats(soft.length, Arrays.stream(soft).iterator()::nextDouble);
    flops = 2 * BATCH * (3 * start.parameters() - start.matrices[0].length);
    bytes = 4 * (5 * start.parameters() + x.length);
    elements = BATCH;
  }

  /** Up to a fraction of a layer's root mean square change, and a rounding of the weight a step. */
  @Override
  Expected expected() {
    double[] before = start.doubles();
    double[] want = before.clone();
    double[] first = gradient(want);
    Arrays.setAll(want, i -> want[i] - rate * first[i]);
    double[] second = gradient(want);
    Arrays.setAll(want, i -> want[i] - rate * (MOMENTUM * first[i] + second[i]));
    double[] tolerance = new double[want.length];
    int end = 0;
    for (float[] layer : start.matrices) {
      int from = end;
      end += layer.length;
      double squares = IntStream.range(from, end).mapToDouble(i -> Math.pow(want[i] - before[i], 2)).sum();
      Arrays.fill(tolerance, from, end, 5e-5 * Math.sqrt(squares / layer.length));
    }
    return new Expected(want, i -> tolerance[i] + CHECKED_RUNS * 0x1p-24 * Math.abs(want[i]));
  }

  /** By all weights and biases. */
  private double[] gradient(double[] all) {
    int layers = start.matrices.length;
    double[][][] inputs = start.forward(x, all);
    double[][] gradients = new double[layers][];
    double[][] dy = Losses.distillationGradient(inputs[layers], labels, Data.rows(targets, start.classes),
        RowLosses.TEMPERATURE, operation.hardWeight, operation.softWeight);
    for (int l = layers - 1; l >= 0; l--) {
      gradients[l] = Data.flat(Data.product(Data.transposed(inputs[l]), dy));
      double[][] dx = Data.product(dy, Data.transposed(start.matrix(all, l)));
      double[][] x = inputs[l];
      int columns = start.sizes[l];
      dy = new double[BATCH][];
      Arrays.setAll(dy, n -> Layers.reluGradient(Arrays.copyOf(x[n], columns), dx[n]));
    }
    return Data.flat(gradients);
  }
}
