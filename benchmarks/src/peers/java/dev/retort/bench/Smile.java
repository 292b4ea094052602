package dev.retort.bench;

import module java.base;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import smile.classification.MLP;
import smile.model.mlp.Layer;
import smile.model.mlp.OutputFunction;
import smile.util.function.TimeFunction;

/** Smile's multilayer perceptron: floats, a row at a time, products by OpenBLAS, the rest Java. */
public final class Smile extends Implementation {
  public Smile() {
    super("smile", "(smile-core|openblas)-.*");
  }

  /**
   * Smile wants {@code libopenblas.so} of the system and looks for symbols in the class loader's libraries after
   * that. It gets the OpenBLAS of this class path; in the place of the first goes a library that every JVM has
   * loaded.
   */
  @Override
  Work work(Measured benchmark) {
    if (!(benchmark instanceof TimeToAccuracy given)) {
      return super.work(benchmark);
    }
    Loader.load(openblas.class);
    System.setProperty("smile.lib.blas", "java");
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    openblas.blas_set_num_threads(given.threads);
    double[][] x = TimeToAccuracy.images(given.digits.train());
    int[] y = given.digits.train().labels();
    double[][] testX = TimeToAccuracy.images(given.digits.test());
    int[] testY = given.digits.test().labels();
    MLP network = new MLP(Layer.input(x[0].length), Layer.rectifier(TimeToAccuracy.HIDDEN),
        Layer.mle(10, OutputFunction.SOFTMAX));
    network.setLearningRate(TimeFunction.constant(TimeToAccuracy.RATE));
    network.setMomentum(TimeFunction.constant(TrainingStep.MOMENTUM));
    Random random = new Random(1);
    return new Work(() -> {
      for (int from = 0; from < x.length; from += TimeToAccuracy.BATCH) {
        int[] samples = random.ints(TimeToAccuracy.BATCH, 0, x.length).toArray();
        network.update(Arrays.stream(samples).mapToObj(i -> x[i]).toArray(double[][]::new),
            Arrays.stream(samples).map(i -> y[i]).toArray());
      }
    }, () -> new double[] {
      IntStream.range(0, testX.length).map(i -> network.predict(testX[i]) == testY[i] ? 1 : 0).average().orElse(0)
    });
  }
}
