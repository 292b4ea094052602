package dev.retort.bench;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * PyTorch's C++ library on the CPU: eager, with its automatic differentiation. Its products are
 * OpenBLAS's; {@code -Dorg.bytedeco.openblas.load=mkl} has MKL do them, which on an AMD processor was
 * half as fast.
 */
public final class PyTorch implements Implementation {
  static {
    // Scopes free what a run makes; that JavaCPP also watches every pointer would slow it down.
    System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
    System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
  }

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public String describe() {
    String config = torch.show_config().getString();
    String version = config.replaceFirst("(?s).*TORCH_VERSION=([^,]*).*", "$1");
    return "PyTorch " + version + ", " + torch.get_cpu_capability().getString() + ", on "
        + OpenBlas.version();
  }

  private static void use(int threads) {
    if (threads > 1 && !"PASSIVE".equalsIgnoreCase(System.getenv("OMP_WAIT_POLICY"))) {
      throw new IllegalStateException(
          "set OMP_WAIT_POLICY=PASSIVE in the environment: without it PyTorch's threads spin"
              + " against each other and it is slower than it need be");
    }
    torch.set_num_threads(threads);
    openblas.blas_set_num_threads(threads);
  }

  /** What a run makes is freed after it. */
  private static Runnable scoped(Runnable task) {
    return () -> {
      try (PointerScope scope = new PointerScope()) {
        task.run();
      }
    };
  }

  @Override
  public Work loss(LossCase loss, int threads) {
    use(threads);
    PyTorchLoss rows = new PyTorchLoss(loss);
    return new Work(scoped(rows::compute), rows::result);
  }

  @Override
  public Work trainingStep(StepCase step, int threads, double rate) {
    use(threads);
    PyTorchNetwork network = new PyTorchNetwork(step);
    SGD sgd = new SGD(network.parameters(), momentum(rate));
    Tensor x = Tensors.of(step.x, step.batch, step.inputs());
    Tensor labels = Tensors.of(step.labels);
    Tensor targets = Tensors.of(step.targets, step.batch, step.classes());
    return new Work(
        scoped(
            () -> {
              sgd.zero_grad();
              Tensor logits = network.forward(x);
              Tensor loss =
                  switch (step.loss) {
                    case CROSS_ENTROPY -> torch.cross_entropy_loss(logits, labels);
                    case DISTILLATION -> PyTorchLoss.mixed(logits, targets, labels);
                  };
              loss.backward();
              sgd.step();
            }),
        () -> network.changes(step));
  }

  private static SGDOptions momentum(double rate) {
    SGDOptions options = new SGDOptions(rate);
    options.momentum().put(StepCase.MOMENTUM);
    return options;
  }

  @Override
  public Work optimizerStep(OptimizerCase given, int threads, double rate) {
    use(threads);
    Tensor weights = Tensors.of(given.weights, given.weights.length);
    weights.set_requires_grad(true);
    weights.mutable_grad().put(Tensors.of(given.gradient, given.gradient.length));
    TensorVector all = new TensorVector(weights);
    Optimizer optimizer =
        switch (given.rule) {
          case SGD -> new SGD(all, momentum(rate));
          case ADAM -> new Adam(all, new AdamOptions(rate));
        };
    return new Work(scoped(optimizer::step), () -> Tensors.doubles(weights));
  }

  /** In its inference mode. */
  @Override
  public Work inference(InferenceCase inference, int threads) {
    use(threads);
    PyTorchNetwork network = new PyTorchNetwork(inference);
    Tensor images =
        Tensors.of(inference.matrix(), inference.images.length, inference.inputs());
    return new Work(
        scoped(
            () -> {
              try (InferenceMode mode = new InferenceMode()) {
                network.forward(images);
              }
            }),
        () -> {
          try (PointerScope scope = new PointerScope(); InferenceMode mode = new InferenceMode()) {
            return Tensors.doubles(network.forward(images));
          }
        });
  }
}
