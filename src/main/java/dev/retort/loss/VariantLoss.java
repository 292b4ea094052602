package dev.retort.loss;

import module java.base;
import dev.retort.tensor.Tensor;

/**
 * Hard labels beside another loss on a teacher's answers: hardWeight * CE(y, softmax(z)) + softWeight * term. The term
 * is computed a row at a time in double by its formula in NOTES: the same bits everywhere, and not fast.
 */
final class VariantLoss extends Loss {
  /** The loss of one row, times T^2 where it has a temperature, and its gradient. */
  sealed interface Term permits LogitMatching, DecoupledDistillation, LogitStandardisation, TopTargets {
    /** The value for logits z of a sample with label y; not finite if it has none. */
    double value(int sample, int y, double[] z);

    /** Its gradient in z. */
    double[] gradient(int sample, int y, double[] z);
  }

  private final int samples;
  private final int classes;
  private final Term term;
  private final double hardWeight;
  private final double softWeight;

  /** A loss for that many samples and classes. */
  VariantLoss(int samples, int classes, Term term, double hardWeight, double softWeight) {
    LossChecks.requireWeights(hardWeight, softWeight);
    this.samples = samples;
    this.classes = classes;
    this.term = term;
    this.hardWeight = hardWeight;
    this.softWeight = softWeight;
  }

  @Override
  public List<String> parts() {
    return List.of("hard", "soft");
  }

  @Override
  void requireTargetsFor(int count, int logits) {
    LossChecks.requireTargets("a teacher's targets", samples, classes, count, logits);
  }

  @Override
  Batches batches(BatchLoss.Samples bound) {
    return new Batches(bound, this);
  }

  /** The buffers of a batch. */
  static final class Batches extends BatchLoss {
    private final VariantLoss loss;
    private final CrossEntropy.Batches hard;

    Batches(Samples bound, VariantLoss loss) {
      super(bound, loss.hardWeight, loss.softWeight);
      this.loss = loss;
      this.hard = new CrossEntropy.Batches(bound, 0);
    }

    @Override
    void compute(
        Tensor logits, int[] samples, int from, int[] batchLabels, Tensor dLogits, double divisor,
        double[][] values) {
      double[][] soft = new double[logits.rows()][];
      for (int n = 0; n < soft.length; n++) {
        double[] z = LossChecks.row(logits, n);
        int sample = samples[from + n];
        if (weight(sample) == 0) {
          soft[n] = new double[z.length];
          continue;
        }
        double value = loss.term.value(sample, batchLabels[n], z);
        if (!Double.isFinite(value)) {
          throw new BadRowException(
              n, "the loss is " + value + ": teacher and student do not mask the same classes");
        }
        values[1][n] = value;
        soft[n] = loss.term.gradient(sample, batchLabels[n], z);
      }
      hard.compute(logits, batchLabels, dLogits, loss.hardWeight / divisor, values[0]);
      for (int n = 0; n < soft.length; n++) {
        for (int i = 0; i < soft[n].length; i++) {
          double g = dLogits.get(n, i) + loss.softWeight * soft[n][i] / divisor;
          dLogits.set(n, i, (float) g);
        }
      }
    }
  }
}
