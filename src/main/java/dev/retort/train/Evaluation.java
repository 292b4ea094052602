package dev.retort.train;

import dev.retort.data.Dataset;
import dev.retort.loss.CrossEntropy;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/**
 * How a network does on a data set, judged at T = 1 without dropout.
 *
 * @param rows samples judged
 * @param errors samples whose largest logit is not that of their label
 * @param loss cross entropy, mean over the samples, in nats
 */
public record Evaluation(int rows, int errors, double loss) {
  private static final int BATCH = 256;

  /**
   * Judges a network.
   *
   * @param network not modified but for its buffers
   * @param dataset features and labels, not modified
   * @return errors and loss over all samples
   * @throws IllegalArgumentException if features or classes do not fit the network
   */
  public static Evaluation of(Network network, Dataset dataset) {
    CrossEntropy crossEntropy = new CrossEntropy();
    int[] labels = dataset.labels();
    Tensor logits = logits(network, dataset);
    int errors = 0;
    for (int i = 0; i < labels.length; i++) {
      errors += argmax(logits, i) == labels[i] ? 0 : 1;
    }
    return new Evaluation(labels.length, errors, crossEntropy.hard(logits, labels, null));
  }

  /**
   * The logits of every sample, [rows, classes], in the data set's order.
   *
   * @param network not modified but for its buffers
   * @param dataset features, not modified
   * @return a tensor of its own
   */
  public static Tensor logits(Network network, Dataset dataset) {
    Tensor all = Tensor.zeros(dataset.rows(), network.outputs());
    for (int from = 0; from < dataset.rows(); from += BATCH) {
      int to = Math.min(dataset.rows(), from + BATCH);
      Tensor logits = network.forward(dataset.features(from, to));
      System.arraycopy(
          logits.data(), logits.offset(), all.data(), from * network.outputs(), logits.size());
    }
    return all;
  }

  /**
   * The class with the largest value in a row, the first of equals.
   *
   * @param values [rows, classes], not modified
   * @param row its index
   * @return from 0 to classes - 1
   */
  public static int argmax(Tensor values, int row) {
    int best = 0;
    for (int j = 1; j < values.rowSize(); j++) {
      best = values.get(row, j) > values.get(row, best) ? j : best;
    }
    return best;
  }

  /** {@return the share of samples judged right, 0 to 1} */
  public double accuracy() {
    return 1 - (double) errors / rows;
  }
}
