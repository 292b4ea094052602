package dev.retort.loss;

import module java.base;
import dev.retort.tensor.Tensor;

/**
 * What a network learns: a function of its logits and of each sample's label or soft targets, mean over the samples,
 * weighted or not, in nats, and its gradient.
 *
 * {@snippet :
 * SoftTargets soft = SoftTargets.fromLogits(teacher.logits(train), 4);
 * Training.sgd(0.2).fit(student, train, Loss.distillation(soft, 0.3, 0.7));
 * }
 *
 * <p>Losses are immutable and may be shared by threads. A logit of -Infinity masks its class.
 */
public final class Loss {
  private final Function<BatchLoss.Samples, BatchLoss> batches;
  private final List<String> parts;
  private final SampleWeights weights;

  private Loss(Function<BatchLoss.Samples, BatchLoss> batches, List<String> parts, SampleWeights weights) {
    this.batches = batches;
    this.parts = parts;
    this.weights = weights;
  }

  /** A loss that is a weighted sum of parts of these names. */
  private static Loss of(Function<BatchLoss.Samples, BatchLoss> batches, String... parts) {
    return new Loss(batches, List.of(parts), SampleWeights.NONE);
  }

  static void requireWeight(String name, double weight) {
    if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(name + " must be finite and at least 0, not " + weight);
    }
  }

  private static void requireWeights(double hardWeight, double softWeight) {
    requireWeight("hard weight", hardWeight);
    requireWeight("soft weight", softWeight);
    if (hardWeight == 0 && softWeight == 0) {
      throw new IllegalArgumentException("hard weight and soft weight are both 0: nothing to learn");
    }
  }

  /** {@return cross entropy with hard labels, CE(y, softmax(z)), NOTES (E12), (E17)} */
  public static Loss crossEntropy() {
    return crossEntropy(0);
  }

  /**
   * {@return cross entropy with smoothed labels (Szegedy et al. 2016, section 7), CE(target, softmax(z))} The target is
   * {@code (1 - smoothing) * [i = y] + smoothing / classes}, NOTES (E16).
   *
   * @param smoothing probability spread evenly over all classes, at least 0 and below 1
   * @throws IllegalArgumentException if the smoothing is out of range
   */
  public static Loss crossEntropy(double smoothing) {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException("label smoothing must be in [0, 1), not " + smoothing);
    }
    return of(bound -> new CrossEntropy(bound, smoothing), "hard");
  }

  /**
   * Hard labels y and soft targets p at their temperature T (Hinton, Vinyals and Dean 2015, section 2), NOTES (E20).
   * The formula holds at every weight, 0 included; the weights need not add up to 1.
   *
   * @param targets p and T, one row for each sample
   * @param hardWeight weight of the hard labels' cross entropy, finite and at least 0
   * @param softWeight weight of T^2 times the soft targets' cross entropy, finite and at least 0
   * @return hardWeight * CE(y, softmax(z)) + softWeight * T^2 * CE(p, softmax(z / T))
   * @throws IllegalArgumentException if a weight is out of range, or both are 0
   */
  public static Loss distillation(SoftTargets targets, double hardWeight, double softWeight) {
    requireWeights(hardWeight, softWeight);
    return of(bound -> new Distillation(bound, targets, hardWeight, softWeight), "hard", "soft", "divergence");
  }

  /**
   * Hard labels and half the squared distance to a teacher's logits v (Ba and Caruana 2014), NOTES (E35).
   *
   * @param teacherLogits v, [samples, classes], kept and shared
   * @param hardWeight weight of the hard labels' cross entropy, finite and at least 0
   * @param softWeight weight of the distance, finite and at least 0
   * @return hardWeight * CE(y, softmax(z)) + softWeight * sum (z - v)^2 / 2
   * @throws IllegalArgumentException if a weight is out of range, or both are 0
   * @throws BadRowException if a row of the teacher has no softmax
   */
  public static Loss logitMatching(Tensor teacherLogits, double hardWeight, double softWeight) {
    return variant(teacherLogits, VariantTerm.logitMatching(teacherLogits), hardWeight, softWeight);
  }

  /**
   * Hard labels and decoupled distillation (Zhao et al. 2022), NOTES (E38): the divergence from a teacher is split into
   * the probability of the label and the distribution over the other classes, each with a weight of its own.
   *
   * @param teacherLogits v, [samples, classes], kept and shared
   * @param temperature T, from 1e-30 to 1e6
   * @param hardWeight weight of the hard labels' cross entropy, finite and at least 0
   * @param labelWeight weight of T^2 times the label's part, alpha in the paper, finite and at least 0
   * @param otherWeight weight of T^2 times the other classes' part, beta in the paper, finite and at least 0
   * @return the weighted sum of the three
   * @throws IllegalArgumentException if T or a weight is out of range, or all weights are 0
   * @throws BadRowException if a row of the teacher has no softmax
   */
  public static Loss decoupled(
      Tensor teacherLogits, double temperature, double hardWeight, double labelWeight, double otherWeight) {
    VariantTerm term = VariantTerm.decoupled(teacherLogits, temperature, labelWeight, otherWeight);
    return variant(teacherLogits, term, hardWeight, labelWeight == 0 && otherWeight == 0 ? 0 : 1);
  }

  /**
   * Hard labels and soft targets where the rows of both teacher's and student's logits are first brought to mean 0 and
   * standard deviation 1 (Sun et al. 2024), NOTES (E40): a student need not reach its teacher's scale.
   *
   * @param teacherLogits v, [samples, classes], kept and shared
   * @param temperature T, from 1e-30 to 1e6
   * @param hardWeight weight of the hard labels' cross entropy, finite and at least 0
   * @param softWeight weight of T^2 times the soft cross entropy, finite and at least 0
   * @return the weighted sum of the two
   * @throws IllegalArgumentException if T or a weight is out of range, or both weights are 0
   * @throws BadRowException if a row of the teacher has no softmax
   */
  public static Loss standardised(Tensor teacherLogits, double temperature, double hardWeight, double softWeight) {
    return variant(teacherLogits, VariantTerm.standardised(teacherLogits, temperature), hardWeight, softWeight);
  }

  /**
   * Hard labels and the k most likely classes of soft targets, all other classes in one bin, NOTES (E37): for many
   * classes, when a teacher's whole rows are too much to keep.
   *
   * @param targets p and T, one row for each sample; not kept
   * @param k how many classes of each row are kept, at least 1; of equal probabilities the first
   * @param hardWeight weight of the hard labels' cross entropy, finite and at least 0
   * @param softWeight weight of T^2 times the soft cross entropy, finite and at least 0
   * @return the weighted sum of the two
   * @throws IllegalArgumentException if k or a weight is out of range, or both weights are 0
   */
  public static Loss topTargets(SoftTargets targets, int k, double hardWeight, double softWeight) {
    return variant(targets.rows(), targets.classes(), VariantTerm.top(targets, k), hardWeight, softWeight);
  }

  private static Loss variant(Tensor teacherLogits, VariantTerm term, double hardWeight, double softWeight) {
    SoftTargets.fromLogits(teacherLogits, 1); // every row has a softmax
    return variant(teacherLogits.rows(), teacherLogits.rowSize(), term, hardWeight, softWeight);
  }

  private static Loss variant(int samples, int classes, VariantTerm term, double hardWeight, double softWeight) {
    requireWeights(hardWeight, softWeight);
    return of(
        bound -> {
          bound.requireTargets("a teacher's targets", samples, classes);
          return new VariantLoss(bound, term, hardWeight, softWeight);
        },
        "hard", "soft");
  }

  /**
   * {@return this loss with a weight for each class, for classes of unequal size or cost, NOTES (E54)} Each sample
   * counts as much as the class of its label. Only ratios matter, as the mean is divided by the sum of the weights.
   *
   * @param each a weight for each class; 0 leaves its samples out
   * @throws IllegalArgumentException if a weight is neither 0 nor 2^-30 to 2^30, or none is above 0
   */
  public Loss classWeights(double... each) {
    return with(new SampleWeights(SampleWeights.checked("class", each), weights.samples(), weights.ignored()));
  }

  /**
   * {@return this loss with a weight for each sample, which multiplies that of its class, NOTES (E54)} Weight 2 is the
   * sample twice in the batch, weight 0 the batch without it.
   *
   * @param each a weight for each sample, in the order of the samples
   * @throws IllegalArgumentException if a weight is neither 0 nor 2^-30 to 2^30, or none is above 0
   */
  public Loss sampleWeights(double... each) {
    return with(new SampleWeights(weights.classes(), SampleWeights.checked("sample", each), weights.ignored()));
  }

  /**
   * {@return this loss without the samples of a label, such as -1 or -100, that need not be a class, NOTES (E54)}
   *
   * @param label what their labels are
   */
  public Loss ignoring(int label) {
    return with(new SampleWeights(weights.classes(), weights.samples(), OptionalInt.of(label)));
  }

  private Loss with(SampleWeights changed) {
    return new Loss(batches, parts, changed);
  }

  /** {@return the names of the parts that this loss is a weighted sum of, such as hard and soft} */
  public List<String> parts() {
    return parts;
  }

  /**
   * {@return this loss bound to samples, of which {@link BatchLoss} then takes batches}
   *
   * @param labels one for each sample, copied
   * @param classes how many logits a row has
   * @throws IllegalArgumentException if the loss has targets or weights for other samples or classes, or every sample
   *     has weight 0
   * @throws BadRowException for a label out of range
   */
  public BatchLoss bind(int[] labels, int classes) {
    return batches.apply(weights.bind(labels, classes));
  }

  /**
   * Value and gradient where row n of the logits belongs to sample n.
   *
   * @param logits z, [samples, classes], not modified unless it is the output too
   * @param labels one for each row
   * @param dLogits d loss / d z, [samples, classes], written; may be the logits themselves
   * @return weighted mean over the rows, in nats
   * @throws IllegalArgumentException if a shape does not match, there is no row, or the loss has targets or weights for
   *     other samples or classes
   * @throws BadRowException for a label out of range, a row without a softmax, or a target on a masked class
   */
  public double apply(Tensor logits, int[] labels, Tensor dLogits) {
    if (labels.length != logits.rows()) {
      throw new IllegalArgumentException(labels.length + " labels for " + logits.rows() + " rows");
    }
    return bind(labels, logits.rowSize()).apply(logits, IntStream.range(0, labels.length).toArray(), 0, dLogits);
  }
}
