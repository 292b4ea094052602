package dev.retort.bench;

import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import smile.util.function.TimeFunction;

/**
 * Smile's multilayer perceptron, the class that its users train: floats, a row at a time, each layer
 * a matrix-vector product by the system's OpenBLAS, the rest Java.
 *
 * <p>It trains on labels alone: there are no soft targets, so no distillation. Its losses and softmax
 * are parts of the perceptron and cannot be called over rows of logits.
 */
public final class Smile implements Implementation {
  private static final int BATCH = 100;

  @Override
  public String name() {
    return "smile";
  }

  @Override
  public String describe() {
    return "Smile on " + OpenBlas.version();
  }

  /**
   * Smile wants {@code libopenblas.so} of the system and looks for symbols in the class loader's
   * libraries after that. It gets the OpenBLAS of this class path; in the place of the first goes a
   * library that every JVM has loaded.
   */
  private static void use(int threads) {
    Loader.load(openblas.class);
    System.setProperty("smile.lib.blas", "java");
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    openblas.blas_set_num_threads(threads);
  }

  @Override
  public Work trainingStep(StepCase step, int threads, double rate) {
    if (step.loss != TrainingStep.Loss.CROSS_ENTROPY) {
      throw new UnsupportedOperationException("Smile's perceptron knows no soft targets");
    }
    use(threads);
    SmileNetwork network = new SmileNetwork(step);
    network.setLearningRate(TimeFunction.constant(rate));
    network.setMomentum(TimeFunction.constant(StepCase.MOMENTUM));
    double[][] x = Data.rows(step.x, step.inputs());
    return new Work(() -> network.update(x, step.labels), () -> network.changes(step));
  }

  /** Its answers are probabilities. */
  @Override
  public Work inference(InferenceCase inference, int threads) {
    use(threads);
    SmileNetwork network = new SmileNetwork(inference);
    double[][] images = Data.rows(inference.matrix(), inference.inputs());
    double[] probabilities = new double[inference.classes()];
    return new Work(
        () -> {
          for (double[] image : images) {
            network.predict(image, probabilities);
          }
        },
        () -> Data.flat(
            Arrays.stream(images).map(network::logits).toArray(double[][]::new)));
  }

  @Override
  public Learner learner(TrainTest digits, int threads) {
    use(threads);
    SmileNetwork network =
        new SmileNetwork(new NetworkCase(digits.train().rowSize(), TimeToAccuracy.HIDDEN, 10));
    network.setLearningRate(TimeFunction.constant(TimeToAccuracy.RATE));
    network.setMomentum(TimeFunction.constant(StepCase.MOMENTUM));
    double[][] x = images(digits.train());
    int[] y = digits.train().labels();
    double[][] testX = images(digits.test());
    int[] testY = digits.test().labels();
    Random random = new Random(1);
    return new Learner(
        () -> {
          for (int from = 0; from < x.length; from += BATCH) {
            int[] samples = random.ints(BATCH, 0, x.length).toArray();
            network.update(
                Arrays.stream(samples).mapToObj(i -> x[i]).toArray(double[][]::new),
                Arrays.stream(samples).map(i -> y[i]).toArray());
          }
        },
        () -> {
          int right = 0;
          for (int i = 0; i < testX.length; i++) {
            right += network.predict(testX[i]) == testY[i] ? 1 : 0;
          }
          return right / (double) testX.length;
        });
  }

  private static double[][] images(Dataset dataset) {
    return Data.rows(dataset.features(0, dataset.rows()).toArray(), dataset.rowSize());
  }
}
