package dev.retort.bench.peers;

import dev.retort.bench.InferenceCase;
import dev.retort.bench.Work;

/** One image through Smile's perceptron, whose answer is probabilities. */
final class SmileInference implements Work {
  private final SmileNetwork network;
  private final double[] image;
  private final double[] probabilities;

  SmileInference(InferenceCase inference) {
    network = new SmileNetwork(inference);
    image = new double[inference.image().length];
    for (int i = 0; i < image.length; i++) {
      image[i] = inference.image()[i];
    }
    int[] sizes = inference.sizes();
    probabilities = new double[sizes[sizes.length - 1]];
  }

  @Override
  public void run() {
    network.predict(image, probabilities);
  }

  @Override
  public double[] result() {
    return network.logits(probabilities);
  }
}
