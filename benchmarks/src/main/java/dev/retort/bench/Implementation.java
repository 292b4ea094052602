package dev.retort.bench;

import dev.retort.data.TrainTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;

/** A library that can do the benchmarks' work: the engine by either backend, or a peer. */
public interface Implementation {
  /** The value of the benchmarks' parameter {@code by}. */
  String name();

  /** Version and, where the library tells, what it chose for this processor. */
  String describe();

  /** A matrix product. */
  default Work gemm(GemmCase gemm, int threads) {
    throw unable("matrix products");
  }

  /** A softmax or a loss over rows of logits. */
  default Work loss(LossCase loss, int threads) {
    throw unable("losses");
  }

  /** Training steps of stochastic gradient descent with momentum. */
  default Work trainingStep(StepCase step, int threads, double rate) {
    throw unable("training steps");
  }

  /** Steps of an optimiser over one tensor. */
  default Work optimizerStep(OptimizerCase optimizer, int threads, double rate) {
    throw unable("steps of an optimiser");
  }

  /** The logits of some images. */
  default Work inference(InferenceCase inference, int threads) {
    throw unable("inference");
  }

  /** One that learns the digits as {@link TimeToAccuracy} says, or by the best it has. */
  default Learner learner(TrainTest digits, int threads) {
    throw unable("training");
  }

  /** Writes a network as a program that uses this library would ship it. */
  default void save(NetworkCase network, Path file) throws IOException {
    throw unable("files of networks");
  }

  /** What such a program does when it starts; it then asks for the logits of images. */
  default UnaryOperator<float[]> load(Path file) throws IOException {
    throw unable("files of networks");
  }

  /** The names of the jars that such a program ships, as a regular expression. */
  default String jars() {
    throw unable("files of networks");
  }

  private UnsupportedOperationException unable(String what) {
    return new UnsupportedOperationException(name() + " does not do " + what);
  }

  /** All implementations on this class path, the engine's backends first. */
  static List<Implementation> all() {
    List<Implementation> all = new ArrayList<>(
            List.of(new Retort("vector"), new Retort("scalar"), new HandWrittenC()));
    ServiceLoader.load(Implementation.class).forEach(all::add);
    return all;
  }

  /**
   * The implementation of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Implementation named(String name) {
    List<Implementation> all = all();
    return all.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(
                "no implementation '" + name + "'; there are "
                    + String.join(", ", all.stream().map(Implementation::name).toList())
                    + "; peers need -Ppeers"));
  }
}
