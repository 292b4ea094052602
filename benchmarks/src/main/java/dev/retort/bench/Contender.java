package dev.retort.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Who can do the work: the engine's two backends, and under the profile {@code peers} others. */
public interface Contender {
  /** What the parameter {@code by} calls it. */
  String name();

  /** Version and, where it can be asked, what it chose for this processor. */
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

  /** A dense layer's pass. */
  default Work dense(DenseCase dense, int threads) {
    throw unable("passes of a dense layer");
  }

  /** The logits of one image. */
  default Work inference(InferenceCase inference) {
    throw unable("inference");
  }

  private UnsupportedOperationException unable(String what) {
    return new UnsupportedOperationException(name() + " does not do " + what);
  }

  /** Everyone who can be had on this class path, the engine's backends first. */
  static List<Contender> all() {
    List<Contender> all = new ArrayList<>(List.of(new Retort("vector"), new Retort("scalar")));
    ServiceLoader.load(Contender.class).forEach(all::add);
    return all;
  }

  /**
   * The contender of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Contender named(String name) {
    return all().stream()
        .filter(contender -> contender.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(
                "nobody is called '" + name + "'; here are "
                    + String.join(", ", all().stream().map(Contender::name).toList())
                    + "; peers need -Ppeers"));
  }
}
