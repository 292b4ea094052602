package dev.retort.bench;

import dev.retort.nn.Network;
import dev.retort.tensor.Parameter;

/** The engine's network with a case's weights. */
final class RetortNetwork {
  private RetortNetwork() {}

  static Network of(NetworkCase given) {
    Network network = Network.mlp(given.sizes).seed(0).build();
    for (int l = 0; l < given.layers(); l++) {
      copy(given.weights[l], network.parameters().get(2 * l));
      copy(given.biases[l], network.parameters().get(2 * l + 1));
    }
    return network;
  }

  private static void copy(float[] from, Parameter to) {
    System.arraycopy(from, 0, to.value().data(), to.value().offset(), from.length);
  }
}
