package dev.retort.bench;

import dev.retort.data.TrainTest;
import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.Pool;
import dev.retort.kernel.Product;
import dev.retort.kernel.ScalarKernels;
import dev.retort.kernel.VectorKernels;
import dev.retort.loss.BatchLoss;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.model.Checkpoint;
import dev.retort.model.Classifier;
import dev.retort.nn.Network;
import dev.retort.optim.Adam;
import dev.retort.optim.Optimizer;
import dev.retort.optim.Sgd;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import dev.retort.train.Evaluation;
import dev.retort.train.Training;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/** The engine, by one of its backends. */
final class Retort implements Implementation {
  private final String backend;

  Retort(String backend) {
    this.backend = backend;
  }

  @Override
  public String name() {
    return backend;
  }

  @Override
  public String describe() {
    return "Retort " + dev.retort.Retort.version() + ", backend " + backend + ", vectors of "
        + FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits";
  }

  private Kernels kernels() {
    return backend.equals("vector") ? new VectorKernels() : new ScalarKernels();
  }

  /** Layers and losses ask {@link Backend}, which chooses once in the life of a JVM. */
  static void choose(String backend, int threads) {
    System.setProperty("retort.backend", backend);
    if (!Backend.name().equals(backend)) {
      throw new IllegalStateException(
          "this JVM has chosen " + Backend.describe() + "; measure " + backend + " in its own fork");
    }
    Pool.setThreads(threads);
  }

  @Override
  public Work gemm(GemmCase gemm, int threads) {
    Pool.setThreads(threads);
    int m = gemm.m;
    int n = gemm.n;
    int k = gemm.k;
    float[] c = new float[m * n];
    Product product =
        new Product()
            .into(c, 0, n)
            .left(gemm.a, 0, gemm.transposedA ? 1 : k, gemm.transposedA ? m : 1)
            .right(gemm.b, 0, gemm.transposedB ? 1 : n, gemm.transposedB ? k : 1)
            .sized(m, n, k);
    Kernels kernels = kernels();
    return new Work(() -> product.run(kernels), () -> Data.doubles(c));
  }

  @Override
  public Work loss(LossCase loss, int threads) {
    Pool.setThreads(threads);
    RetortLoss rows = new RetortLoss(loss, kernels(), threads);
    return new Work(rows::run, rows::result);
  }

  @Override
  public Work trainingStep(StepCase step, int threads, double rate) {
    choose(backend, threads);
    Network network = network(step);
    Sgd sgd = Sgd.polyak(network.parameters(), StepCase.MOMENTUM, 0);
    Tensor x = Tensor.of(step.x.clone(), step.batch, step.inputs());
    Tensor dLogits = Tensor.zeros(step.batch, step.classes());
    BatchLoss loss = loss(step).bind(step.labels, step.classes());
    int[] samples = IntStream.range(0, step.batch).toArray();
    Runnable task =
        () -> {
          loss.apply(network.forward(x, 0, 0), samples, 0, dLogits);
          network.backward(dLogits);
          sgd.step(rate);
        };
    return new Work(task, () -> changes(network, step));
  }

  private static Loss loss(StepCase step) {
    return switch (step.loss) {
      case CROSS_ENTROPY -> Loss.crossEntropy();
      case DISTILLATION ->
          Loss.distillation(
              SoftTargets.fromProbabilities(
                  Tensor.of(step.targets, step.batch, step.classes()), LossCase.TEMPERATURE),
              LossCase.HARD_WEIGHT, LossCase.SOFT_WEIGHT);
    };
  }

  private static Network network(NetworkCase given) {
    Network network = Network.mlp(given.sizes).build();
    for (int l = 0; l < given.layers(); l++) {
      copy(given.weights[l], network.parameters().get(2 * l));
      copy(given.biases[l], network.parameters().get(2 * l + 1));
    }
    return network;
  }

  private static void copy(float[] from, Parameter to) {
    System.arraycopy(from, 0, to.value().data(), to.value().offset(), from.length);
  }

  private static double[] changes(Network network, NetworkCase before) {
    double[][] changes = new double[2 * before.layers()][];
    for (int i = 0; i < changes.length; i++) {
      float[] after = network.parameters().get(i).value().toArray();
      changes[i] =
          StepCase.difference(
              Data.doubles(after), i % 2 == 0 ? before.weights[i / 2] : before.biases[i / 2]);
    }
    return Data.flat(changes);
  }

  @Override
  public Work optimizerStep(OptimizerCase given, int threads, double rate) {
    choose(backend, threads);
    int n = given.weights.length;
    Parameter parameter = Parameter.bias(Tensor.of(given.weights.clone(), n));
    System.arraycopy(given.gradient, 0, parameter.gradient().data(), 0, n);
    List<Parameter> all = List.of(parameter);
    Optimizer optimizer =
        switch (given.rule) {
          case SGD -> Sgd.polyak(all, StepCase.MOMENTUM, 0);
          case ADAM -> new Adam(all, 0);
        };
    return new Work(
        () -> optimizer.step(rate), () -> Data.doubles(parameter.value().toArray()));
  }

  /** One image by {@link Classifier}, several by its batches, on several threads by the network. */
  @Override
  public Work inference(InferenceCase inference, int threads) {
    choose(backend, threads);
    Network network = network(inference);
    if (threads > 1) {
      Tensor x = Tensor.of(inference.matrix(), inference.images.length, inference.inputs());
      Tensor[] logits = new Tensor[1];
      return new Work(
          () -> logits[0] = network.forward(x), () -> Data.doubles(logits[0].toArray()));
    }
    Classifier classifier = Classifier.of(network);
    float[][] logits = new float[inference.images.length][inference.classes()];
    if (logits.length == 1) {
      return new Work(
          () -> classifier.logits(inference.images[0], logits[0]), () -> Data.doubles(logits[0]));
    }
    int[][] classes = new int[1][];
    return new Work(
        () -> classes[0] = classifier.classify(inference.images),
        () -> {
          for (int i = 0; i < logits.length; i++) {
            classifier.logits(inference.images[i], logits[i]);
            if (classes[0][i] != classifier.classify(inference.images[i])) {
              throw new WrongResultException(backend + " is wrong at image " + i);
            }
          }
          return Data.flat(Arrays.stream(logits).map(Data::doubles).toArray(double[][]::new));
        });
  }

  @Override
  public Learner learner(TrainTest digits, int threads) {
    choose(backend, threads);
    Network network = Network.mlp(digits.train().rowSize(), TimeToAccuracy.HIDDEN, 10).build();
    AtomicInteger epoch = new AtomicInteger();
    return new Learner(
        () -> Training.sgd(TimeToAccuracy.RATE).momentum(StepCase.MOMENTUM).epochs(1)
            .seed(epoch.getAndIncrement()).fit(network, digits.train(), Loss.crossEntropy()),
        () -> Evaluation.of(network, digits.test()).accuracy());
  }

  @Override
  public void save(NetworkCase given, Path file) throws IOException {
    Checkpoint.save(file, network(given));
  }

  @Override
  public UnaryOperator<float[]> load(Path file) throws IOException {
    choose(backend, 1);
    Classifier classifier = Classifier.load(file);
    float[] logits = new float[classifier.classes()];
    return image -> {
      classifier.logits(image, logits);
      return logits;
    };
  }

  @Override
  public String jars() {
    return "retort-[0-9.]+jar|jackson-core-.*";
  }
}
