package dev.retort.bench.peers;

import dev.retort.bench.Contender;
import dev.retort.bench.InferenceCase;
import dev.retort.bench.LossCase;
import dev.retort.bench.OptimizerCase;
import dev.retort.bench.StepCase;
import dev.retort.bench.Work;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * PyTorch's C++ library on the CPU: eager, with its automatic differentiation. Its products are
 * OpenBLAS's; {@code -Dorg.bytedeco.openblas.load=mkl} has MKL do them, which on an AMD processor was
 * half as fast.
 */
public final class PyTorch implements Contender {
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

  @Override
  public Work loss(LossCase loss, int threads) {
    use(threads);
    return new PyTorchLoss(loss);
  }

  @Override
  public Work trainingStep(StepCase step, int threads, double rate) {
    use(threads);
    return new PyTorchStep(step, rate);
  }

  @Override
  public Work optimizerStep(OptimizerCase optimizer, int threads, double rate) {
    use(threads);
    return new PyTorchOptimizer(optimizer, rate);
  }

  @Override
  public Work inference(InferenceCase inference) {
    use(1);
    return new PyTorchInference(inference);
  }
}
