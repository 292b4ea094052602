package dev.retort.nn;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.kernel.CounterRandom;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;

/**
 * Dense layers one after the other, from features to logits, with dropout before each of them while training.
 *
 * {@snippet :
 * Network student = Network.mlp(784, 30, 10).seed(1).build();
 * Tensor logits = student.forward(images);
 * }
 *
 * <p>A network keeps one output and one gradient buffer a layer, which grow to the largest batch seen; a pass with as
 * many rows as the one before allocates nothing. One thread at a time: a pass while another thread has one is a {@link
 * ConcurrentModificationException}. A {@code Classifier} serves many.
 */
public final class Network {
  private static final int BATCH = 256;

  private final List<Dense> layers;

  /** The dropout of the input of each layer. */
  private final List<Dropout> dropouts;

  private final List<Parameter> parameters;
  private final AtomicBoolean busy = new AtomicBoolean();

  /** The output of each layer, the gradient of its input, and a copy of the features, if dropout changes them. */
  private final List<Buffer> outputs;

  private final List<Buffer> gradients;
  private final Buffer features;

  /** The pass that a backward may follow. */
  private Tensor input = Tensor.zeros(0, 1);

  private int epoch;
  private int firstRow;
  private long trainingThread;

  /** Storage for the largest batch so far, of which a batch gets as many rows as it has. */
  private static final class Buffer {
    private final int size;
    private Tensor store;
    private Tensor rows;

    Buffer(int size) {
      this.size = size;
      store = Tensor.zeros(0, size);
      rows = store;
    }

    Tensor of(int count) {
      if (rows.rows() != count) {
        store = count > store.rows() ? Tensor.zeros(count, size) : store;
        rows = store.rows(0, count);
      }
      return rows;
    }
  }

  private Network(List<Dense> layers, List<Dropout> dropouts) {
    this.layers = List.copyOf(layers);
    this.dropouts = List.copyOf(dropouts);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("a network needs a dense layer");
    }
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i).inputs() != layers.get(i - 1).outputs()) {
        throw new IllegalArgumentException(
            "layer " + i + " takes rows of " + layers.get(i).inputs() + ", but layer " + (i - 1)
                + " gives rows of " + layers.get(i - 1).outputs());
      }
    }
    parameters = layers.stream().flatMap(layer -> Stream.of(layer.weight(), layer.bias())).toList();
    outputs = layers.stream().map(layer -> new Buffer(layer.outputs())).toList();
    gradients = layers.stream().map(layer -> new Buffer(layer.inputs())).toList();
    features = new Buffer(inputs());
  }

  /**
   * {@return a network of the given layers, on their parameters, without dropout}
   *
   * @param layers first to last, kept and shared
   * @throws IllegalArgumentException if there is no layer, or a layer does not take what the one before it gives
   */
  public static Network of(List<Dense> layers) {
    return new Network(layers, layers.stream().map(layer -> Dropout.NONE).toList());
  }

  /**
   * {@return a multi-layer perceptron that is to be completed and built: dense layers with rectifiers between them}
   *
   * @param sizes features, hidden units of each layer, classes; at least two, each at least 1
   * @throws IllegalArgumentException if there are fewer sizes, or one is below 1
   */
  public static Builder mlp(int... sizes) {
    if (sizes.length < 2 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException("sizes must be at least two, each at least 1, not " + Arrays.toString(sizes));
    }
    return new Builder(sizes.clone(), 0, 0, Initialisation.HE, 1);
  }

  /** A network that is to be built: sizes, dropout, initialisation and seed. Immutable. */
  public static final class Builder {
    private final int[] sizes;
    private final double inputDropout;
    private final double dropout;
    private final Initialisation initialisation;
    private final long seed;

    private Builder(int[] sizes, double inputDropout, double dropout, Initialisation initialisation, long seed) {
      this.sizes = sizes;
      this.inputDropout = Dropout.requireRate(inputDropout);
      this.dropout = Dropout.requireRate(dropout);
      this.initialisation = initialisation;
      this.seed = seed;
    }

    /**
     * {@return the same with features dropped while training; none are unless set}
     *
     * @param rate probability of a drop, at least 0 and below 1
     * @throws IllegalArgumentException if the rate is out of range
     */
    public Builder inputDropout(double rate) {
      return new Builder(sizes, rate, dropout, initialisation, seed);
    }

    /**
     * {@return the same with outputs of each hidden layer dropped while training; none are unless set}
     *
     * @param rate probability of a drop, at least 0 and below 1
     * @throws IllegalArgumentException if the rate is out of range
     */
    public Builder dropout(double rate) {
      return new Builder(sizes, inputDropout, rate, initialisation, seed);
    }

    /**
     * {@return the same with another distribution of the weights; {@link Initialisation#HE} unless set}
     *
     * @param distribution of each layer's weights
     */
    public Builder initialisation(Initialisation distribution) {
      return new Builder(sizes, inputDropout, dropout, distribution, seed);
    }

    /**
     * {@return the same with another seed of weights and dropouts; 1 unless set}
     *
     * @param number any
     */
    public Builder seed(long number) {
      return new Builder(sizes, inputDropout, dropout, initialisation, number);
    }

    /** {@return a network with parameters of its own} */
    public Network build() {
      List<Dense> layers = new ArrayList<>();
      List<Dropout> dropouts = new ArrayList<>();
      for (int i = 0; i + 1 < sizes.length; i++) {
        Activation activation = i + 2 < sizes.length ? Activation.RELU : Activation.IDENTITY;
        long layerSeed = CounterRandom.key(seed, i);
        dropouts.add(new Dropout(i == 0 ? inputDropout : dropout, layerSeed));
        layers.add(Dense.random(sizes[i], sizes[i + 1], activation, initialisation, layerSeed));
      }
      return new Network(layers, dropouts);
    }
  }

  /** {@return the layers, first to last} */
  public List<Dense> layers() {
    return layers;
  }

  /** {@return features, outputs of each layer: a copy} */
  public int[] sizes() {
    return IntStream.concat(IntStream.of(inputs()), layers.stream().mapToInt(Dense::outputs)).toArray();
  }

  /** {@return the size of a row of features} */
  public int inputs() {
    return layers.getFirst().inputs();
  }

  /** {@return the size of a row of logits: the number of classes} */
  public int outputs() {
    return layers.getLast().outputs();
  }

  /** {@return weights and biases, first layer first} */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** {@return sizes, activations and dropout of each layer in words} */
  @Override
  public String toString() {
    StringJoiner words = new StringJoiner(", ");
    for (int i = 0; i < layers.size(); i++) {
      Dense dense = layers.get(i);
      words.add(
          (dropouts.get(i).drops() ? dropouts.get(i) + " " : "")
              + dense.inputs() + "-" + dense.outputs() + " " + dense.activation());
    }
    return words.toString().toLowerCase(Locale.ROOT);
  }

  /** {@return how many numbers are learned} */
  public int parameterCount() {
    return parameters.stream().mapToInt(parameter -> parameter.value().size()).sum();
  }

  /**
   * {@return the logits without dropout, [rows, outputs], in this network's buffer: valid until the next pass}
   *
   * @param x [rows, inputs], not modified
   * @throws IllegalArgumentException if rows of x have another size
   */
  public Tensor forward(Tensor x) {
    return pass(x, false, 0, 0);
  }

  /**
   * {@return the logits of every sample of a data set without dropout, [samples, outputs], computed batch by batch}
   *
   * @param dataset not modified
   * @throws IllegalArgumentException if its samples have another number of features
   */
  public Tensor logits(Dataset dataset) {
    requireFeatures(dataset.rowSize());
    Tensor all = Tensor.zeros(dataset.rows(), outputs());
    enter();
    try {
      for (int from = 0; from < all.rows(); from += BATCH) {
        Tensor x = dataset.features(from, Math.min(all.rows(), from + BATCH));
        Tensor logits = walk(x, false, 0, 0);
        System.arraycopy(logits.data(), logits.offset(), all.data(), from * outputs(), logits.size());
      }
    } finally {
      busy.set(false);
    }
    return all;
  }

  /**
   * Logits while training, with dropout; {@link #backward} may follow.
   *
   * @param x [rows, inputs], not modified; must stay as it is until {@link #backward} is done
   * @param batchEpoch epoch that dropout is drawn for
   * @param batchFirstRow position in that epoch of the first row
   * @return [rows, outputs], this network's buffer: valid until the next pass
   * @throws IllegalArgumentException if rows of x have another size
   */
  public Tensor forward(Tensor x, int batchEpoch, int batchFirstRow) {
    return pass(x, true, batchEpoch, batchFirstRow);
  }

  private Tensor pass(Tensor x, boolean training, int batchEpoch, int batchFirstRow) {
    enter();
    try {
      return walk(x, training, batchEpoch, batchFirstRow);
    } finally {
      busy.set(false);
    }
  }

  private Tensor walk(Tensor x, boolean training, int batchEpoch, int batchFirstRow) {
    requireFeatures(x.rowSize());
    trainingThread = training ? Thread.currentThread().threadId() : 0;
    epoch = batchEpoch;
    firstRow = batchFirstRow;
    input = x;
    if (training && dropouts.getFirst().drops()) {
      input = features.of(x.rows());
      System.arraycopy(x.data(), x.offset(), input.data(), 0, x.size());
    }
    Tensor y = input;
    for (int i = 0; i < layers.size(); i++) {
      if (training) {
        dropouts.get(i).forward(y, epoch, firstRow);
      }
      Tensor a = outputs.get(i).of(x.rows());
      layers.get(i).forward(y, a);
      y = a;
    }
    return y;
  }

  /**
   * Every parameter's gradient, for the batch that went forward last, in training; it replaces the one held so far.
   *
   * @param dLogits gradient of the logits, [rows, outputs], modified only if the last layer has a
   *     rectifier; may be the logits' own buffer
   * @throws IllegalStateException if this thread's last pass was not as many rows forward, in training
   * @throws IllegalArgumentException if rows of dLogits have another size
   */
  public void backward(Tensor dLogits) {
    backward(dLogits, false);
  }

  /**
   * {@link #backward}, but added to the gradients held so far: a batch fed forward and back in ordered pieces, each but
   * the first added, gives the bits of the whole.
   *
   * @param dLogits gradient of the logits, [rows, outputs], modified only if the last layer has a
   *     rectifier; may be the logits' own buffer
   * @throws IllegalStateException if this thread's last pass was not as many rows forward, in training
   * @throws IllegalArgumentException if rows of dLogits have another size
   */
  public void addBackward(Tensor dLogits) {
    backward(dLogits, true);
  }

  private void backward(Tensor dLogits, boolean add) {
    enter();
    try {
      requirePass(dLogits);
      Tensor da = dLogits;
      for (int i = layers.size() - 1; i >= 0; i--) {
        Dense layer = layers.get(i);
        Tensor x = i == 0 ? input : outputs.get(i - 1).rows;
        Tensor a = outputs.get(i).rows;
        if (add) {
          layer.addBackward(x, a, da);
        } else {
          layer.backward(x, a, da);
        }
        if (i > 0) {
          Tensor dx = gradients.get(i).of(x.rows());
          layer.inputGradient(da, dx);
          dropouts.get(i).backward(dx, epoch, firstRow);
          da = dx;
        }
      }
    } finally {
      busy.set(false);
    }
  }

  private void enter() {
    if (!busy.compareAndSet(false, true)) {
      throw new ConcurrentModificationException(
          "two threads use one network at once; give each a network of its own, or share a Classifier");
    }
  }

  private void requireFeatures(int given) {
    if (given != inputs()) {
      throw new IllegalArgumentException("the network takes rows of " + inputs() + " features, not of " + given);
    }
  }

  private void requirePass(Tensor dLogits) {
    if (trainingThread != Thread.currentThread().threadId() || dLogits.rows() != input.rows()) {
      throw new IllegalStateException("backward of " + dLogits.rows() + " rows without such a forward in training");
    }
    if (dLogits.rowSize() != outputs()) {
      throw new IllegalArgumentException(
          "the network gives rows of " + outputs() + " logits, not of " + dLogits.rowSize());
    }
  }
}
