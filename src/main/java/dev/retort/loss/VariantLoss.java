package dev.retort.loss;

import module java.base;
import dev.retort.kernel.Kernels;

/**
 * Hard labels beside another loss on a teacher's answers: hardWeight * CE(y, softmax(z)) + softWeight * term. The term
 * is computed a row at a time in double by its formula in NOTES: the same bits everywhere, and not fast.
 */
final class VariantLoss extends BatchLoss {
  private final VariantTerm term;
  private final double hardWeight;
  private final double softWeight;
  private int[] order = {};
  private int first;

  VariantLoss(Samples bound, VariantTerm term, double hardWeight, double softWeight) {
    super(bound, hardWeight, softWeight);
    this.term = term;
    this.hardWeight = hardWeight;
    this.softWeight = softWeight;
  }

  @Override
  void gather(int[] samples, int from, int rows) {
    order = samples;
    first = from;
  }

  @Override
  int rows(int from, int count) {
    double[][] logits = new double[count][]; // copies, since the gradient may be written over them
    Arrays.setAll(logits, i -> VariantTerm.row(z, from + i));
    int bad = crossEntropy(from, count, 0, hardWeight);
    double[] soft = new double[bound.classes()];
    for (int n = from; bad == Kernels.NO_BAD_ROW && n < from + count; n++) {
      values[1][n] = term.apply(order[first + n], labels[n], logits[n - from], soft);
      for (int i = 0; i < soft.length; i++) {
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
}
