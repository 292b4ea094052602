package dev.retort.model;

import module java.base;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.tensor.Tensor;

/**
 * Where a dense layer is in a file.
 *
 * @param weight name of a tensor
 * @param bias name of a tensor; zeros without one
 */
record StoredLayer(String weight, Optional<String> bias, Activation activation) {
  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if weight and bias make no layer
   * @throws ModelException if one is not there, or holds a number that is not finite
   */
  Dense read(SafeTensors tensors, Layout layout) {
    Tensor values = finite(tensors, weight);
    Tensor w = layout == Layout.PYTORCH ? transposed(values) : values;
    return new Dense(w, bias.map(name -> finite(tensors, name)).orElseGet(() -> Tensor.zeros(w.rowSize())), activation);
  }

  private static Tensor finite(SafeTensors tensors, String name) {
    Tensor tensor = tensors.tensor(name);
    int bad = tensor.firstNotFinite();
    if (bad >= 0) {
      throw tensors.wrongElement(name, bad, "element " + bad + " is " + tensor.data()[tensor.offset() + bad]);
    }
    return tensor;
  }

  private static Tensor transposed(Tensor w) {
    Tensor t = Tensor.zeros(w.rowSize(), w.rows());
    for (int i = 0; i < w.rows(); i++) {
      for (int j = 0; j < w.rowSize(); j++) {
        t.set(j, i, w.get(i, j));
      }
    }
    return t;
  }
}
