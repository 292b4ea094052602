package dev.retort.train;

import dev.retort.data.Dataset;
import dev.retort.loss.Loss;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/** How a network does on a data set, at T = 1 and without dropout. */
public final class Evaluation {
  private final int[][] confusion;
  private final int rows;
  private final int errors;
  private final double loss;

  private Evaluation(Tensor logits, int[] labels) {
    confusion = new int[logits.rowSize()][logits.rowSize()];
    rows = labels.length;
    // Only the value is wanted: the gradient may take the place of a copy.
    loss = Loss.crossEntropy().apply(logits, labels, Tensor.zeros(rows, logits.rowSize()));
    int right = 0;
    for (int i = 0; i < rows; i++) {
      int answer = logits.argmax(i);
      confusion[labels[i]][answer]++;
      right += answer == labels[i] ? 1 : 0;
    }
    errors = rows - right;
  }

  /**
   * Evaluates a network.
   *
   * @param network not modified
   * @param dataset not modified
   * @return errors and loss over all samples
   * @throws IllegalArgumentException if the network takes other features, or has fewer classes
   * @throws dev.retort.loss.BadRowException if a logit is not a number
   */
  public static Evaluation of(Network network, Dataset dataset) {
    requireMatch(network, dataset);
    return new Evaluation(network.logits(dataset), dataset.labels());
  }

  /** Throws an exception unless the network takes the data set's features and has all of its classes. */
  static void requireMatch(Network network, Dataset dataset) {
    if (dataset.rowSize() != network.inputs() || dataset.classes() > network.outputs()) {
      throw new IllegalArgumentException(
          dataset.name() + " has " + dataset.rowSize() + " features and " + dataset.classes()
              + " classes, but the network takes " + network.inputs() + " features and has "
              + network.outputs() + " classes");
    }
  }

  /** {@return how many samples were evaluated} */
  public int rows() {
    return rows;
  }

  /** {@return how many samples have their largest logit at another class than their label} */
  public int errors() {
    return errors;
  }

  /** {@return the share of samples without an error, 0 to 1} */
  public double accuracy() {
    return 1 - (double) errors / rows;
  }

  /** {@return cross entropy with the labels, mean over the samples, in nats} */
  public double loss() {
    return loss;
  }

  /**
   * Precision of a class: of the samples that the network took for it, the share that are.
   *
   * @param label the class
   * @return 0 to 1; NaN if the network took none for it
   */
  public double precision(int label) {
    int taken = 0;
    for (int[] row : confusion) {
      taken += row[label];
    }
    return (double) confusion[label][label] / taken;
  }

  /**
   * Recall of a class: of its samples, the share that the network took for it.
   *
   * @param label the class
   * @return 0 to 1; NaN if it has no samples
   */
  public double recall(int label) {
    int samples = 0;
    for (int taken : confusion[label]) {
      samples += taken;
    }
    return (double) confusion[label][label] / samples;
  }

  /** {@return how many samples of class i the network took for class j, [i][j], a copy} */
  public int[][] confusion() {
    int[][] copy = new int[confusion.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = confusion[i].clone();
    }
    return copy;
  }
}
