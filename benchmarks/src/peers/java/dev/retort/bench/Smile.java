package dev.retort.bench;

import java.util.Arrays;
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
}
