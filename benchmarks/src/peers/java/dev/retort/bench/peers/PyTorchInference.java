package dev.retort.bench.peers;

import dev.retort.bench.InferenceCase;
import dev.retort.bench.Work;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;

/** One image through PyTorch's network, in its inference mode. */
final class PyTorchInference implements Work {
  private final PyTorchNetwork network;
  private final Tensor image;

  PyTorchInference(InferenceCase inference) {
    network = new PyTorchNetwork(inference);
    image = Tensors.of(inference.image(), 1, inference.image().length);
  }

  @Override
  public void run() {
    try (PointerScope scope = new PointerScope(); InferenceMode mode = new InferenceMode()) {
      network.forward(image);
    }
  }

  /** Runs once more, as a run's tensors do not outlive it. */
  @Override
  public double[] result() {
    try (PointerScope scope = new PointerScope(); InferenceMode mode = new InferenceMode()) {
      return Tensors.doubles(network.forward(image));
    }
  }
}
