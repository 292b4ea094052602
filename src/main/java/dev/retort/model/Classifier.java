package dev.retort.model;

import module java.base;
import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.Product;
import dev.retort.kernel.Temperature;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/**
 * A trained network that answers for samples, for programs that embed it. Immutable; any number of threads may share
 * it.
 *
 * {@snippet :
 * Classifier digits = Classifier.load(Path.of("student.safetensors"));
 * int digit = digits.classify(pixels);
 * }
 *
 * <p>An answer has the bits of {@link Network#forward(Tensor)} and is computed on the calling thread alone. Where the
 * caller passes the output, and for {@link #classify(float[])}, nothing is allocated while at most as many threads ask
 * at once as there are processors.
 */
public final class Classifier {
  /** Rows of a batch that are computed together, at most. */
  private static final int BATCH = 64;

  private final ModelInfo info;
  private final Kernels kernels = Backend.kernels();
  private final int inputs;
  private final int classes;
  private final int widest;
  private final List<Layer> layers;

  /** Idle workspaces. Thread-locals would keep this class's loader alive for as long as the threads. */
  private final AtomicReferenceArray<Workspace> idle =
      new AtomicReferenceArray<>(Runtime.getRuntime().availableProcessors());

  /** A dense layer's own copy of its parameters. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a key
  private record Layer(float[] w, float[] b, boolean relu) {
    static Layer of(Dense dense) {
      return new Layer(
          dense.weight().value().toArray(), dense.bias().value().toArray(), dense.activation() == Activation.RELU);
    }
  }

  /** The outputs of layers, by turns in one array and in the other; the last are the logits. */
  private static final class Workspace {
    private final Product product = new Product();
    private float[] logits;
    private float[] other;

    Workspace(int size) {
      logits = new float[size];
      other = new float[size];
    }
  }

  private Classifier(SavedModel model) {
    Network network = model.network();
    info = model.info();
    inputs = network.inputs();
    classes = network.outputs();
    widest = network.layers().stream().mapToInt(Dense::outputs).max().orElseThrow();
    layers = network.layers().stream().map(Layer::of).toList();
  }

  /**
   * {@return a classifier, with parameters of its own, from a file that {@link Checkpoint#save} wrote}
   *
   * @param file not modified
   * @throws ModelException if the file is not one
   * @throws IOException if the file cannot be read
   */
  public static Classifier load(Path file) throws IOException {
    return new Classifier(Checkpoint.read(file, Layout.AUTO));
  }

  /**
   * {@return a classifier, with parameters of its own, from a stream such as a resource in a jar}
   *
   * @param stream the bytes of a file that {@link Checkpoint#save} wrote; read to its end, and not closed
   * @throws IllegalArgumentException if the stream is null, which is how a missing resource is reported
   * @throws ModelException if the bytes are not a network
   * @throws IOException if the stream cannot be read
   */
  public static Classifier load(InputStream stream) throws IOException {
    if (stream == null) {
      throw new IllegalArgumentException("the stream is null: is the resource in its place?");
    }
    return load(stream.readAllBytes());
  }

  /**
   * {@return a classifier, with parameters of its own, from bytes}
   *
   * @param bytes the content of a file that {@link Checkpoint#save} wrote, not modified
   * @throws ModelException if the bytes are not a network
   */
  public static Classifier load(byte[] bytes) {
    return new Classifier(Checkpoint.read(bytes));
  }

  /**
   * {@return a classifier with a copy of the parameters that a network has now}
   *
   * @param network not modified
   */
  public static Classifier of(Network network) {
    return new Classifier(new SavedModel(network, ModelInfo.NONE, List.of()));
  }

  /** {@return what the file says about the model; nothing if it came from no file} */
  public ModelInfo info() {
    return info;
  }

  /**
   * {@return the features that raw bytes are, divided as the model was trained with}
   *
   * @param raw unsigned bytes such as pixels, [inputs], not modified
   */
  public float[] features(byte[] raw) {
    float[] features = new float[raw.length];
    for (int i = 0; i < raw.length; i++) {
      features[i] = Byte.toUnsignedInt(raw[i]) / info.divisor();
    }
    return features;
  }

  /** {@return how many features a sample has} */
  public int inputs() {
    return inputs;
  }

  /** {@return how many classes there are} */
  public int classes() {
    return classes;
  }

  /**
   * {@return the class with the largest logit, the first of equals: 0 to classes - 1}
   *
   * @param features [inputs], not modified
   * @throws IllegalArgumentException if there are not as many, or they lead to a logit that is NaN
   */
  public int classify(float[] features) {
    requireFeatures(features);
    Workspace workspace = borrow(1);
    forward(workspace, features, 0, 1);
    int best = best(workspace.logits, 0, features);
    giveBack(workspace);
    return best;
  }

  /**
   * {@return the class with the largest logit of each sample, the first of equals, [samples]} Faster than one at a
   * time.
   *
   * @param batch [samples][inputs], not modified
   * @throws IllegalArgumentException if a sample has another size, or leads to a logit that is NaN
   */
  public int[] classify(float[][] batch) {
    int[] answers = new int[batch.length];
    float[] x = new float[Math.min(BATCH, batch.length) * inputs];
    float[] logits = new float[Math.min(BATCH, batch.length) * classes];
    for (int start = 0; start < batch.length; start += BATCH) {
      int rows = Math.min(BATCH, batch.length - start);
      for (int i = 0; i < rows; i++) {
        requireFeatures(batch[start + i]);
        System.arraycopy(batch[start + i], 0, x, i * inputs, inputs);
      }
      logits(x, rows, logits);
      for (int i = 0; i < rows; i++) {
        answers[start + i] = best(logits, i * classes, batch[start + i]);
      }
    }
    return answers;
  }

  /**
   * {@return the k classes with the largest logits, largest first; of equal ones, the first class first} The first is
   * that of {@link #classify(float[])}.
   *
   * @param k how many, 1 to classes
   * @param features [inputs], not modified
   * @throws IllegalArgumentException if k or the features are out of range, or a logit is NaN
   */
  public int[] top(int k, float[] features) {
    if (k < 1 || k > classes) {
      throw new IllegalArgumentException("top " + k + " of " + classes + " classes");
    }
    float[] z = new float[classes];
    logits(features, z);
    best(z, 0, features); // refuses NaN
    return IntStream.range(0, classes).boxed()
        .sorted((i, j) -> Float.compare(z[j] + 0f, z[i] + 0f)) // 0 and -0 are equal
        .mapToInt(Integer::intValue).limit(k).toArray();
  }

  /**
   * The logits.
   *
   * @param features [inputs], not modified
   * @param logits [classes], written
   * @throws IllegalArgumentException if an array has another length
   */
  public void logits(float[] features, float[] logits) {
    requireFeatures(features);
    if (logits.length != classes) {
      throw new IllegalArgumentException(logits.length + " places for the answers of " + classes + " classes");
    }
    logits(features, 1, logits);
  }

  /**
   * The logits of samples that follow each other; faster than one at a time.
   *
   * @param batch [rows, inputs], may be longer, not modified
   * @param rows how many samples, at least 0
   * @param logits [rows, classes], written; may be longer
   * @throws IllegalArgumentException if an array is shorter
   */
  public void logits(float[] batch, int rows, float[] logits) {
    if (rows < 0 || batch.length < (long) rows * inputs || logits.length < (long) rows * classes) {
      throw new IllegalArgumentException(
          rows + " rows of " + inputs + " features and " + classes + " classes do not fit arrays of " + batch.length
              + " and " + logits.length);
    }
    Workspace workspace = borrow(rows);
    for (int start = 0; start < rows; start += BATCH) {
      int count = Math.min(BATCH, rows - start);
      forward(workspace, batch, start * inputs, count);
      System.arraycopy(workspace.logits, 0, logits, start * classes, count * classes);
    }
    giveBack(workspace);
  }

  /**
   * {@return the probabilities, softmax(logits), [classes], which add up to 1 up to rounding}
   *
   * @param features [inputs], not modified
   * @throws IllegalArgumentException if there are not as many features, or a logit is not finite
   */
  public float[] probabilities(float[] features) {
    float[] probabilities = new float[classes];
    probabilities(features, 1, probabilities);
    return probabilities;
  }

  /**
   * Probabilities at a temperature, softmax(logits / T).
   *
   * @param features [inputs], not modified
   * @param temperature T, from 1e-30 to 1e6; 1 as trained, more is softer
   * @param probabilities [classes], written
   * @throws IllegalArgumentException if an array has another length, T is out of range, or a logit is not finite
   */
  public void probabilities(float[] features, double temperature, float[] probabilities) {
    float scale = Temperature.scale(temperature);
    logits(features, probabilities);
    for (int j = 0; j < classes; j++) {
      if (!Float.isFinite(probabilities[j])) {
        throw noAnswer(j, probabilities[j], features);
      }
    }
    kernels.softmax(probabilities, 0, probabilities, 0, scale, 1, classes);
  }

  /** A workspace for as many rows, or for a batch of them. */
  private Workspace borrow(int rows) {
    int size = Math.min(rows, BATCH) * widest;
    Workspace workspace = null;
    for (int i = 0; i < idle.length() && workspace == null; i++) {
      workspace = idle.getAndSet(i, null);
    }
    return workspace == null || workspace.logits.length < size ? new Workspace(size) : workspace;
  }

  private void giveBack(Workspace workspace) {
    for (int i = 0; i < idle.length() && !idle.compareAndSet(i, null, workspace); i++) {}
  }

  /** Computes the logits of rows that follow each other from {@code features[at]} on. */
  private void forward(Workspace workspace, float[] features, int at, int rows) {
    float[] x = features;
    int offset = at;
    int k = inputs;
    for (int i = 0; i < layers.size(); i++) { // no iterator: nothing is allocated
      Layer layer = layers.get(i);
      int n = layer.b.length;
      float[] y = workspace.other;
      workspace.product
          .into(y, 0, n)
          .left(x, offset, k, 1)
          .right(layer.w, 0, n, 1)
          .startingAt(layer.b, 0, 0)
          .rectified(layer.relu)
          .sized(rows, n, k);
      kernels.gemm(workspace.product, 0, rows, 0, n);
      workspace.other = workspace.logits;
      workspace.logits = y;
      x = y;
      offset = 0;
      k = n;
    }
  }

  private int best(float[] logits, int from, float[] features) {
    int best = 0;
    for (int j = 0; j < classes; j++) {
      if (Float.isNaN(logits[from + j])) {
        throw noAnswer(j, logits[from + j], features);
      }
      best = logits[from + j] > logits[from + best] ? j : best;
    }
    return best;
  }

  private void requireFeatures(float[] features) {
    if (features.length != inputs) {
      throw new IllegalArgumentException(features.length + " features, where the network takes " + inputs);
    }
  }

  private static IllegalArgumentException noAnswer(int j, float logit, float[] features) {
    for (int i = 0; i < features.length; i++) {
      if (!Float.isFinite(features[i])) {
        return new IllegalArgumentException("feature " + i + " is " + features[i] + "; features must be finite");
      }
    }
    return new IllegalArgumentException("the logit of class " + j + " is " + logit + ": the features are too large");
  }
}
