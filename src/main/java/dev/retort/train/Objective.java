package dev.retort.train;

import dev.retort.data.Dataset;
import dev.retort.loss.CrossEntropy;
import dev.retort.loss.Distillation;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;

/** What a network is taught: the loss of a batch of samples, and its gradient. */
public interface Objective {
  /**
   * Value and gradient of a batch.
   *
   * @param logits [rows, classes], not modified
   * @param samples indices of samples; row i of the logits belongs to {@code samples[from + i]}
   * @param from where in {@code samples} the batch begins
   * @param dLogits [rows, classes], written
   * @return mean over the rows
   */
  double apply(Tensor logits, int[] samples, int from, Tensor dLogits);

  /**
   * Hard labels.
   *
   * @param dataset whose labels they are
   * @param smoothing label smoothing, at least 0 and below 1
   * @return an objective for batches of that data set
   */
  static Objective labels(Dataset dataset, double smoothing) {
    CrossEntropy loss = new CrossEntropy(smoothing);
    LabelBatch labels = new LabelBatch(dataset);
    return (logits, samples, from, dLogits) ->
        loss.hard(logits, labels.of(samples, from, logits.rows()), dLogits);
  }

  /**
   * Hard labels and a teacher's soft targets.
   *
   * @param dataset whose labels they are
   * @param targets one row for each sample of the data set, in its order
   * @param loss the weights of the two
   * @return an objective for batches of that data set
   * @throws IllegalArgumentException if the targets are not of this data set
   */
  static Objective distillation(Dataset dataset, SoftTargets targets, Distillation loss) {
    if (targets.rows() != dataset.rows()) {
      throw new IllegalArgumentException(
          targets.rows() + " soft targets for " + dataset.rows() + " samples");
    }
    LabelBatch labels = new LabelBatch(dataset);
    SoftTargets[] batch = {targets.batch(0)};
    return (logits, samples, from, dLogits) -> {
      int rows = logits.rows();
      if (batch[0].rows() < rows) {
        batch[0] = targets.batch(rows);
      }
      targets.gather(samples, from, rows, batch[0]);
      return loss.apply(logits, labels.of(samples, from, rows), batch[0], dLogits);
    };
  }
}
