package dev.retort.bench;

import module java.base;
import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.Pool;
import dev.retort.kernel.Product;
import dev.retort.loss.BatchLoss;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.model.Checkpoint;
import dev.retort.model.Classifier;
import dev.retort.nn.Network;
import dev.retort.optim.Sgd;
import dev.retort.tensor.Tensor;
import dev.retort.train.Evaluation;
import dev.retort.train.Training;
import jdk.incubator.vector.FloatVector;

/** The engine, by one of its backends. */
final class Retort extends Implementation {
  private static final double T = RowLosses.TEMPERATURE;

  Retort() {
    this(System.getProperty("retort.backend"));
  }

  Retort(String backend) {
    super(backend, "retort-[0-9.]+jar|jackson-core-.*");
  }

  @Override
  String describe() {
    return "Retort " + dev.retort.Retort.version() + ", backend " + name + ", vectors of "
        + FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits";
  }

  /** {@link Backend} chooses once in the life of a JVM. */
  static void choose(String backend, int threads) {
    System.setProperty("retort.backend", backend);
    if (!Backend.name().equals(backend)) {
      throw new IllegalStateException("the JVM has " + Backend.describe() + "; measure " + backend + " alone");
    }
    Pool.setThreads(threads);
  }

  @Override
  Work work(Measured benchmark) {
    choose(name, benchmark.threads);
    return switch (benchmark) {
      case Gemm gemm -> gemm(gemm);
      case RowLosses losses when losses.threads == 1 -> losses(losses);
      case TrainingStep step -> trainingStep(step);
      case Inference inference -> inference(inference);
      case TimeToAccuracy training -> training(training);
      default -> super.work(benchmark);
    };
  }

  private static Work gemm(Gemm given) {
    float[] c = new float[given.m * given.n];
    Product product = new Product().into(c, 0, given.n)
            .left(given.a, 0, given.transposedA ? 1 : given.lda, given.transposedA ? given.lda : 1)
            .right(given.b, 0, given.transposedB ? 1 : given.ldb, given.transposedB ? given.ldb : 1)
            .sized(given.m, given.n, given.k);
    Kernels kernels = Backend.kernels();
    return new Work(() -> product.run(kernels), () -> Data.doubles(c));
  }

  /** By the kernels, on one thread: the library's losses check and copy besides. */
  private static Work losses(RowLosses given) {
    Kernels kernels = Backend.kernels();
    int rows = given.rows;
    int cols = given.classes;
    float scale = (float) (2 / T);
    double hardWeight = given.operation.hardWeight;
    double softWeight = given.operation.softWeight * T * T;
    float hardScale = (float) (hardWeight / rows);
    float softScale = (float) (given.operation.softWeight * T / rows);
    float[] output = new float[given.z.length];
    float[] p = new float[given.v.length];
    double[] hard = new double[rows];
    double[] soft = new double[rows];
    double[] loss = new double[1];
    return new Work(() -> {
      switch (given.operation) {
        case SOFTMAX -> kernels.softmax(output, 0, given.z, 0, scale, rows, cols);
        case CROSS_ENTROPY ->
            kernels.crossEntropy(hard, 0, output, 0, given.z, 0, given.labels, 0, 0, hardScale, rows, cols);
        case DISTILLATION -> {
          kernels.softmax(p, 0, given.v, 0, scale, rows, cols);
          kernels.distillation(
              hard, soft, 0, output, 0, given.z, 0, p, 0, given.labels, 0, scale, hardScale, softScale, rows, cols);
        }
      }
      double sum = 0; // a stream's sum is compensated, and took half as long as 1024 rows
      for (int i = 0; i < rows; i++) {
        sum += hardWeight * hard[i] + softWeight * soft[i];
      }
      loss[0] = sum / rows;
    }, () -> Data.flat(Data.doubles(output), loss));
  }

  private static Work trainingStep(TrainingStep given) {
    int classes = given.start.classes;
    Network network = network(given.start);
    Sgd sgd = Sgd.polyak(network.parameters(), TrainingStep.MOMENTUM, 0);
    Tensor x = Tensor.of(given.x.clone(), TrainingStep.BATCH, given.start.inputs);
    Tensor targets = Tensor.of(given.targets, TrainingStep.BATCH, classes);
    Tensor dLogits = Tensor.zeros(TrainingStep.BATCH, classes);
    RowLosses.Operation by = given.operation;
    Loss loss = by == RowLosses.Operation.CROSS_ENTROPY
            ? Loss.crossEntropy()
            : Loss.distillation(SoftTargets.fromProbabilities(targets, T), by.hardWeight, by.softWeight);
    BatchLoss bound = loss.bind(given.labels, classes);
    int[] samples = IntStream.range(0, TrainingStep.BATCH).toArray();
    double rate = given.rate;
    return new Work(() -> {
      bound.apply(network.forward(x, 0, 0), samples, 0, dLogits);
      network.backward(dLogits);
      sgd.step(rate);
    }, () -> Data.flat(network.parameters().stream()
            .map(parameter -> Data.doubles(parameter.value().toArray())).toArray(double[][]::new)));
  }

  static Network network(NetworkCase given) {
    Network network = Network.mlp(given.sizes).build();
    for (int l = 0; l < given.matrices.length; l++) {
      Tensor weights = network.parameters().get(2 * l).value();
      Tensor biases = network.parameters().get(2 * l + 1).value();
      float[] from = given.matrices[l];
      System.arraycopy(from, 0, weights.data(), weights.offset(), weights.size());
      System.arraycopy(from, weights.size(), biases.data(), biases.offset(), biases.size());
    }
    return network;
  }

  /** By {@link Classifier}; several images on several threads by the network. */
  private static Work inference(Inference given) {
    Network network = network(given.weights);
    if (given.threads > 1) {
      Tensor x = Tensor.of(given.x, given.images, given.weights.inputs);
      return new Work(() -> network.forward(x), () -> Data.doubles(network.forward(x).toArray()));
    }
    Classifier classifier = Classifier.of(network);
    float[] logits = new float[given.images * classifier.classes()];
    Runnable task = given.images == 1 ? () -> classifier.logits(given.x, logits)
            : () -> classifier.logits(given.x, given.images, logits);
    return new Work(task, () -> Data.doubles(logits));
  }

  private static Work training(TimeToAccuracy given) {
    Network network = Network.mlp(given.digits.train().rowSize(), TimeToAccuracy.HIDDEN, 10).build();
    Training epoch = Training.sgd(TimeToAccuracy.RATE).momentum(TrainingStep.MOMENTUM).epochs(1);
    AtomicInteger epochs = new AtomicInteger();
    return new Work(() -> epoch.seed(epochs.getAndIncrement()).fit(network, given.digits.train(), Loss.crossEntropy()),
        () -> new double[] {Evaluation.of(network, given.digits.test()).accuracy()});
  }

  @Override
  void save(NetworkCase given, Path file) throws IOException {
    Checkpoint.save(file, network(given));
  }

  @Override
  UnaryOperator<float[]> load(Path file) throws IOException {
    choose(name, 1);
    Classifier classifier = Classifier.load(file);
    float[] logits = new float[classifier.classes()];
    return image -> {
      classifier.logits(image, logits);
      return logits;
    };
  }
}
