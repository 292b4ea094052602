package dev.retort.bench;

import module java.base;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * PyTorch's C++ library on the CPU: eager, with its automatic differentiation. Its products are OpenBLAS's; {@code
 * -Dorg.bytedeco.openblas.load=mkl} has MKL do them, which on an AMD processor was half as fast.
 */
public final class PyTorch extends Implementation {
  public PyTorch() {
    super("pytorch", "(pytorch|openblas|javacpp)-.*");
    // Scopes free what a run makes; that JavaCPP also watches every pointer would slow it down.
    System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
    System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
  }

  @Override
  String describe() {
    return super.describe() + " " + torch.get_cpu_capability().getString();
  }

  private static void use(int threads) {
    if (threads > 1 && !"PASSIVE".equalsIgnoreCase(System.getenv("OMP_WAIT_POLICY"))) {
      throw new IllegalStateException("set OMP_WAIT_POLICY=PASSIVE, or PyTorch's threads spin against each other");
    }
    torch.set_num_threads(threads);
    openblas.blas_set_num_threads(threads);
  }

  @Override
  Work work(Measured benchmark) {
    use(benchmark.threads);
    return switch (benchmark) {
      case RowLosses losses -> losses(losses);
      case TrainingStep step -> trainingStep(step);
      case Inference inference -> inference(inference);
      default -> super.work(benchmark);
    };
  }

  /** Frees what the task makes. */
  private static <T> T scoped(Supplier<T> task) {
    try (PointerScope scope = new PointerScope()) {
      return task.get();
    }
  }

  /** The result is computed anew, as what a run makes is freed after it. */
  private static Work freed(Supplier<Tensor[]> task) {
    return new Work(() -> scoped(task), () -> scoped(() -> doubles(task.get())));
  }

  private static Work losses(RowLosses given) {
    Tensor z = tensor(given.z, given.rows, given.classes);
    Tensor v = tensor(given.v, given.rows, given.classes);
    Tensor labels = tensor(given.labels);
    Tensor zero = torch.tensor(0f);
    Scalar t = new Scalar(RowLosses.TEMPERATURE);
    if (given.operation == RowLosses.Operation.SOFTMAX) {
      return freed(() -> new Tensor[] {torch.softmax(z.div(t), 1), zero});
    }
    z.set_requires_grad(true);
    boolean distils = given.operation == RowLosses.Operation.DISTILLATION;
    return freed(() -> {
      Tensor loss = loss(given.operation, z, distils ? torch.softmax(v.div(t), 1) : v, labels);
      return new Tensor[] {torch.grad(new TensorVector(loss), new TensorVector(z)).get(0), loss};
    });
  }

  /**
   * Cross entropy, or distillation with soft targets p; with log_softmax and a product that takes the same time, with
   * kl_div up to twice as much.
   */
  private static Tensor loss(RowLosses.Operation by, Tensor z, Tensor p, Tensor labels) {
    Tensor hard = torch.cross_entropy_loss(z, labels);
    if (by == RowLosses.Operation.CROSS_ENTROPY) {
      return hard;
    }
    double t = RowLosses.TEMPERATURE;
    Tensor soft = torch.cross_entropy_loss(z.div(new Scalar(t)), p);
    return hard.mul(new Scalar(by.hardWeight)).add(soft.mul(new Scalar(by.softWeight * t * t)));
  }

  private static Work trainingStep(TrainingStep given) {
    Tensor[] parameters = parameters(given.start);
    Arrays.stream(parameters).forEach(parameter -> parameter.set_requires_grad(true));
    SGDOptions options = new SGDOptions(given.rate);
    options.momentum().put(TrainingStep.MOMENTUM);
    SGD sgd = new SGD(new TensorVector(parameters), options);
    Tensor x = tensor(given.x, TrainingStep.BATCH, given.start.inputs);
    Tensor labels = tensor(given.labels);
    Tensor targets = tensor(given.targets, TrainingStep.BATCH, given.start.classes);
    Supplier<Tensor> step = () -> {
      sgd.zero_grad();
      loss(given.operation, forward(x, parameters), targets, labels).backward();
      return sgd.step();
    };
    return new Work(() -> scoped(step), () -> doubles(Arrays.stream(parameters).map(Tensor::t).toArray(Tensor[]::new)));
  }

  private static Work inference(Inference given) {
    Tensor[] parameters = parameters(given.weights);
    Tensor images = tensor(given.x, given.images, given.weights.inputs);
    return freed(() -> new Tensor[] {logits(images, parameters)});
  }

  private static Tensor logits(Tensor images, Tensor... parameters) {
    try (InferenceMode mode = new InferenceMode()) {
      return forward(images, parameters);
    }
  }

  @Override
  void save(NetworkCase network, Path file) {
    OutputArchive archive = new OutputArchive();
    Tensor[] parameters = parameters(network);
    for (int i = 0; i < parameters.length; i++) {
      archive.write("" + i, parameters[i]);
    }
    archive.save_to(file.toString());
  }

  @Override
  UnaryOperator<float[]> load(Path file) {
    use(1);
    InputArchive archive = new InputArchive();
    archive.load_from(file.toString());
    Tensor[] parameters = new Tensor[Math.toIntExact(archive.keys().size())];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = new Tensor();
      archive.read("" + i, parameters[i]);
    }
    return image -> scoped(() -> floats(logits(tensor(image, 1, image.length), parameters)));
  }

  /** Each layer's weights, [outputs, inputs] as PyTorch has them, and its biases. */
  private static Tensor[] parameters(NetworkCase given) {
    Tensor[] parameters = new Tensor[2 * given.matrices.length];
    for (int l = 0; l < given.matrices.length; l++) {
      int inputs = given.sizes[l];
      Tensor layer = tensor(given.matrices[l], inputs + 1, given.sizes[l + 1]);
      parameters[2 * l] = layer.narrow(0, 0, inputs).t().contiguous();
      parameters[2 * l + 1] = layer.select(0, inputs).contiguous();
    }
    return parameters;
  }

  private static Tensor forward(Tensor x, Tensor... parameters) {
    Tensor y = torch.linear(x, parameters[0], parameters[1]);
    for (int i = 2; i < parameters.length; i += 2) {
      y = torch.linear(torch.relu_(y), parameters[i], parameters[i + 1]);
    }
    return y;
  }

  private static Tensor tensor(float[] data, long... shape) {
    return torch.tensor(data).reshape(shape);
  }

  private static Tensor tensor(int[] labels) {
    return torch.tensor(Arrays.stream(labels).asLongStream().toArray());
  }

  private static double[] doubles(Tensor... tensors) {
    return Data.flat(Arrays.stream(tensors).map(PyTorch::floats).map(Data::doubles).toArray(double[][]::new));
  }

  private static float[] floats(Tensor tensor) {
    Tensor flat = tensor.detach().contiguous();
    float[] result = new float[Math.toIntExact(flat.numel())];
    flat.data_ptr_float().get(result);
    return result;
  }
}
