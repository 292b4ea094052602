package dev.retort.model;

import module java.base;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/**
 * Dense layers that another framework saved: every two-dimensional {@code weight} or {@code kernel},
 * in the order of their names (numbers in names count as numbers), with rectifiers between them. A
 * file does not say which activations it was trained with.
 */
final class ForeignNetwork {
  private static final Pattern WEIGHT = Pattern.compile("\\A(?<layer>.*?)(weight|kernel)(?<end>:0)?\\z");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private final Path file;
  private final SafeTensors tensors;

  /** Names of the weights, first layer first. */
  private final List<String> weights;

  ForeignNetwork(Path file, SafeTensors tensors) {
    this.file = file;
    this.tensors = tensors;
    this.weights =
        tensors.names().stream()
            .filter(name -> WEIGHT.matcher(name).matches() && tensors.shape(name).length != 1)
            .sorted((a, b) -> sortable(a).compareTo(sortable(b)))
            .toList();
  }

  /** Numbers padded to one width, so that 10 comes after 2. */
  private static String sortable(String name) {
    return NUMBER.matcher(name).replaceAll(number -> "%20s".formatted(number.group()));
  }

  private static String bias(String weight) {
    return WEIGHT.matcher(weight).replaceFirst("${layer}bias${end}");
  }

  /** The tensors that make no layer. */
  List<String> ignored() {
    List<String> ignored = new ArrayList<>(tensors.names());
    ignored.removeAll(weights);
    ignored.removeAll(weights.stream().map(ForeignNetwork::bias).toList());
    return ignored;
  }

  /**
   * The layers as a network.
   *
   * @throws ModelException if there are none, one is not dense, or sizes do not follow on each other
   */
  Network network(Layout said) {
    if (weights.isEmpty()) {
      throw new ModelException(file, "no dense layers: no tensor is named like fc1.weight or dense/kernel");
    }
    for (String weight : weights) {
      if (tensors.shape(weight).length != 2) {
        throw new ModelException(
            file, Header.quote(weight) + " of shape " + Arrays.toString(tensors.shape(weight))
                + " is no dense layer, and no other is known");
      }
    }
    Layout layout = said == Layout.AUTO ? recognised() : said;
    List<Dense> layers = new ArrayList<>();
    for (String weight : weights) {
      Tensor values = Checkpoint.finite(tensors, weight);
      Tensor w = layout == Layout.PYTORCH ? transposed(values) : values;
      boolean isLast = layers.size() + 1 == weights.size();
      Tensor b =
          tensors.names().contains(bias(weight))
              ? Checkpoint.finite(tensors, bias(weight))
              : Tensor.zeros(w.rowSize());
      try {
        layers.add(new Dense(w, b, isLast ? Activation.IDENTITY : Activation.RELU));
      } catch (IllegalArgumentException e) {
        throw new ModelException(file, Header.quote(weight) + ", read as " + layout + ": " + e.getMessage());
      }
    }
    try {
      return Network.of(layers);
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          file, "read as " + layout + ", in the order " + String.join(", ", weights) + ": "
              + e.getMessage());
    }
  }

  /** By shape where that decides, else by name. */
  private Layout recognised() {
    boolean pytorch = follows(1, 0);
    boolean keras = follows(0, 1);
    if (pytorch != keras) {
      return pytorch ? Layout.PYTORCH : Layout.KERAS;
    }
    return weights.getFirst().matches(".*kernel(:0)?") ? Layout.KERAS : Layout.PYTORCH;
  }

  /** Whether outputs are biased and taken by the next layer, given which dimension is which. */
  private boolean follows(int inputs, int outputs) {
    for (int i = 0; i < weights.size(); i++) {
      long[] shape = tensors.shape(weights.get(i));
      String bias = bias(weights.get(i));
      boolean isBiased =
          !tensors.names().contains(bias)
              || Arrays.equals(tensors.shape(bias), new long[] {shape[outputs]});
      if (!isBiased || (i > 0 && tensors.shape(weights.get(i - 1))[outputs] != shape[inputs])) {
        return false;
      }
    }
    return true;
  }

  private static Tensor transposed(Tensor w) {
    int rows = w.rows();
    int columns = w.rowSize();
    Tensor t = Tensor.zeros(columns, rows);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        t.data()[j * rows + i] = w.data()[w.offset() + i * columns + j];
      }
    }
    return t;
  }
}
