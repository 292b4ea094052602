package dev.retort.train;

import module java.base;
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

  private Evaluation(int[][] confusion, double loss) {
    this.confusion = confusion;
    this.loss = loss;
    rows = Stream.of(confusion).flatMapToInt(Arrays::stream).sum();
    errors = rows - IntStream.range(0, confusion.length).map(i -> confusion[i][i]).sum();
  }

  /**
   * {@return the evaluation of a network on all samples of a data set}
   *
   * @param network not modified
   * @param dataset not modified
   * @throws IllegalArgumentException if the network takes other features, or has fewer classes
   * @throws dev.retort.loss.BadRowException if a logit is not a number
   */
  public static Evaluation of(Network network, Dataset dataset) {
    requireMatch(network, dataset);
    Tensor logits = network.logits(dataset);
    int[] labels = dataset.labels();
    // Only the value is wanted: the gradient may take the place of a copy.
    Tensor gradient = Tensor.zeros(labels.length, logits.rowSize());
    int[][] confusion = new int[logits.rowSize()][logits.rowSize()];
    for (int i = 0; i < labels.length; i++) {
      confusion[labels[i]][logits.argmax(i)]++;
    }
    return new Evaluation(confusion, Loss.crossEntropy().apply(logits, labels, gradient));
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
   * {@return the precision of a class: of the samples that the network took for it, the share that are, 0 to 1; NaN if
   * the network took none for it}
   *
   * @param label the class
   */
  public double precision(int label) {
    return (double) confusion[label][label] / Arrays.stream(confusion).mapToInt(row -> row[label]).sum();
  }

  /**
   * {@return the recall of a class: of its samples, the share that the network took for it, 0 to 1; NaN if it has no
   * samples}
   *
   * @param label the class
   */
  public double recall(int label) {
    return (double) confusion[label][label] / Arrays.stream(confusion[label]).sum();
  }

  /** {@return how many samples of class i the network took for class j, [i][j], a copy} */
  public int[][] confusion() {
    return Arrays.stream(confusion).map(int[]::clone).toArray(int[][]::new);
  }

  /** The loss, and label, answer and count for each pair that occurred. */
  List<Number> numbers() {
    List<Number> numbers = new ArrayList<>(List.of(loss));
    for (int i = 0; i < confusion.length; i++) {
      for (int j = 0; j < confusion.length; j++) {
        if (confusion[i][j] != 0) {
          numbers.addAll(List.of(i, j, confusion[i][j]));
        }
      }
    }
    return numbers;
  }

  /** The evaluation of these {@link #numbers}. */
  static Evaluation of(double[] numbers, int classes) {
    int[][] confusion = new int[classes][classes];
    for (int i = 1; i < numbers.length; i += 3) {
      confusion[(int) numbers[i]][(int) numbers[i + 1]] = (int) numbers[i + 2];
    }
    return new Evaluation(confusion, numbers[0]);
  }
}
