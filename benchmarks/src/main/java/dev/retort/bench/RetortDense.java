package dev.retort.bench;

import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.tensor.Tensor;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** A pass through the engine's dense layer. */
final class RetortDense implements Work {
  private final DenseCase given;
  private final Dense dense;
  private final Tensor x;
  private final Tensor y;
  private final Tensor dx;
  private final Tensor dy;

  RetortDense(DenseCase given) {
    this.given = given;
    int inputs = given.sizes[0];
    int outputs = given.sizes[1];
    dense =
        new Dense(
            Tensor.of(given.weights[0].clone(), inputs, outputs),
            Tensor.of(given.biases[0].clone(), outputs),
            given.direction == DenseCase.Direction.FORWARD
                ? Activation.RELU : Activation.IDENTITY);
    x = Tensor.of(given.x.clone(), given.batch, inputs);
    dy = Tensor.of(given.dy.clone(), given.batch, outputs);
    y = Tensor.zeros(given.batch, outputs);
    dx = Tensor.zeros(given.batch, inputs);
  }

  @Override
  public void run() {
    switch (given.direction) {
      case FORWARD -> dense.forward(x, y);
      case BACKWARD -> {
        dense.backward(x, y, dy);
        dense.inputGradient(dy, dx);
      }
    }
  }

  @Override
  public double[] result() {
    Stream<Tensor> written =
        switch (given.direction) {
          case FORWARD -> Stream.of(y);
          case BACKWARD -> Stream.of(dense.weight().gradient(), dense.bias().gradient(), dx);
        };
    return written
        .flatMapToDouble(tensor -> DoubleStream.of(Data.doubles(tensor.toArray())))
        .toArray();
  }
}
