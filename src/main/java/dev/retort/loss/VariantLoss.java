package dev.retort.loss;

import module java.base;
import dev.retort.kernel.Kernels;

/**
 * Hard labels beside another loss on a teacher's answers: hardWeight * CE(y, softmax(z)) + softWeight * term. The term
 * is computed a row at a time in double by its formula in NOTES: the same bits everywhere, and not fast.
 */
final class VariantLoss extends Loss {
  private final int samples;
  private final int classes;
  private final VariantTerm term;
  private final double hardWeight;
  private final double softWeight;

  /** A loss for that many samples and classes. */
  VariantLoss(int samples, int classes, VariantTerm term, double hardWeight, double softWeight) {
    super("hard", "soft");
    LossChecks.requireWeights(hardWeight, softWeight);
    this.samples = samples;
    this.classes = classes;
    this.term = term;
    this.hardWeight = hardWeight;
    this.softWeight = softWeight;
  }

  @Override
  BatchLoss batches(BatchLoss.Samples bound) {
    LossChecks.requireTargets("a teacher's targets", samples, classes, bound);
    return new BatchLoss(bound, hardWeight, softWeight) {
      private int[] order = {};
      private int first;

      @Override
      void gather(int[] batch, int from, int rows) {
        order = batch;
        first = from;
      }

      @Override
      int rows(int from, int count) {
        double[][] logits = new double[count][]; // copies, since the gradient may be written over them
        Arrays.setAll(logits, i -> VariantTerm.row(z, from + i));
        int bad = crossEntropy(from, count, 0, hardWeight);
        double[] soft = new double[classes];
        for (int n = from; bad == Kernels.NO_BAD_ROW && n < from + count; n++) {
          values[1][n] = term.apply(order[first + n], labels[n], logits[n - from], soft);
          for (int i = 0; i < classes; i++) {
            dz.set(n, i, (float) (dz.get(n, i) + softWeight * soft[i] / divisor));
          }
        }
        return bad;
      }

      @Override
      String reason(int part, double value) {
        return part == 0
            ? super.reason(part, value)
            : "the loss is " + value + ": teacher and student do not mask the same classes";
      }
    };
  }
}
