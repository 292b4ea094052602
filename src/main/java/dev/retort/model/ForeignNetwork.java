package dev.retort.model;

import module java.base;
import dev.retort.nn.Activation;

/**
 * Dense layers that another framework saved: every two-dimensional {@code weight} or {@code kernel}, in the order of
 * their names (numbers in names count as numbers), with rectifiers between them. A file does not say which activations
 * it was trained with.
 */
final class ForeignNetwork {
  private static final Pattern WEIGHT = Pattern.compile("\\A(?<layer>.*?)(weight|kernel)(?<end>:0)?\\z");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private ForeignNetwork() {}

  /**
   * Where the layers are, first layer first.
   *
   * @throws ModelException if there are none, or one is not dense
   */
  static List<StoredLayer> layers(Path file, SafeTensors tensors) {
    List<String> weights =
        tensors.names().stream()
            .filter(name -> WEIGHT.matcher(name).matches() && tensors.shape(name).length != 1)
            .sorted(Comparator.comparing(ForeignNetwork::sortable))
            .toList();
    if (weights.isEmpty()) {
      throw new ModelException(file, "no dense layers: no tensor is named like fc1.weight or dense/kernel");
    }
    for (String weight : weights) {
      String shape = Arrays.toString(tensors.shape(weight));
      if (tensors.shape(weight).length != 2) {
        throw new ModelException(
            file, Header.quote(weight) + " of shape " + shape + " is no dense layer, and no other is known");
      }
    }
    return weights.stream()
        .map(
            weight ->
                new StoredLayer(
                    weight,
                    Optional.of(WEIGHT.matcher(weight).replaceFirst("${layer}bias${end}"))
                        .filter(tensors.names()::contains),
                    weight.equals(weights.getLast()) ? Activation.IDENTITY : Activation.RELU))
        .toList();
  }

  /** Numbers padded to one width, so that 10 comes after 2. */
  private static String sortable(String name) {
    return NUMBER.matcher(name).replaceAll(number -> "%20s".formatted(number.group()));
  }

  /** How layers are laid out: by shape where that decides, else by name. */
  static Layout layout(SafeTensors tensors, List<StoredLayer> layers) {
    boolean pytorch = follows(tensors, layers, 1, 0);
    if (pytorch != follows(tensors, layers, 0, 1)) {
      return pytorch ? Layout.PYTORCH : Layout.KERAS;
    }
    return layers.getFirst().weight().matches(".*kernel(:0)?") ? Layout.KERAS : Layout.PYTORCH;
  }

  /** Whether outputs are biased and taken by the next layer, given which dimension is which. */
  private static boolean follows(SafeTensors tensors, List<StoredLayer> layers, int inputs, int outputs) {
    long before = tensors.shape(layers.getFirst().weight())[inputs];
    for (StoredLayer layer : layers) {
      long[] shape = tensors.shape(layer.weight());
      long[] biased = {shape[outputs]};
      if (shape[inputs] != before
          || !layer.bias().map(tensors::shape).map(bias -> Arrays.equals(bias, biased)).orElse(true)) {
        return false;
      }
      before = shape[outputs];
    }
    return true;
  }
}
