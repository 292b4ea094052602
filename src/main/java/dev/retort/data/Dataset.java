package dev.retort.data;

import module java.base;
import dev.retort.format.Sha256;
import dev.retort.kernel.CounterRandom;
import dev.retort.tensor.Tensor;

/**
 * Samples: features, and a label each. Images that came as bytes stay bytes, and become float32 from 0 to 1 (b / 255)
 * as a batch is gathered.
 *
 * <p>Immutable, as long as nobody modifies the tensor it was made of: any number of threads may read it.
 */
public final class Dataset {
  private final String name;
  private final Features features;

  /** Which samples of the storage these are. */
  private final int[] stored;

  private final int[] shape;
  private final int rowSize;
  private final int[] labels;
  private final List<String> classNames;

  /** As {@link #featuresSha256} gives it; empty until it is asked for, which reads all features. */
  private String featuresSha256 = "";

  /**
   * A data set on a tensor.
   *
   * @param name what messages call it
   * @param features [samples, ...], kept and shared; for images [samples, height, width]
   * @param labels one a sample, each from 0 to classes - 1; copied
   * @param classes how many there are, above every label
   * @throws DataException if there is no sample or no feature, the numbers differ, a label is out of range, or a
   *     feature is NaN or infinite
   */
  public Dataset(String name, Tensor features, int[] labels, int classes) {
    this(name, new Features.Floats(features, 1), features.shape(), labels, numbers(classes));
  }

  /** The same on any storage; {@code shape} is [samples, ...]. */
  Dataset(String name, Features features, int[] shape, int[] labels, List<String> classNames) {
    DataException.require(
        shape[0] == labels.length, name + " has " + shape[0] + " samples but " + labels.length + " labels");
    this(name, features, shape, labels, classNames, IntStream.range(0, labels.length).toArray());
    int bad = features.firstNotFinite();
    if (bad >= 0) {
      float value = features(bad / rowSize, bad / rowSize + 1).get(0, bad % rowSize);
      throw new DataException(name + ": feature " + bad % rowSize + " of sample " + bad / rowSize + " is " + value);
    }
  }

  /** Some samples of a storage, {@code stored}, with a label each. */
  private Dataset(
      String name, Features features, int[] shape, int[] labels, List<String> classNames, int[] stored) {
    this.name = name;
    this.features = features;
    this.stored = stored;
    this.shape = shape.clone();
    this.shape[0] = stored.length;
    this.rowSize = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
    this.labels = labels.clone();
    this.classNames = List.copyOf(classNames);
    DataException.require(stored.length > 0, name + " has no samples: its features are " + Arrays.toString(this.shape));
    DataException.require(rowSize > 0, name + " has no features: their shape is " + Arrays.toString(this.shape));
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes()) {
        throw new DataException(
            name + ": label " + labels[i] + " of sample " + i + " is not one of the classes 0 to " + (classes() - 1));
      }
    }
  }

  /** The names of classes that have no others. */
  static List<String> numbers(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /**
   * {@return a data set of arrays, of one dimension a sample}
   *
   * @param features [samples][features], copied
   * @param labels one a sample, from 0 on; copied. The largest is the last class
   * @throws DataException if there is no sample or no feature, the numbers differ, a row has another length than the
   *     first, a label is negative, or a feature is NaN or infinite
   */
  public static Dataset of(float[][] features, int[] labels) {
    String name = "data";
    int size = features.length == 0 ? 0 : features[0].length;
    Tensor all = Tensor.zeros(features.length, size);
    for (int i = 0; i < features.length; i++) {
      if (features[i].length != size) {
        throw new DataException(
            name + ": sample " + i + " has " + features[i].length + " features, sample 0 has " + size);
      }
      System.arraycopy(features[i], 0, all.data(), i * size, size);
    }
    return new Dataset(name, all, labels, 1 + Arrays.stream(labels).max().orElse(0));
  }

  /** {@return what people call it} */
  public String name() {
    return name;
  }

  /** {@return the labels, one a sample, a copy} */
  public int[] labels() {
    return labels.clone();
  }

  /** {@return how many classes there are} */
  public int classes() {
    return classNames.size();
  }

  /** {@return the names of the classes; their numbers, from 0, where the files have no others} */
  public List<String> classNames() {
    return classNames;
  }

  /** {@return the classes that no sample has: a sign that the labels begin at another number} */
  public List<String> emptyClasses() {
    double[] weights = balancedWeights();
    return IntStream.range(0, classes()).filter(c -> weights[c] == 0).mapToObj(classNames::get).toList();
  }

  /**
   * {@return a weight for each class, such that each has the same sum} It is {@code samples / (classes * samples of the
   * class)}, NOTES (E54); 0 where there is no sample.
   */
  public double[] balancedWeights() {
    double[] weights = new double[classes()];
    for (int label : labels) {
      weights[label]++;
    }
    double even = (double) rows() / classes();
    Arrays.setAll(weights, c -> weights[c] == 0 ? 0 : even / weights[c]);
    return weights;
  }

  /**
   * {@return what the numbers of the files were divided by, to become these features} It is 255 for pixels that came as
   * bytes, else 1, unless {@link DataFiles#divisor} named another.
   */
  public float divisor() {
    return features.divisor();
  }

  /**
   * {@return SHA-256 of the features' shape and numbers, in lower-case hexadecimal} Equal features have the same,
   * whatever kind of file they came from.
   */
  public String featuresSha256() {
    String known = featuresSha256; // two threads may both compute it: they find the same
    if (known.isEmpty()) {
      Sha256 digest = new Sha256().add(shape.length).add(shape);
      float[] sample = new float[rowSize];
      for (int i = 0; i < rows(); i++) {
        copy(i, 0, rowSize, sample, 0);
        digest.add(sample, 0, rowSize);
      }
      known = digest.hex();
      featuresSha256 = known;
    }
    return known;
  }

  /**
   * {@return SHA-256 of the number of classes and the labels, in lower-case hexadecimal} With {@link #featuresSha256}
   * that is all which a training takes from a data set; the names are not in it.
   */
  public String labelsSha256() {
    return new Sha256().add(classes()).add(labels).hex();
  }

  /** {@return how many samples there are} */
  public int rows() {
    return labels.length;
  }

  /** {@return the features of one sample, how many} */
  public int rowSize() {
    return rowSize;
  }

  /** {@return the shape of a sample: all dimensions but the first} */
  public List<Integer> sampleShape() {
    return Arrays.stream(shape).skip(1).boxed().toList();
  }

  /** {@return whether a sample is an image, [height, width]} */
  public boolean isImages() {
    return shape.length == 3;
  }

  /**
   * {@return pixels of an image from top to bottom}
   *
   * @throws IllegalArgumentException if the features are not images, [samples, height, width]
   */
  public int height() {
    return side(1);
  }

  /**
   * {@return pixels of an image from left to right}
   *
   * @throws IllegalArgumentException if the features are not images, [samples, height, width]
   */
  public int width() {
    return side(2);
  }

  private int side(int dimension) {
    if (!isImages()) {
      throw new IllegalArgumentException(name + ": features of shape " + Arrays.toString(shape) + " are not images");
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
    for (int i = 0; i < into.rows(); i++) {
      copy(samples[from + i], 0, rowSize, into.data(), into.offset() + i * rowSize);
    }
  }

  /** Copies some features of a sample. */
  void copy(int sample, int from, int count, float[] into, int at) {
    features.copy(stored[sample] * rowSize + from, count, into, at);
  }

  /**
   * {@return a copy of the features of consecutive samples, [to - from, ...]}
   *
   * @param from first sample, from 0
   * @param to exclusive end
   * @throws IndexOutOfBoundsException unless {@code 0 <= from <= to <= rows()}
   */
  public Tensor features(int from, int to) {
    Objects.checkFromToIndex(from, to, rows());
    int[] sizes = shape.clone();
    sizes[0] = to - from;
    Tensor part = Tensor.zeros(sizes);
    gather(IntStream.range(from, to).toArray(), 0, part);
    return part;
  }

  void requireRowSize(Tensor into) {
    if (into.rowSize() != rowSize) {
      throw new IllegalArgumentException(
          name + ": samples of " + rowSize + " features do not fit rows of " + into.rowSize());
    }
  }

  /**
   * {@return the data set of some samples, with this one's name, classes and storage}
   *
   * @param samples their indices, in the order wanted
   * @throws IndexOutOfBoundsException if there is no such sample
   * @throws DataException if no sample is selected
   */
  public Dataset select(int[] samples) {
    return new Dataset(name, features, shape, pick(labels, samples), classNames, pick(stored, samples));
  }

  private static int[] pick(int[] from, int[] samples) {
    return Arrays.stream(samples).map(i -> from[i]).toArray();
  }

  /**
   * {@return the data set of the samples of some classes, in this one's order} The other classes stay, without samples.
   *
   * @param wanted whether the samples of a class, given by its number, are kept
   * @throws DataException if no sample is left
   */
  public Dataset selectClasses(IntPredicate wanted) {
    return select(IntStream.range(0, rows()).filter(i -> wanted.test(labels[i])).toArray());
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
    int[] held = StratifiedSample.sample(labels, classes(), count, CounterRandom.key(seed, CounterRandom.SPLIT));
    int[] rest = IntStream.range(0, rows()).filter(i -> Arrays.binarySearch(held, i) < 0).toArray();
    return new TrainTest(select(rest), select(held));
  }
}
