package dev.retort.bench;

import java.util.stream.DoubleStream;

/** A dense layer with its rectifier on the way forward, or its three gradients on the way back. */
public final class DenseCase extends NetworkCase {
  /** How far a result may be from the reference, relative to its norm. */
  private static final double SHARE = 5e-6;

  /** Which way. */
  public enum Direction {
    /** Y = relu(X W + b). */
    FORWARD,
    /** dW = X^T dY, db = column sums of dY, dX = dY W^T. */
    BACKWARD
  }

  final Direction direction;
  final int batch;
  final float[] x;
  final float[] dy;

  DenseCase(Direction direction, int inputs, int outputs, int batch) {
    super(inputs, outputs);
    this.direction = direction;
    this.batch = batch;
    x = Data.normal(30, batch * inputs, 1);
    dy = Data.normal(31, batch * outputs, 1);
  }

  Cost cost() {
    double products = direction == Direction.FORWARD ? 1 : 2;
    double arrays = weights[0].length + x.length + dy.length;
    return new Cost(2 * products * batch * weights[0].length, 4 * products * arrays, dy.length);
  }

  Answer answer() {
    NetworkReference reference = new NetworkReference(this);
    if (direction == Direction.FORWARD) {
      double[] y = reference.forward(Data.doubles(x), batch);
      double[] rectified = DoubleStream.of(y).map(value -> Math.max(value, 0)).toArray();
      return Answer.inNorm(rectified, new int[] {rectified.length}, SHARE);
    }
    int[] blocks = {weights[0].length, biases[0].length, x.length};
    return Answer.inNorm(
        reference.denseGradients(Data.doubles(x), Data.doubles(dy), batch), blocks, SHARE);
  }
}
