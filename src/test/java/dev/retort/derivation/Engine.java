package dev.retort.derivation;

import static dev.retort.derivation.Closeness.flat;
import static dev.retort.derivation.Closeness.rows;
import static dev.retort.derivation.Closeness.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;
import dev.retort.loss.BatchLoss;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;

/** The float32 engine, asked and answering in the reference's arrays. */
final class Engine {
  /** A loss, its gradient in the logits, and its parts. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a key
  record Answer(double value, double[][] gradient, double... parts) {
    /** Within float32 of a value of 1 or more, and of a gradient as large as the scale or larger. */
    void assertClose(double expected, double[][] expectedGradient, double scale) {
      Closeness.assertClose(value, expected, 1, Tolerances.FLOAT32);
      Closeness.assertClose(gradient, expectedGradient, scale, Tolerances.FLOAT32);
    }

    /** Value and gradient, to the bit. */
    void assertSame(Answer other) {
      assertEquals(value, other.value);
      assertArrayEquals(gradient, other.gradient);
    }
  }

  private Engine() {}

  /** Row n belongs to sample n. */
  static Answer answer(double[][] z, int[] labels, Loss loss) {
    Tensor gradient = Tensor.zeros(z.length, z[0].length);
    BatchLoss batch = loss.bind(labels, z[0].length);
    int[] samples = IntStream.range(0, z.length).toArray();
    double value = batch.apply(tensor(z), samples, 0, gradient);
    double[] parts = IntStream.range(0, loss.parts().size()).mapToDouble(batch::part).toArray();
    return new Answer(value, rows(flat(gradient), z[0].length), parts);
  }

  /** The sum of the pieces of one row each. */
  static Answer inPieces(double[][] z, int[] labels, Loss loss) {
    Tensor logits = tensor(z);
    Tensor gradient = Tensor.zeros(z.length, z[0].length);
    BatchLoss batch = loss.bind(labels, z[0].length);
    int[] samples = IntStream.range(0, z.length).toArray();
    double whole = batch.weight(samples, 0, z.length);
    double value = 0;
    for (int n = 0; n < z.length; n++) {
      value += batch.apply(logits.rows(n, n + 1), samples, n, gradient.rows(n, n + 1), whole);
    }
    return new Answer(value, rows(flat(gradient), z[0].length));
  }

  static Answer hard(double[][] z, int[] labels, double smoothing) {
    return answer(z, labels, Loss.crossEntropy(smoothing));
  }

  /** The soft cross entropy without T^2. Any label will do that is not masked. */
  static Answer soft(double[][] z, SoftTargets targets) {
    int[] labels = IntStream.range(0, z.length).map(tensor(z)::argmax).toArray();
    double t = targets.temperature();
    Answer answer = answer(z, labels, Loss.distillation(targets, 0, 1 / (t * t)));
    return new Answer(answer.parts[1], answer.gradient);
  }

  static SoftTargets targets(Case given) {
    return SoftTargets.fromLogits(tensor(given.v()), given.temperature());
  }

  static Answer distillation(Case given) {
    return distillation(given, given.hardWeight(), given.softWeight());
  }

  static Answer distillation(Case given, double hardWeight, double softWeight) {
    return answer(
        given.z(), given.labels(), Loss.distillation(targets(given), hardWeight, softWeight));
  }

  static double[][] probabilities(double[][] z, double temperature) {
    SoftTargets targets = SoftTargets.fromLogits(tensor(z), temperature);
    double[][] q = new double[z.length][z[0].length];
    for (int n = 0; n < q.length; n++) {
      int row = n;
      Arrays.setAll(q[n], i -> targets.get(row, i));
    }
    return q;
  }
}
