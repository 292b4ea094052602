package dev.retort.bench.peers;

import dev.retort.bench.Contender;
import dev.retort.bench.InferenceCase;
import dev.retort.bench.StepCase;
import dev.retort.bench.Work;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;

/**
 * Smile's multilayer perceptron, the class that its users train: floats, a row at a time, each layer
 * a matrix-vector product by the system's OpenBLAS, the rest Java.
 *
 * <p>It trains on labels alone: there are no soft targets, so no distillation. Its losses and softmax
 * are parts of the perceptron and cannot be called over rows of logits.
 */
public final class Smile implements Contender {
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
    if (step.loss() != StepCase.Loss.CROSS_ENTROPY) {
      throw new UnsupportedOperationException("Smile's perceptron knows no soft targets");
    }
    use(threads);
    return new SmileStep(step, rate);
  }

  @Override
  public Work inference(InferenceCase inference) {
    use(1);
    return new SmileInference(inference);
  }
}
