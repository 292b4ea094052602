package dev.retort.nn;

import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.CounterRandom;
import dev.retort.kernel.Product;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;

/**
 * A dense layer, {@code Y = X W + b}, with W of shape [inputs, outputs] and b of shape [outputs].
 *
 * <p>Not for use by two threads at once.
 */
public final class Dense implements Layer {
  private final int inputs;
  private final int outputs;
  private final Parameter weight;
  private final Parameter bias;
  private final Kernels kernels = Backend.kernels();
  private final Product product = new Product(kernels);

  /**
   * A layer with the given parameters.
   *
   * @param weight [inputs, outputs], kept and shared
   * @param bias [outputs], kept and shared
   * @throws IllegalArgumentException if the shapes do not fit each other or a size is 0
   */
  public Dense(Tensor weight, Tensor bias) {
    if (weight.shape().length != 2 || bias.shape().length != 1 || weight.size() == 0) {
      throw new IllegalArgumentException(
          "a dense layer needs weights [inputs, outputs] and biases [outputs], not "
              + weight + " and " + bias);
    }
    if (weight.rowSize() != bias.rows()) {
      throw new IllegalArgumentException(
          "weights " + weight + " have " + weight.rowSize() + " outputs, biases " + bias.rows());
    }
    this.inputs = weight.rows();
    this.outputs = weight.rowSize();
    this.weight = new Parameter(weight, true);
    this.bias = new Parameter(bias, false);
  }

  /**
   * A layer with random weights and biases of 0.
   *
   * @param inputs size of a row that enters, at least 1
   * @param outputs size of a row that leaves, at least 1
   * @param initialisation how far from 0 the weights reach
   * @param seed what the weights are drawn from; layers of one network need different ones
   * @return a layer with parameters of its own
   */
  public static Dense random(int inputs, int outputs, Initialisation initialisation, long seed) {
    float[] w = new float[Math.multiplyExact(inputs, outputs)];
    float bound = (float) initialisation.bound(inputs, outputs);
    long key = CounterRandom.key(seed, CounterRandom.INITIALISATION);
    for (int i = 0; i < w.length; i++) {
      w[i] = (CounterRandom.bits24(key, i) * 0x1p-23f - 1f) * bound;
    }
    return new Dense(Tensor.of(w, inputs, outputs), Tensor.zeros(outputs));
  }

  /** {@return the size of a row that enters} */
  public int inputs() {
    return inputs;
  }

  /** {@return the size of a row that leaves} */
  public int outputs() {
    return outputs;
  }

  @Override
  public int outputs(int entering) {
    if (entering != inputs) {
      throw new IllegalArgumentException(
          "a dense layer of " + inputs + " inputs cannot take rows of " + entering);
    }
    return outputs;
  }

  /** {@return W, [inputs, outputs]} */
  public Parameter weight() {
    return weight;
  }

  /** {@return b, [outputs]} */
  public Parameter bias() {
    return bias;
  }

  /**
   * Y = X W + b, rectified if asked. NOTES (E1).
   *
   * @param x [rows, inputs], not modified
   * @param y [rows, outputs], written
   * @param relu whether {@code y <= 0} becomes 0
   */
  public void forward(Tensor x, Tensor y, boolean relu) {
    Tensor w = weight.value();
    Tensor b = bias.value();
    product
        .into(y.data(), y.offset(), outputs)
        .left(x.data(), x.offset(), inputs, 1)
        .right(w.data(), w.offset(), outputs, 1)
        .startingAt(b.data(), b.offset(), 0)
        .run(relu, x.rows(), outputs, inputs);
  }

  /**
   * dW = X^T dY, db = column sums of dY, dX = dY W^T, NOTES (E2), (E3), (E4). The sums run over the rows in order, so a batch
   * fed in pieces, each but the first added, gathers the bits of the whole.
   *
   * @param x what went forward, [rows, inputs], not modified
   * @param dy gradient of y, [rows, outputs], not modified
   * @param dx gradient of x, [rows, inputs], written; null where nobody needs it
   * @param add whether dW and db add to the gradients gathered so far, or replace them
   */
  public void backward(Tensor x, Tensor dy, Tensor dx, boolean add) {
    Tensor w = weight.value();
    Tensor dw = weight.gradient();
    Tensor db = bias.gradient();
    product
        .into(dw.data(), dw.offset(), outputs)
        .left(x.data(), x.offset(), 1, inputs)
        .right(dy.data(), dy.offset(), outputs, 1)
        .startingAt(add ? dw.data() : null, dw.offset(), outputs)
        .run(false, inputs, outputs, x.rows());
    if (!add) {
      bias.clearGradient();
    }
    kernels.addColumnSums(db.data(), db.offset(), dy.data(), dy.offset(), dy.rows(), outputs);
    if (dx != null) {
      product
          .into(dx.data(), dx.offset(), inputs)
          .left(dy.data(), dy.offset(), outputs, 1)
          .right(w.data(), w.offset(), 1, outputs)
          .startingAt(null, 0, 0)
          .run(false, x.rows(), inputs, outputs);
    }
  }
}
