package dev.retort.nn;

import module java.base;
import dev.retort.kernel.Backend;
import dev.retort.kernel.CounterRandom;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.Product;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer, {@code A = activation(X W + b)}, with W of shape [inputs, outputs] and b of shape [outputs].
 *
 * <p>One thread at a time.
 */
public final class Dense {
  private final int inputs;
  private final int outputs;
  private final Parameter weight;
  private final Parameter bias;
  private final Activation activation;
  private final Kernels kernels = Backend.kernels();
  private final Product product = new Product();

  /**
   * A layer with the given parameters.
   *
   * @param weight W, [inputs, outputs], kept and shared
   * @param bias b, [outputs], kept and shared
   * @param activation applied to each output
   * @throws IllegalArgumentException if the shapes do not match or a size is 0
   */
  public Dense(Tensor weight, Tensor bias, Activation activation) {
    if (weight.shape().length != 2 || bias.shape().length != 1 || weight.size() == 0) {
      throw new IllegalArgumentException(
          "a dense layer needs weights [inputs, outputs] and biases [outputs], not " + weight + " and " + bias);
    }
    if (weight.rowSize() != bias.rows()) {
      throw new IllegalArgumentException(
          "weights " + weight + " have " + weight.rowSize() + " outputs, biases " + bias.rows());
    }
    this.inputs = weight.rows();
    this.outputs = weight.rowSize();
    this.weight = Parameter.weight(weight);
    this.bias = Parameter.bias(bias);
    this.activation = activation;
  }

  /**
   * {@return a layer with random weights, of its own, and biases of 0}
   *
   * @param inputs size of a row of X, at least 1
   * @param outputs size of a row of A, at least 1
   * @param activation applied to each output
   * @param initialisation distribution of the weights
   * @param seed of the weights; the layers of one network need different seeds
   * @throws IllegalArgumentException if a size is 0
   * @throws ArithmeticException if there are more than 2^31 - 1 weights
   */
  public static Dense random(int inputs, int outputs, Activation activation, Initialisation initialisation, long seed) {
    float[] w = new float[Math.multiplyExact(inputs, outputs)];
    float bound = (float) initialisation.bound(inputs, outputs);
    long key = CounterRandom.key(seed, CounterRandom.INITIALISATION);
    for (int i = 0; i < w.length; i++) {
      w[i] = (CounterRandom.bits24(key, i) * 0x1p-23f - 1f) * bound;
    }
    return new Dense(Tensor.of(w, inputs, outputs), Tensor.zeros(outputs), activation);
  }

  /** {@return the size of a row of X} */
  public int inputs() {
    return inputs;
  }

  /** {@return the size of a row of A} */
  public int outputs() {
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

  /** {@return what is applied to each output} */
  public Activation activation() {
    return activation;
  }

  /**
   * A = activation(X W + b), NOTES (E1), (E5).
   *
   * @param x X, [rows, inputs], not modified
   * @param a A, [rows, outputs], written
   */
  public void forward(Tensor x, Tensor a) {
    Tensor w = weight.value();
    Tensor b = bias.value();
    product
        .into(a.data(), a.offset(), outputs)
        .left(x.data(), x.offset(), inputs, 1)
        .right(w.data(), w.offset(), outputs, 1)
        .startingAt(b.data(), b.offset(), 0)
        .rectified(activation == Activation.RELU)
        .sized(x.rows(), outputs, inputs)
        .run(kernels);
  }

  /**
   * The gradients of W and b, which replace those held so far. With a rectifier, dA first becomes {@code a > 0 ? da :
   * 0}, the gradient of X W + b, NOTES (E6); then dW = X^T dA, (E2), and db = column sums of dA, (E3).
   *
   * @param x X that went forward, [rows, inputs], not modified
   * @param a A that came out, before or after a dropout, [rows, outputs], not modified
   * @param da dA, [rows, outputs], modified if there is a rectifier
   */
  public void backward(Tensor x, Tensor a, Tensor da) {
    Arrays.fill(bias.gradient().data(), 0f);
    gradients(x, a, da, null);
  }

  /**
   * {@link #backward}, but added to the gradients held so far. The sums run over the rows in order, so a batch fed in
   * ordered pieces, each but the first added, gives the bits of the whole.
   *
   * @param x X that went forward, [rows, inputs], not modified
   * @param a A that came out, before or after a dropout, [rows, outputs], not modified
   * @param da dA, [rows, outputs], modified if there is a rectifier
   */
  public void addBackward(Tensor x, Tensor a, Tensor da) {
    gradients(x, a, da, weight.gradient().data());
  }

  private void gradients(Tensor x, Tensor a, Tensor da, float @Nullable [] start) {
    Tensor dw = weight.gradient();
    Tensor db = bias.gradient();
    if (activation == Activation.RELU) {
      kernels.reluBackward(da.data(), da.offset(), da.data(), da.offset(), a.data(), a.offset(), a.size());
    }
    product
        .into(dw.data(), dw.offset(), outputs)
        .left(x.data(), x.offset(), 1, inputs)
        .right(da.data(), da.offset(), outputs, 1)
        .startingAt(start, dw.offset(), outputs)
        .rectified(false)
        .sized(inputs, outputs, x.rows())
        .run(kernels);
    kernels.addColumnSums(db.data(), db.offset(), da.data(), da.offset(), da.rows(), outputs);
  }

  /**
   * dX = dA W^T, NOTES (E4).
   *
   * @param da dA as {@link #backward} left it, [rows, outputs], not modified
   * @param dx dX, [rows, inputs], written
   */
  public void inputGradient(Tensor da, Tensor dx) {
    Tensor w = weight.value();
    product
        .into(dx.data(), dx.offset(), inputs)
        .left(da.data(), da.offset(), outputs, 1)
        .right(w.data(), w.offset(), 1, outputs)
        .startingAt(null, 0, 0)
        .rectified(false)
        .sized(da.rows(), inputs, outputs)
        .run(kernels);
  }
}
