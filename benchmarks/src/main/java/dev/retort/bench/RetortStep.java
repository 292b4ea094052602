package dev.retort.bench;

import dev.retort.loss.CrossEntropy;
import dev.retort.loss.Distillation;
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
  private final CrossEntropy crossEntropy = new CrossEntropy();
  private final Distillation distillation =
      new Distillation(LossCase.HARD_WEIGHT, LossCase.SOFT_WEIGHT);
  private final Tensor x;
  private final Tensor dLogits;
  private final SoftTargets targets;

  RetortStep(StepCase step, double rate) {
    this.step = step;
    this.rate = rate;
    network = RetortNetwork.of(step);
    sgd = new Sgd(network.parameters(), StepCase.MOMENTUM, false, 0);
    x = Tensor.of(step.x.clone(), step.batch, network.inputs());
    dLogits = Tensor.zeros(step.batch, network.outputs());
    targets =
        SoftTargets.fromProbabilities(
            Tensor.of(step.targets, step.batch, network.outputs()), LossCase.TEMPERATURE);
  }

  @Override
  public void run() {
    Tensor logits = network.forward(x, 0, 0);
    switch (step.loss) {
      case CROSS_ENTROPY -> crossEntropy.hard(logits, step.labels, dLogits);
      case DISTILLATION -> distillation.apply(logits, step.labels, targets, dLogits, step.batch);
    }
    network.backward(dLogits, false);
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
