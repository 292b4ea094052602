package dev.retort.derivation;

import static dev.retort.derivation.Closeness.flat;
import static dev.retort.derivation.Closeness.rows;
import static dev.retort.derivation.Closeness.tensor;

import dev.retort.loss.CrossEntropy;
import dev.retort.loss.Distillation;
import dev.retort.loss.SoftTargets;
import dev.retort.loss.Softmax;
import dev.retort.tensor.Tensor;
import java.util.function.BiConsumer;

/** The float32 engine, asked and answering in the reference's arrays. */
final class Engine {
  /** A loss and its gradient in the logits. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a key
  record Answer(double value, double[][] gradient) {}

  /** A loss as the engine has it: logits in, gradient out. */
  interface Loss {
    double apply(Tensor logits, Tensor gradient);
  }

  private Engine() {}

  static Answer answer(double[][] z, Loss loss) {
    Tensor gradient = Tensor.zeros(z.length, z[0].length);
    double value = loss.apply(tensor(z), gradient);
    return new Answer(value, rows(flat(gradient), z[0].length));
  }

  static Answer hard(double[][] z, int[] labels, double smoothing) {
    return answer(z, (logits, dz) -> new CrossEntropy(smoothing).hard(logits, labels, dz));
  }

  static Answer soft(double[][] z, SoftTargets targets) {
    return answer(z, (logits, dz) -> new CrossEntropy().soft(logits, targets, dz));
  }

  static SoftTargets targets(Case given) {
    return SoftTargets.fromLogits(tensor(given.v()), given.temperature());
  }

  static Answer distillation(Case given) {
    return distillation(given, new Distillation(given.hardWeight(), given.softWeight()));
  }

  static Answer distillation(Case given, Distillation loss) {
    SoftTargets targets = targets(given);
    return answer(given.z(), (logits, dz) -> loss.apply(logits, given.labels(), targets, dz));
  }

  static double[][] probabilities(double[][] z, double temperature) {
    return mapped(z, new Softmax(temperature)::probabilities);
  }

  static double[][] logProbabilities(double[][] z, double temperature) {
    return mapped(z, new Softmax(temperature)::logProbabilities);
  }

  private static double[][] mapped(double[][] z, BiConsumer<Tensor, Tensor> map) {
    Tensor y = Tensor.zeros(z.length, z[0].length);
    map.accept(tensor(z), y);
    return rows(flat(y), z[0].length);
  }

  static double[] logSumExp(double[][] z, double temperature) {
    double[] sums = new double[z.length];
    new Softmax(temperature).logSumExp(tensor(z), sums);
    return sums;
  }
}
