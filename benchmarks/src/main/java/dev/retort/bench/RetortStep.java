package dev.retort.bench;

import dev.retort.loss.BatchLoss;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.optim.Sgd;
import dev.retort.tensor.Tensor;
import java.util.stream.IntStream;

/** A step of training with the engine's layers, losses and optimiser. */
final class RetortStep implements Work {
  private final StepCase step;
  private final double rate;
  private final Network network;
  private final Sgd sgd;
  private final BatchLoss loss;
  private final int[] samples;
  private final Tensor x;
  private final Tensor dLogits;

  RetortStep(StepCase step, double rate) {
    this.step = step;
    this.rate = rate;
    network = RetortNetwork.of(step);
    sgd = Sgd.polyak(network.parameters(), StepCase.MOMENTUM, 0);
    x = Tensor.of(step.x.clone(), step.batch, network.inputs());
    dLogits = Tensor.zeros(step.batch, network.outputs());
    samples = IntStream.range(0, step.batch).toArray();
    loss = loss().bind(step.labels, network.outputs());
  }

  private Loss loss() {
    return switch (step.loss) {
      case CROSS_ENTROPY -> Loss.crossEntropy();
      case DISTILLATION ->
          Loss.distillation(
              SoftTargets.fromProbabilities(
                  Tensor.of(step.targets, step.batch, network.outputs()), LossCase.TEMPERATURE),
              LossCase.HARD_WEIGHT, LossCase.SOFT_WEIGHT);
    };
  }

  @Override
  public void run() {
    Tensor logits = network.forward(x, 0, 0);
    loss.apply(logits, samples, 0, dLogits);
    network.backward(dLogits);
    sgd.step(rate);
  }

  @Override
  public double[] result() {
    return IntStream.range(0, 2 * step.layers())
        .boxed()
        .flatMapToDouble(
            i -> {
              float[] before = i % 2 == 0 ? step.weights[i / 2] : step.biases[i / 2];
              float[] after = network.parameters().get(i).value().toArray();
              return IntStream.range(0, after.length).mapToDouble(j -> after[j] - before[j]);
            })
        .toArray();
  }
}
