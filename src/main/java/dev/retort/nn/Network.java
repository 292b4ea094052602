package dev.retort.nn;

import dev.retort.kernel.CounterRandom;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Layers in a row, from features to logits, and the buffers that a pass through them needs.
 *
 * {@snippet :
 * Network student = Network.of(1, 0, 0, 784, 30, 10);
 * Tensor logits = student.forward(images);
 * }
 *
 * <p>Rectifiers and dropouts work in place on the output of the dense layer before them, so a network
 * keeps one activation and one gradient buffer a dense layer. Buffers grow to the largest batch seen;
 * a pass with as many rows as the one before allocates nothing. Not for use by two threads at once.
 */
public final class Network {
  private final List<Layer> layers;
  private final List<Parameter> parameters = new ArrayList<>();
  private final int[] sizes;
  private final int firstDense;

  /** What leaves layer i, and the gradient of what enters it; whole, and cut to the batch's rows. */
  private final Tensor[] activationStore;

  private final Tensor[] gradientStore;
  private final Tensor[] activations;
  private final Tensor[] gradients;
  private int capacity;
  private int rows = -1;

  private Tensor input;
  private boolean training;
  private int epoch;
  private int firstRow;

  /**
   * A network of the given layers.
   *
   * @param layers first to last, kept and shared
   * @throws IllegalArgumentException if there is no dense layer, or a layer does not fit the one
   *     before it
   */
  public Network(List<Layer> layers) {
    this.layers = List.copyOf(layers);
    List<Dense> dense = new ArrayList<>();
    for (Layer layer : this.layers) {
      if (layer instanceof Dense next) {
        next.outputs(dense.isEmpty() ? next.inputs() : dense.getLast().outputs());
        dense.add(next);
        parameters.add(next.weight());
        parameters.add(next.bias());
      }
    }
    if (dense.isEmpty()) {
      throw new IllegalArgumentException("a network needs a dense layer");
    }
    firstDense = this.layers.indexOf(dense.getFirst());
    sizes = new int[dense.size() + 1];
    sizes[0] = dense.getFirst().inputs();
    for (int i = 0; i < dense.size(); i++) {
      sizes[i + 1] = dense.get(i).outputs();
    }
    activationStore = new Tensor[layers.size()];
    gradientStore = new Tensor[layers.size()];
    activations = new Tensor[layers.size()];
    gradients = new Tensor[layers.size()];
  }

  /**
   * Dense layers of the given sizes with rectifiers between them, weights after He, and dropout where
   * a rate is not 0.
   *
   * @param seed what weights and dropouts are drawn from
   * @param inputDropout rate at the features
   * @param hiddenDropout rate behind each rectifier
   * @param sizes features, hidden units of each layer, classes; at least two
   * @return a network with parameters of its own
   * @throws IllegalArgumentException if there are fewer than two sizes, one is below 1, or a rate is
   *     outside [0, 1)
   */
  public static Network of(long seed, double inputDropout, double hiddenDropout, int... sizes) {
    if (sizes.length < 2 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          "sizes must be at least two, each at least 1, not " + Arrays.toString(sizes));
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i + 1 < sizes.length; i++) {
      double rate = i == 0 ? inputDropout : hiddenDropout;
      long layerSeed = CounterRandom.key(seed, i);
      if (i > 0) {
        layers.add(new Relu());
      }
      if (rate != 0) {
        layers.add(new Dropout(rate, layerSeed));
      }
      layers.add(Dense.random(sizes[i], sizes[i + 1], Initialisation.HE, layerSeed));
    }
    return new Network(layers);
  }

  /** {@return the layers, first to last} */
  public List<Layer> layers() {
    return layers;
  }

  /** {@return features, hidden units of each dense layer, classes: a copy} */
  public int[] sizes() {
    return sizes.clone();
  }

  /** {@return the size of a row of features} */
  public int inputs() {
    return sizes[0];
  }

  /** {@return the size of a row of logits: the number of classes} */
  public int outputs() {
    return sizes[sizes.length - 1];
  }

  /** {@return weights and biases, first layer first} */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /** {@return how many numbers are learned} */
  public int parameterCount() {
    return parameters.stream().mapToInt(parameter -> parameter.value().size()).sum();
  }

  /**
   * Logits as judged, without dropout.
   *
   * @param x [rows, inputs], not modified
   * @return [rows, outputs], this network's buffer: good until the next pass
   * @throws IllegalArgumentException if rows of x have another size
   */
  public Tensor forward(Tensor x) {
    training = false;
    return pass(x);
  }

  /**
   * Logits while training, dropout on; {@link #backward} may follow.
   *
   * @param x [rows, inputs], not modified; must stay as it is until {@link #backward} is done
   * @param batchEpoch epoch that dropout is drawn for
   * @param batchFirstRow position in that epoch of the first row
   * @return [rows, outputs], this network's buffer: good until the next pass
   * @throws IllegalArgumentException if rows of x have another size
   */
  public Tensor forward(Tensor x, int batchEpoch, int batchFirstRow) {
    training = true;
    epoch = batchEpoch;
    firstRow = batchFirstRow;
    return pass(x);
  }

  private Tensor pass(Tensor x) {
    if (x.rowSize() != inputs()) {
      throw new IllegalArgumentException(
          "the network takes rows of " + inputs() + " features, not of " + x.rowSize());
    }
    fit(x.rows());
    Tensor y = firstDense == 0 ? x : copy(x, activations[0]);
    input = y;
    for (int i = 0; i < activations.length; i++) {
      switch (layers.get(i)) {
        case Dense dense -> {
          dense.forward(y, activations[i], fuses(i));
          y = activations[i];
        }
        case Relu relu -> {
          if (i == 0 || !fuses(i - 1)) {
            relu.forward(y);
          }
        }
        case Dropout dropout -> {
          if (training) {
            dropout.forward(y, epoch, firstRow);
          }
        }
      }
    }
    return y;
  }

  /** Whether layer i is dense and its product can apply the rectifier behind it. */
  private boolean fuses(int i) {
    return i + 1 < activations.length
        && layers.get(i) instanceof Dense
        && layers.get(i + 1) instanceof Relu;
  }

  /**
   * Every parameter's gradient, for the batch that went forward last, in training.
   *
   * @param dLogits gradient of the logits, [rows, outputs]; modified if the last layer is in place
   * @param add whether to add to the gradients gathered so far, for a batch fed in pieces
   * @throws IllegalArgumentException if rows of dLogits have another size
   * @throws IllegalStateException if the last pass was not one of training with as many rows
   */
  public void backward(Tensor dLogits, boolean add) {
    if (!training || dLogits.rows() != rows) {
      throw new IllegalStateException(
          "backward of " + dLogits.rows() + " rows without such a forward in training");
    }
    if (dLogits.rowSize() != outputs()) {
      throw new IllegalArgumentException(
          "the network gives rows of " + outputs() + " logits, not of " + dLogits.rowSize());
    }
    Tensor dy = dLogits;
    for (int i = activations.length - 1; i >= firstDense; i--) {
      switch (layers.get(i)) {
        case Dense dense -> {
          Tensor x = i == firstDense ? input : activations[i - 1];
          dense.backward(x, dy, gradients[i], add);
          dy = gradients[i];
        }
        case Relu relu -> relu.backward(activations[i], dy);
        case Dropout dropout -> dropout.backward(dy, epoch, firstRow);
      }
    }
  }

  private static Tensor copy(Tensor from, Tensor to) {
    System.arraycopy(from.data(), from.offset(), to.data(), to.offset(), from.size());
    return to;
  }

  /** Cuts the buffers to the batch, after growing them if it is the largest so far. */
  private void fit(int batchRows) {
    if (batchRows == rows) {
      return;
    }
    boolean grow = batchRows > capacity;
    capacity = Math.max(capacity, batchRows);
    rows = batchRows;
    for (int i = 0; i < activations.length; i++) {
      if (layers.get(i) instanceof Dense dense) {
        if (grow) {
          activationStore[i] = Tensor.zeros(capacity, dense.outputs());
          gradientStore[i] = i == firstDense ? null : Tensor.zeros(capacity, dense.inputs());
        }
        gradients[i] = i == firstDense ? null : gradientStore[i].rows(0, rows);
      } else if (grow) {
        activationStore[i] = i == 0 ? Tensor.zeros(capacity, inputs()) : activationStore[i - 1];
      }
      activations[i] = activationStore[i].rows(0, rows);
    }
  }
}
