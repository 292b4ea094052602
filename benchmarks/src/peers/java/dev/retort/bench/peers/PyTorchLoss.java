package dev.retort.bench.peers;

import dev.retort.bench.LossCase;
import dev.retort.bench.Work;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Losses as PyTorch's users write them; gradients by its automatic differentiation. */
final class PyTorchLoss implements Work {
  // Retained, lest the scope that is open when this class is first used takes it along.
  private static final Scalar TEMPERATURE =
      new Scalar(LossCase.TEMPERATURE).retainReference();

  private final LossCase loss;
  private final Tensor z;
  private final Tensor v;
  private final Tensor labels;
  private Tensor output;
  private Tensor value;

  PyTorchLoss(LossCase loss) {
    this.loss = loss;
    z = Tensors.of(loss.z(), loss.rows(), loss.classes());
    v = Tensors.of(loss.v(), loss.rows(), loss.classes());
    labels = Tensors.of(loss.labels());
    z.set_requires_grad(loss.operation().isLoss() && loss.operation().fillsRows());
  }

  @Override
  public void run() {
    try (PointerScope scope = new PointerScope()) {
      compute();
    }
  }

  private void compute() {
    if (z.requires_grad()) {
      Tensor sum = loss.operation().distils() ? distillation(z, v, labels) : crossEntropy();
      output = torch.grad(new TensorVector(sum), new TensorVector(z)).get(0);
      value = sum;
      return;
    }
    try (NoGradGuard guard = new NoGradGuard()) {
      switch (loss.operation()) {
        case SOFTMAX -> output = torch.softmax(z.div(TEMPERATURE), 1);
        case LOG_SOFTMAX -> output = torch.log_softmax(z.div(TEMPERATURE), 1);
        case CROSS_ENTROPY -> value = crossEntropy();
        default -> value = distillation(z, v, labels);
      }
    }
  }

  private Tensor crossEntropy() {
    return torch.cross_entropy_loss(z, labels);
  }

  private static Tensor distillation(Tensor z, Tensor v, Tensor labels) {
    return mixed(z, torch.softmax(v.div(TEMPERATURE), 1), labels);
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
  @Override
  public double[] result() {
    try (PointerScope scope = new PointerScope()) {
      compute();
      double[] filled = loss.operation().fillsRows() ? Tensors.doubles(output) : new double[0];
      if (!loss.operation().isLoss()) {
        return filled;
      }
      double[] result = Arrays.copyOf(filled, filled.length + 1);
      result[filled.length] = value.item_float();
      return result;
    }
  }
}
