package dev.retort.bench;

import dev.retort.bench.RowLosses.Operation;
import dev.retort.derivation.Losses;
import java.util.Arrays;
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
    double[][] teacher = Data.rows(targets, classes);
    for (int i = 0; i < targets.length; i++) {
      double[] row = teacher[i / classes];
      targets[i] = (float) Losses.softmax(row, RowLosses.TEMPERATURE)[i % classes];
    }
    flops = 2 * BATCH * (3 * start.parameters() - start.matrices[0].length);
    bytes = 4 * (5 * start.parameters() + x.length);
    elements = BATCH;
  }

  /** Up to a fraction of the root mean square change of a layer, and a rounding of the weight a step. */
  @Override
  Expected expected() {
    double[][][] before = start.doubles();
    double[][][] after = start.doubles();
    double[][][] velocities = new double[start.layers()][][];
    Arrays.setAll(velocities, l -> new double[after[l].length][after[l][0].length]);
    for (int step = 0; step < CHECKED_RUNS; step++) {
      double[][][] gradients = gradients(after);
      for (int l = 0; l < after.length; l++) {
        for (int i = 0; i < after[l].length; i++) {
          for (int j = 0; j < after[l][i].length; j++) {
            velocities[l][i][j] = MOMENTUM * velocities[l][i][j] + gradients[l][i][j];
            after[l][i][j] -= rate * velocities[l][i][j];
          }
        }
      }
    }
    double[][] want = Arrays.stream(after).map(Data::flat).toArray(double[][]::new);
    double[][] tolerance = new double[want.length][];
    Arrays.setAll(tolerance, l -> tolerance(Data.flat(before[l]), want[l]));
    return new Expected(Data.flat(want), Data.flat(tolerance));
  }

  private static double[] tolerance(double[] before, double[] after) {
    double squares = 0;
    for (int i = 0; i < after.length; i++) {
      squares += (after[i] - before[i]) * (after[i] - before[i]);
    }
    double change = Math.sqrt(squares / after.length);
    return Arrays.stream(after)
        .map(weight -> 5e-5 * change + CHECKED_RUNS * 0x1p-24 * Math.abs(weight))
        .toArray();
  }

  /** In the form of {@link NetworkCase#doubles}. */
  private double[][][] gradients(double[][][] matrices) {
    double[][][] values = NetworkCase.forward(Data.rows(x, start.inputs()), matrices);
    double[][][] gradients = new double[matrices.length][][];
    double[][] dy =
        Losses.distillationGradient(
            values[matrices.length], labels, Data.rows(targets, start.classes()),
            RowLosses.TEMPERATURE, operation.hardWeight, operation.softWeight);
    for (int l = matrices.length - 1; l >= 0; l--) {
      gradients[l] = Data.product(Data.transposed(values[l]), dy);
      if (l > 0) {
        double[][] dx = Data.product(dy, Data.transposed(matrices[l]));
        dy = new double[dx.length][start.sizes[l]];
        for (int n = 0; n < dy.length; n++) {
          for (int i = 0; i < dy[n].length; i++) {
            dy[n][i] = values[l][n][i] > 0 ? dx[n][i] : 0;
          }
        }
      }
    }
    return gradients;
  }
}
