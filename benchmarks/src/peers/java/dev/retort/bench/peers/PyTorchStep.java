package dev.retort.bench.peers;

import dev.retort.bench.StepCase;
import dev.retort.bench.Work;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A step of training as PyTorch's users write it. */
final class PyTorchStep implements Work {
  private final StepCase step;
  private final PyTorchNetwork network;
  private final SGD sgd;
  private final Tensor x;
  private final Tensor labels;
  private final Tensor targets;

  PyTorchStep(StepCase step, double rate) {
    this.step = step;
    network = new PyTorchNetwork(step);
    SGDOptions options = new SGDOptions(rate);
    options.momentum().put(StepCase.MOMENTUM);
    sgd = new SGD(network.parameters(), options);
    x = Tensors.of(step.x(), step.batch(), step.sizes()[0]);
    labels = Tensors.of(step.labels());
    targets = Tensors.of(step.targets(), step.batch(), step.targets().length / step.batch());
  }

  @Override
  public void run() {
    try (PointerScope scope = new PointerScope()) {
      sgd.zero_grad();
      Tensor logits = network.forward(x);
      Tensor loss =
          switch (step.loss()) {
            case CROSS_ENTROPY -> torch.cross_entropy_loss(logits, labels);
            case DISTILLATION -> PyTorchLoss.mixed(logits, targets, labels);
          };
      loss.backward();
      sgd.step();
    }
  }

  @Override
  public double[] result() {
    return network.changes(step);
  }
}
