package dev.retort.bench;

import dev.retort.bench.RowLosses.Operation;
import dev.retort.derivation.Losses;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Param;

/**
 * Forward, loss, backward and a step of SGD with momentum on one batch; the result is each layer's
 * weights, then its biases.
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

  /** Features, [batch, inputs]. */
  float[] x;

  /** A label a row. */
  int[] labels;

  /** The teacher's softened probabilities, [batch, classes]. */
  float[] targets;

  /** Three products a layer but for the first, which needs no dX; an element is an image. */
  @Override
  void input() {
    start = new NetworkCase(sizes(network));
    int classes = start.classes();
    x = Data.uniform(30, BATCH * start.inputs());
    labels = Data.labels(31, BATCH, classes);
    targets = Data.normal(32, BATCH * classes, 5);
    double[] soft = Data.flat(RowLosses.softmax(targets, classes));
    for (int i = 0; i < targets.length; i++) {
      targets[i] = (float) soft[i];
    }
    flops = 2 * BATCH * (3 * start.parameters() - start.matrices[0].length);
    bytes = 4 * (5 * start.parameters() + x.length);
    elements = BATCH;
  }

  /** Up to a fraction of a layer's root mean square change, and a rounding of the weight a step. */
  @Override
  Expected expected() {
    double[][][] weights = start.doubles();
    double[][][] first = gradients(weights);
    move(weights, rate, first);
    double[][][] second = gradients(weights);
    move(weights, rate * MOMENTUM, first);
    move(weights, rate, second);
    double[][] want = Arrays.stream(weights).map(Data::flat).toArray(double[][]::new);
    double[][] tolerance = new double[want.length][];
    for (int l = 0; l < want.length; l++) {
      double[] after = want[l];
      float[] before = start.matrices[l];
      double squares =
          IntStream.range(0, after.length).mapToDouble(i -> Math.pow(after[i] - before[i], 2)).sum();
      double change = Math.sqrt(squares / after.length);
      tolerance[l] =
          Arrays.stream(after)
              .map(weight -> 5e-5 * change + CHECKED_RUNS * 0x1p-24 * Math.abs(weight))
              .toArray();
    }
    return new Expected(Data.flat(want), Data.flat(tolerance));
  }

  private static void move(double[][][] weights, double rate, double[][][] gradients) {
    for (int l = 0; l < weights.length; l++) {
      for (int i = 0; i < weights[l].length; i++) {
        double[] row = weights[l][i];
        double[] gradient = gradients[l][i];
        Arrays.setAll(row, j -> row[j] - rate * gradient[j]);
      }
    }
  }

  /** Of {@link NetworkCase#doubles}; a layer's input of 1 leaves the one below a column more. */
  private double[][][] gradients(double[][][] weights) {
    double[][][] inputs = NetworkCase.forward(Data.rows(x, start.inputs()), weights);
    double[][][] gradients = new double[weights.length][][];
    double[][] dy =
        Losses.distillationGradient(
            inputs[weights.length], labels, Data.rows(targets, start.classes()),
            RowLosses.TEMPERATURE, operation.hardWeight, operation.softWeight);
    for (int l = weights.length - 1; l >= 0; l--) {
      gradients[l] = Data.product(Data.transposed(inputs[l]), dy);
      dy = Data.product(dy, Data.transposed(weights[l]));
      for (int n = 0; n < dy.length; n++) {
        for (int i = 0; i < dy[n].length; i++) {
          dy[n][i] = inputs[l][n][i] > 0 ? dy[n][i] : 0;
        }
      }
    }
    return gradients;
  }
}
