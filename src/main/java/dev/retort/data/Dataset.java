package dev.retort.data;

import dev.retort.kernel.CounterRandom;
import dev.retort.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Samples: features in float32, and a label each.
 *
 * <p>Not to be modified once made; then any number of threads may read it.
 */
public final class Dataset {
  private final String name;
  private final Tensor features;
  private final int[] shape;
  private final int[] labels;
  private final int classes;

  /**
   * A data set of the given samples.
   *
   * @param name what people call it
   * @param features [samples, ...], kept and shared; for images [samples, height, width]
   * @param labels one a sample, each from 0 to classes - 1; copied
   * @param classes how many there are, above every label
   * @throws DataException if there is no sample, the numbers differ or a label is out of range
   */
  public Dataset(String name, Tensor features, int[] labels, int classes) {
    if (features.rows() == 0 || features.rowSize() == 0) {
      throw new DataException(name + " has no samples: its features are " + features);
    }
    if (features.rows() != labels.length) {
      throw new DataException(
          name + " has " + features.rows() + " samples but " + labels.length + " labels");
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new DataException(
            name + ": label " + labels[i] + " of sample " + i + " is not one of the classes 0 to "
                + (classes - 1));
      }
    }
    this.name = name;
    this.features = features;
    this.shape = features.shape();
    this.labels = labels.clone();
    this.classes = classes;
  }

  /** {@return what people call it} */
  public String name() {
    return name;
  }

  /** {@return all features, [samples, ...], shared} */
  public Tensor features() {
    return features;
  }

  /** {@return the labels, one a sample, a copy} */
  public int[] labels() {
    return labels.clone();
  }

  /** {@return how many classes there are} */
  public int classes() {
    return classes;
  }

  /** {@return how many samples there are} */
  public int rows() {
    return labels.length;
  }

  /** {@return the features of one sample, how many} */
  public int rowSize() {
    return features.rowSize();
  }

  /**
   * Height of an image in pixels.
   *
   * @return pixels from top to bottom
   * @throws IllegalArgumentException if the features are not images, [samples, height, width]
   */
  public int height() {
    return side(1);
  }

  /**
   * Width of an image in pixels.
   *
   * @return pixels from left to right
   * @throws IllegalArgumentException if the features are not images, [samples, height, width]
   */
  public int width() {
    return side(2);
  }

  private int side(int dimension) {
    if (shape.length != 3) {
      throw new IllegalArgumentException(name + ": " + features + " are not images");
    }
    return shape[dimension];
  }

  /**
   * Copies the features of some samples.
   *
   * @param samples indices of samples
   * @param from where in {@code samples} to begin
   * @param into [rows, rowSize], written: as many samples as it has rows
   * @throws IllegalArgumentException if its rows have another size
   */
  public void gather(int[] samples, int from, Tensor into) {
    requireRowSize(into);
    int size = rowSize();
    for (int i = 0; i < into.rows(); i++) {
      System.arraycopy(
          features.data(), features.offset() + samples[from + i] * size,
          into.data(), into.offset() + i * size, size);
    }
  }

  void requireRowSize(Tensor into) {
    if (into.rowSize() != rowSize()) {
      throw new IllegalArgumentException(
          name + ": samples of " + rowSize() + " features do not fit rows of " + into.rowSize());
    }
  }

  /**
   * The data set of some samples.
   *
   * @param samples their indices, in the order wanted
   * @return copies of them, with this one's name and classes
   */
  public Dataset select(int[] samples) {
    int[] chosenShape = shape.clone();
    chosenShape[0] = samples.length;
    Tensor chosen = Tensor.zeros(chosenShape);
    gather(samples, 0, chosen);
    return new Dataset(
        name, chosen, Arrays.stream(samples).map(i -> labels[i]).toArray(), classes);
  }

  /**
   * Splits off samples at random, the same share of each class.
   *
   * @param share of the samples that are held out, above 0 and below 1
   * @param seed what they are drawn from
   * @return the rest as train, the held-out ones as test, both in this data set's order
   * @throws IllegalArgumentException if the share is outside of that, or leaves a part empty
   */
  public TrainTest split(double share, long seed) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("the share to hold out must be in (0, 1), not " + share);
    }
    int count = (int) Math.round(share * rows());
    if (count == 0 || count == rows()) {
      throw new IllegalArgumentException(
          "holding out a share of " + share + " of " + rows() + " samples leaves a part empty");
    }
    int[] held =
        StratifiedSample.sample(labels, classes, count, CounterRandom.key(seed, CounterRandom.SPLIT));
    int[] rest =
        IntStream.range(0, rows())
            .filter(i -> Arrays.binarySearch(held, i) < 0)
            .toArray();
    return new TrainTest(select(rest), select(held));
  }
}
