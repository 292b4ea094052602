package dev.retort.bench;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Losses as PyTorch's users write them; gradients by its automatic differentiation. */
final class PyTorchLoss {
  // Retained, lest the scope that is open when this class is first used takes it along.
  private static final Scalar TEMPERATURE = new Scalar(LossCase.TEMPERATURE).retainReference();

  private final LossCase loss;
  private final Tensor z;
  private final Tensor v;
  private final Tensor labels;
  private Tensor output;
  private Tensor value;

  PyTorchLoss(LossCase loss) {
    this.loss = loss;
    z = Tensors.of(loss.z, loss.rows, loss.classes);
    v = Tensors.of(loss.v, loss.rows, loss.classes);
    labels = Tensors.of(loss.labels);
    z.set_requires_grad(loss.isLoss());
  }

  void compute() {
    if (!loss.isLoss()) {
      try (NoGradGuard guard = new NoGradGuard()) {
        output = torch.softmax(z.div(TEMPERATURE), 1);
      }
      return;
    }
    value =
        loss.distils()
            ? mixed(z, torch.softmax(v.div(TEMPERATURE), 1), labels)
            : torch.cross_entropy_loss(z, labels);
    output = torch.grad(new TensorVector(value), new TensorVector(z)).get(0);
  }

  /**
   * The weighted sum for soft targets p. Written with log_softmax and a product it takes the same
   * time, with kl_div up to twice as much.
   */
  static Tensor mixed(Tensor z, Tensor p, Tensor labels) {
    double softScale = LossCase.SOFT_WEIGHT * LossCase.TEMPERATURE * LossCase.TEMPERATURE;
    Tensor soft = torch.cross_entropy_loss(z.div(TEMPERATURE), p);
    Tensor hard = torch.cross_entropy_loss(z, labels);
    return hard
        .mul(new Scalar(LossCase.HARD_WEIGHT))
        .add(soft.mul(new Scalar(softScale)));
  }

  /** Runs once more, as a run's tensors do not outlive it. */
  double[] result() {
    try (PointerScope scope = new PointerScope()) {
      compute();
      return loss.result(Tensors.floats(output), loss.isLoss() ? value.item_float() : 0);
    }
  }
}
