package dev.retort.bench;

import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.OutputArchive;
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
  private static final int BATCH = 100;

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

  @Override
  public Learner learner(TrainTest digits, int threads) {
    use(threads);
    PyTorchNetwork network =
        new PyTorchNetwork(new NetworkCase(digits.train().rowSize(), TimeToAccuracy.HIDDEN, 10));
    SGD sgd = new SGD(network.parameters(), momentum(TimeToAccuracy.RATE));
    Tensor x = images(digits.train());
    Tensor y = Tensors.of(digits.train().labels());
    Tensor testX = images(digits.test());
    Tensor testY = Tensors.of(digits.test().labels());
    return new Learner(
        () -> {
          try (PointerScope scope = new PointerScope()) {
            Tensor order = torch.randperm(x.size(0), y.options());
            for (long from = 0; from < x.size(0); from += BATCH) {
              try (PointerScope batch = new PointerScope()) {
                Tensor samples = order.narrow(0, from, BATCH);
                sgd.zero_grad();
                torch.cross_entropy_loss(
                    network.forward(x.index_select(0, samples)), y.index_select(0, samples))
                    .backward();
                sgd.step();
              }
            }
          }
        },
        () -> {
          try (PointerScope scope = new PointerScope(); InferenceMode mode = new InferenceMode()) {
            Tensor best = torch.argmax(network.forward(testX), new LongOptional(1), false);
            return best.eq(testY).sum().item_long() / (double) testX.size(0);
          }
        });
  }

  private static Tensor images(Dataset dataset) {
    float[] pixels = dataset.features(0, dataset.rows()).toArray();
    return Tensors.of(pixels, dataset.rows(), dataset.rowSize());
  }

  @Override
  public void save(NetworkCase network, Path file) {
    OutputArchive archive = new OutputArchive();
    for (int l = 0; l < network.layers(); l++) {
      archive.write(
          "w" + l, Tensors.of(network.weights[l], network.sizes[l], network.sizes[l + 1]).t()
              .contiguous());
      archive.write("b" + l, Tensors.of(network.biases[l], network.sizes[l + 1]));
    }
    archive.save_to(file.toString());
  }

  @Override
  public UnaryOperator<float[]> load(Path file) {
    use(1);
    InputArchive archive = new InputArchive();
    archive.load_from(file.toString());
    int layers = Math.toIntExact(archive.keys().size()) / 2;
    Tensor[] parameters = new Tensor[2 * layers];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = new Tensor();
      archive.read((i % 2 == 0 ? "w" : "b") + i / 2, parameters[i]);
    }
    return image -> {
      try (PointerScope scope = new PointerScope(); InferenceMode mode = new InferenceMode()) {
        Tensor y = torch.from_blob(new FloatPointer(image), 1, image.length);
        for (int l = 0; l < layers; l++) {
          y = torch.linear(l == 0 ? y : torch.relu_(y), parameters[2 * l], parameters[2 * l + 1]);
        }
        return Tensors.floats(y);
      }
    };
  }

  @Override
  public String jars() {
    return "(pytorch|openblas|javacpp)-.*";
  }
}
