package dev.retort.bench.peers;

import dev.retort.bench.OptimizerCase;
import dev.retort.bench.StepCase;
import dev.retort.bench.Work;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** Steps of PyTorch's optimisers. */
final class PyTorchOptimizer implements Work {
  private final Tensor weights;
  private final Optimizer optimizer;

  PyTorchOptimizer(OptimizerCase given, double rate) {
    weights = Tensors.of(given.weights(), given.weights().length);
    weights.set_requires_grad(true);
    weights.mutable_grad().put(Tensors.of(given.gradient(), given.gradient().length));
    TensorVector all = new TensorVector(weights);
    optimizer =
        switch (given.rule()) {
          case SGD -> {
            SGDOptions options = new SGDOptions(rate);
            options.momentum().put(StepCase.MOMENTUM);
            yield new SGD(all, options);
          }
          case ADAM -> new Adam(all, new AdamOptions(rate));
        };
  }

  @Override
  public void run() {
    try (PointerScope scope = new PointerScope()) {
      optimizer.step();
    }
  }

  @Override
  public double[] result() {
    return Tensors.doubles(weights);
  }
}
