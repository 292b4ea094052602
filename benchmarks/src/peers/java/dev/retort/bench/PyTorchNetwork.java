package dev.retort.bench;

import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Linear modules with a case's weights, rectifiers between them. */
final class PyTorchNetwork {
  private final LinearImpl[] layers;

  PyTorchNetwork(NetworkCase given) {
    layers = new LinearImpl[given.layers()];
    try (NoGradGuard guard = new NoGradGuard()) {
      for (int l = 0; l < layers.length; l++) {
        layers[l] = new LinearImpl(given.sizes[l], given.sizes[l + 1]);
        layers[l].weight().copy_(weights(given, l).t());
        layers[l].bias().copy_(Tensors.of(given.biases[l], given.biases[l].length));
      }
    }
  }

  private static Tensor weights(NetworkCase given, int l) {
    return Tensors.of(given.weights[l], given.sizes[l], given.sizes[l + 1]);
  }

  Tensor forward(Tensor x) {
    Tensor y = layers[0].forward(x);
    for (int l = 1; l < layers.length; l++) {
      y = layers[l].forward(torch.relu_(y));
    }
    return y;
  }

  TensorVector parameters() {
    TensorVector all = new TensorVector();
    for (LinearImpl layer : layers) {
      all.push_back(layer.weight());
      all.push_back(layer.bias());
    }
    return all;
  }

  /** Weights as the case stores them, less those of the case; likewise biases. */
  double[] changes(NetworkCase given) {
    TensorVector parts = new TensorVector();
    for (int l = 0; l < layers.length; l++) {
      parts.push_back(layers[l].weight().t().sub(weights(given, l)).reshape(-1));
      parts.push_back(layers[l].bias().sub(Tensors.of(given.biases[l], given.biases[l].length)));
    }
    return Tensors.doubles(torch.cat(parts));
  }
}
