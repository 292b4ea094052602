package dev.retort.cli;

import module java.base;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/** The first of the weights in which two networks differ, and in how many. */
final class WeightDifference {
  private String first;
  private int count;

  private WeightDifference() {}

  /** Compares the weights of a file with those of a network that was trained again, bit for bit. */
  static Optional<String> of(Network file, Network again) {
    if (!Arrays.equals(file.sizes(), again.sizes())) {
      return Optional.of(
          "sizes " + HiddenLayers.text(file.sizes()) + " in the file, "
              + HiddenLayers.text(again.sizes()) + " trained again");
    }
    WeightDifference difference = new WeightDifference();
    for (int i = 0; i < file.parameters().size(); i++) {
      difference.compare(
          i / 2 + (i % 2 == 0 ? ".weight" : ".bias"), file.parameters().get(i).value(),
          again.parameters().get(i).value());
    }
    return Optional.ofNullable(difference.first)
        .map(
            text ->
                text + "; " + difference.count + " of " + file.parameterCount()
                    + " numbers differ");
  }

  private void compare(String name, Tensor file, Tensor again) {
    for (int i = 0; i < file.size(); i++) {
      float a = file.data()[file.offset() + i];
      float b = again.data()[again.offset() + i];
      if (Float.floatToRawIntBits(a) != Float.floatToRawIntBits(b) && count++ == 0) {
        int size = file.rowSize();
        first =
            name + (file.shape().length == 1 ? "[" + i : "[" + i / size + ", " + i % size) + "] is " + a
                + " in the file, " + b + " trained again";
      }
    }
  }
}
