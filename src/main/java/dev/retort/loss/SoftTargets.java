package dev.retort.loss;

import module java.base;
import dev.retort.kernel.Backend;
import dev.retort.kernel.Temperature;
import dev.retort.tensor.Tensor;

/**
 * A teacher's answer for each sample: a distribution over the classes, softened at a temperature.
 * Row i belongs to sample i, in whatever order the samples are visited.
 *
 * <p>A type of its own, so that logits and probabilities, teacher and student cannot be mixed up.
 */
public final class SoftTargets {
  /** How far from 1 the probabilities of a row may add up. */
  private static final double SUM_TOLERANCE = 1e-4;

  private final Tensor probabilities;
  private final double[] entropies;
  private final double temperature;

  private SoftTargets(int rows, int classes, double temperature) {
    Temperature.scale(temperature);
    this.probabilities = Tensor.zeros(rows, classes);
    this.entropies = new double[rows];
    this.temperature = temperature;
  }

  /**
   * {@return softmax(v / T): targets at that temperature, a row for each of the logits}
   *
   * @param logits the teacher's, v, [samples, classes], not modified
   * @param temperature T, from 1e-30 to 1e6
   * @throws IllegalArgumentException if T is out of range
   * @throws BadRowException if a row has no softmax
   */
  public static SoftTargets fromLogits(Tensor logits, double temperature) {
    SoftTargets targets = new SoftTargets(logits.rows(), logits.rowSize(), temperature);
    Tensor p = targets.probabilities;
    softmax(logits, temperature, p);
    // Cross entropy with itself: the same sums as the loss's, so that equal logits give KL = 0.
    Backend.kernels()
        .softCrossEntropy(
            targets.entropies, 0, logits.data(), logits.offset(), p.data(), p.offset(),
            Temperature.scale(temperature), p.rows(), p.rowSize());
    return targets;
  }

  /** softmax(z / T) of each row z, NOTES (E7), (E18), written to another tensor of that shape or to the same. */
  static void softmax(Tensor logits, double temperature, Tensor probabilities) {
    float s = Temperature.scale(temperature);
    int cols = logits.rowSize();
    new ParallelRows(
            (from, count) ->
                Backend.kernels().softmax(
                    probabilities.data(), probabilities.offset() + from * cols, logits.data(),
                    logits.offset() + from * cols, s, count, cols))
        .over(logits);
  }

  /**
   * {@return targets at a temperature from probabilities computed elsewhere}
   *
   * @param probabilities [samples, classes], copied
   * @param temperature T at which they were softened, and at which a student is to match them, from 1e-30 to 1e6
   * @throws IllegalArgumentException if T is out of range
   * @throws BadRowException if one is negative or not finite, or a row does not add up to 1 (1e-4)
   */
  public static SoftTargets fromProbabilities(Tensor probabilities, double temperature) {
    SoftTargets targets = new SoftTargets(probabilities.rows(), probabilities.rowSize(), temperature);
    for (int i = 0; i < probabilities.rows(); i++) {
      double sum = 0;
      double entropy = 0;
      for (int j = 0; j < probabilities.rowSize(); j++) {
        float p = probabilities.get(i, j);
        if (!(p >= 0)) {
          throw new BadRowException(i, "the probability of class " + j + " is " + p);
        }
        sum += p;
        entropy -= p > 0 ? p * StrictMath.log(p) : 0;
        targets.probabilities.set(i, j, p);
      }
      if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
        throw new BadRowException(
            i, "the probabilities add up to " + sum + ", not to 1; rounded ones must be normalised");
      }
      targets.entropies[i] = entropy;
    }
    return targets;
  }

  /**
   * {@return probabilities whose rows add up to 1, each divided by the sum of its row, as rounded ones must be}
   *
   * @param probabilities [samples, classes], not modified
   * @throws BadRowException if a sum is not positive and finite
   */
  public static Tensor normalised(Tensor probabilities) {
    Tensor result = Tensor.zeros(probabilities.rows(), probabilities.rowSize());
    for (int i = 0; i < result.rows(); i++) {
      double sum = 0;
      for (int j = 0; j < result.rowSize(); j++) {
        sum += probabilities.get(i, j);
      }
      if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
        throw new BadRowException(i, "the probabilities add up to " + sum);
      }
      for (int j = 0; j < result.rowSize(); j++) {
        result.set(i, j, (float) (probabilities.get(i, j) / sum));
      }
    }
    return result;
  }

  /**
   * {@return the mean of several teachers' probabilities at one temperature, NOTES (E36)}
   *
   * @param logits one tensor a teacher, all of one shape
   * @param temperature T, from 1e-30 to 1e6
   * @throws IllegalArgumentException if there is no teacher, the shapes differ, or T is out of range
   * @throws BadRowException if a row has no softmax
   */
  public static SoftTargets fromEnsemble(List<Tensor> logits, double temperature) {
    if (logits.isEmpty()) {
      throw new IllegalArgumentException("an ensemble needs a teacher");
    }
    Tensor first = logits.getFirst();
    double[] sums = new double[first.size()];
    Tensor q = Tensor.zeros(first.rows(), first.rowSize());
    for (Tensor teacher : logits) {
      BatchLoss.requireShapeOf("a teacher's logits", teacher, first);
      softmax(teacher, temperature, q);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += q.data()[i];
      }
    }
    for (int i = 0; i < sums.length; i++) {
      q.data()[i] = (float) (sums[i] / logits.size());
    }
    return fromProbabilities(q, temperature);
  }

  /** Targets of as many rows, same classes and temperature, to be {@link #gather gathered} into. */
  SoftTargets batch(int rows) {
    return new SoftTargets(rows, probabilities.rowSize(), temperature);
  }

  /** Copies the targets of {@code samples[from]} and the samples after it into the first rows of a batch. */
  void gather(int[] samples, int from, int rows, SoftTargets into) {
    int classes = probabilities.rowSize();
    for (int i = 0; i < rows; i++) {
      int sample = samples[from + i];
      System.arraycopy(probabilities.data(), sample * classes, into.probabilities.data(), i * classes, classes);
      into.entropies[i] = entropies[sample];
    }
  }

  /** {@return how many samples there are} */
  public int rows() {
    return probabilities.rows();
  }

  /** {@return how many classes there are} */
  public int classes() {
    return probabilities.rowSize();
  }

  /** {@return T, at which the targets were softened} */
  public double temperature() {
    return temperature;
  }

  /**
   * {@return a probability, at least 0; a row adds up to 1, up to rounding}
   *
   * @param sample its index
   * @param label a class, from 0
   */
  public float get(int sample, int label) {
    return probabilities.get(sample, label);
  }

  /**
   * {@return the entropy of a sample's distribution in nats, 0 to log classes, up to rounding, NOTES (E22)}
   *
   * @param sample its index
   */
  public double entropy(int sample) {
    return entropies[sample];
  }

  Tensor probabilities() {
    return probabilities;
  }
}
