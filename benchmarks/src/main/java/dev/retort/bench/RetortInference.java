package dev.retort.bench;

import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/** One image through the engine's network. */
final class RetortInference implements Work {
  private final Network network;
  private final Tensor image;
  private Tensor logits;

  RetortInference(InferenceCase inference) {
    network = RetortNetwork.of(inference);
    image = Tensor.of(inference.image.clone(), 1, inference.image.length);
  }

  @Override
  public void run() {
    logits = network.forward(image);
  }

  @Override
  public double[] result() {
    return Data.doubles(logits.toArray());
  }
}
