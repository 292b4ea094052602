package dev.retort.nn;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.kernel.CounterRandom;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;

/**
 * Dense layers in a row, from features to logits, with dropout before each of them while training.
 *
 * {@snippet :
 * Network student = Network.mlp(784, 30, 10).seed(1).build();
 * Tensor logits = student.forward(images);
 * }
 *
 * <p>A network keeps one output and one gradient buffer a layer, which grow to the largest batch seen; a pass with as
 * many rows as the one before allocates nothing. One thread at a time; a {@code Classifier} serves many.
 */
public final class Network {
  private static final int BATCH = 256;

  private final List<Dense> layers;

  /** What is dropped of the input of each layer. */
  private final List<Dropout> dropouts;

  private final List<Parameter> parameters;
  private final AtomicBoolean busy = new AtomicBoolean();

  /** The output of each layer and the gradient of its input: for the largest batch, and for the rows of this one. */
  private final Tensor[] outputStore;

  private final Tensor[] gradientStore;
  private final Tensor[] outputs;
  private final Tensor[] gradients;
  private Tensor inputStore = Tensor.zeros(0, 1);
  private int capacity;
  private int rows = -1;

  /** The pass that a backward may follow. */
  private Tensor input = inputStore;

  private int epoch;
  private int firstRow;
  private long trainingThread;

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
    parameters =
        layers.stream().flatMap(layer -> Stream.of(layer.weight(), layer.bias())).toList();
    outputStore = new Tensor[layers.size()];
    gradientStore = new Tensor[layers.size()];
    outputs = new Tensor[layers.size()];
    gradients = new Tensor[layers.size()];
  }

  /**
   * A network of the given layers, without dropout.
   *
   * @param layers first to last, kept and shared
   * @return a network on their parameters
   * @throws IllegalArgumentException if there is no layer, or a layer does not take what the one before it gives
   */
  public static Network of(List<Dense> layers) {
    return new Network(layers, layers.stream().map(layer -> Dropout.NONE).toList());
  }

  /**
   * A multi-layer perceptron: dense layers with rectifiers between them.
   *
   * @param sizes features, hidden units of each layer, classes; at least two, each at least 1
   * @return its description, to be completed and built
   * @throws IllegalArgumentException if there are fewer sizes, or one is below 1
   */
  public static Builder mlp(int... sizes) {
    if (sizes.length < 2 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          "sizes must be at least two, each at least 1, not " + Arrays.toString(sizes));
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

    private Builder(
        int[] sizes, double inputDropout, double dropout, Initialisation initialisation,
        long seed) {
      this.sizes = sizes;
      this.inputDropout = Dropout.requireRate(inputDropout);
      this.dropout = Dropout.requireRate(dropout);
      this.initialisation = initialisation;
      this.seed = seed;
    }

    /**
     * Drops features while training; 0 unless set.
     *
     * @param rate probability of a drop, at least 0 and below 1
     * @return the same with this rate
     * @throws IllegalArgumentException if the rate is out of range
     */
    public Builder inputDropout(double rate) {
      return new Builder(sizes, rate, dropout, initialisation, seed);
    }

    /**
     * Drops outputs of each hidden layer while training; 0 unless set.
     *
     * @param rate probability of a drop, at least 0 and below 1
     * @return the same with this rate
     * @throws IllegalArgumentException if the rate is out of range
     */
    public Builder dropout(double rate) {
      return new Builder(sizes, inputDropout, rate, initialisation, seed);
    }

    /**
     * Distribution of the weights; {@link Initialisation#HE} unless set.
     *
     * @param distribution of each layer's weights
     * @return the same with this distribution
     */
    public Builder initialisation(Initialisation distribution) {
      return new Builder(sizes, inputDropout, dropout, distribution, seed);
    }

    /**
     * Seed of weights and dropouts; 1 unless set.
     *
     * @param number any
     * @return the same with this seed
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
    return IntStream.concat(
            IntStream.of(inputs()), layers.stream().mapToInt(Dense::outputs))
        .toArray();
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
   * Logits without dropout.
   *
   * @param x [rows, inputs], not modified
   * @return [rows, outputs], this network's buffer: valid until the next pass
   * @throws IllegalArgumentException if rows of x have another size
   */
  public Tensor forward(Tensor x) {
    enter();
    try {
      return evaluate(x);
    } finally {
      busy.set(false);
    }
  }

  /**
   * The logits of every sample of a data set without dropout, computed batch by batch.
   *
   * @param dataset not modified
   * @return [samples, outputs], in the data set's order, a tensor of its own
   * @throws IllegalArgumentException if its samples have another number of features
   */
  public Tensor logits(Dataset dataset) {
    requireFeatures(dataset.rowSize());
    Tensor all = Tensor.zeros(dataset.rows(), outputs());
    enter();
    try {
      for (int from = 0; from < all.rows(); from += BATCH) {
        Tensor logits =
            evaluate(dataset.features(from, Math.min(all.rows(), from + BATCH)));
        System.arraycopy(
            logits.data(), logits.offset(), all.data(), from * outputs(), logits.size());
      }
    } finally {
      busy.set(false);
    }
    return all;
  }

  private Tensor evaluate(Tensor x) {
    trainingThread = 0;
    prepare(x);
    Tensor y = x;
    for (int i = 0; i < outputs.length; i++) {
      layers.get(i).forward(y, outputs[i]);
      y = outputs[i];
    }
    return y;
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
    enter();
    try {
      prepare(x);
      epoch = batchEpoch;
      firstRow = batchFirstRow;
      trainingThread = Thread.currentThread().threadId();
      input = dropouts.getFirst().drops() ? copyOfInput(x) : x;
      Tensor y = input;
      for (int i = 0; i < outputs.length; i++) {
        dropouts.get(i).forward(y, epoch, firstRow);
        layers.get(i).forward(y, outputs[i]);
        y = outputs[i];
      }
      return y;
    } finally {
      busy.set(false);
    }
  }

  /**
   * Every parameter's gradient, for the batch that went forward last, in training; it replaces the one held so far.
   *
   * @param dLogits gradient of the logits, [rows, outputs], not modified but by a rectifier at the end; may be the
   *     logits' own buffer
   * @throws IllegalStateException if this thread's last pass was not as many rows forward, in training
   * @throws IllegalArgumentException if rows of dLogits have another size
   */
  public void backward(Tensor dLogits) {
    backward(dLogits, Dense::backward);
  }

  /**
   * {@link #backward}, but added to the gradients held so far: a batch fed forward and back in ordered pieces, each but
   * the first added, gives the bits of the whole.
   *
   * @param dLogits gradient of the logits, [rows, outputs], not modified but by a rectifier at the end; may be the
   *     logits' own buffer
   * @throws IllegalStateException if this thread's last pass was not as many rows forward, in training
   * @throws IllegalArgumentException if rows of dLogits have another size
   */
  public void addBackward(Tensor dLogits) {
    backward(dLogits, Dense::addBackward);
  }

  /** A layer's gradients, replaced or added. */
  private interface LayerGradients {
    void compute(Dense layer, Tensor x, Tensor a, Tensor da);
  }

  private void backward(Tensor dLogits, LayerGradients layerGradients) {
    enter();
    try {
      requirePass(dLogits);
      Tensor da = dLogits;
      for (int i = outputs.length - 1; i >= 0; i--) {
        Tensor x = i == 0 ? input : outputs[i - 1];
        layerGradients.compute(layers.get(i), x, outputs[i], da);
        if (i > 0) {
          layers.get(i).inputGradient(da, gradients[i]);
          dropouts.get(i).backward(gradients[i], epoch, firstRow);
          da = gradients[i];
        }
      }
    } finally {
      busy.set(false);
    }
  }

  private void enter() {
    if (!busy.compareAndSet(false, true)) {
      throw new ConcurrentModificationException(
          "two threads use one network at once; give each a network of its own, or share a"
              + " Classifier");
    }
  }

  private void requireFeatures(int given) {
    if (given != inputs()) {
      throw new IllegalArgumentException(
          "the network takes rows of " + inputs() + " features, not of " + given);
    }
  }

  private void requirePass(Tensor dLogits) {
    if (trainingThread != Thread.currentThread().threadId() || dLogits.rows() != rows) {
      throw new IllegalStateException(
          "backward of " + dLogits.rows() + " rows without such a forward in training");
    }
    if (dLogits.rowSize() != outputs()) {
      throw new IllegalArgumentException(
          "the network gives rows of " + outputs() + " logits, not of " + dLogits.rowSize());
    }
  }

  private Tensor copyOfInput(Tensor x) {
    if (inputStore.rows() < capacity) {
      inputStore = Tensor.zeros(capacity, inputs());
    }
    System.arraycopy(x.data(), x.offset(), inputStore.data(), 0, x.size());
    return inputStore.rows() == rows ? inputStore : inputStore.rows(0, rows);
  }

  /** Cuts the buffers to the rows of x, after growing them if it is the largest batch so far. */
  private void prepare(Tensor x) {
    requireFeatures(x.rowSize());
    if (x.rows() == rows) {
      return;
    }
    boolean grow = x.rows() > capacity;
    capacity = Math.max(capacity, x.rows());
    rows = x.rows();
    for (int i = 0; i < outputs.length; i++) {
      if (grow) {
        outputStore[i] = Tensor.zeros(capacity, layers.get(i).outputs());
        gradientStore[i] = Tensor.zeros(i == 0 ? 0 : capacity, layers.get(i).inputs());
      }
      outputs[i] = outputStore[i].rows(0, rows);
      gradients[i] = i == 0 ? gradientStore[i] : gradientStore[i].rows(0, rows);
    }
  }
}
