package dev.retort.model;

import dev.retort.nn.Dense;
import dev.retort.nn.Dropout;
import dev.retort.nn.Layer;
import dev.retort.nn.Network;
import dev.retort.nn.Relu;
import dev.retort.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network in a safetensors file: dense layer i as the tensors {@code i.weight}, [inputs, outputs],
 * and {@code i.bias}, [outputs]; the order of the layers as text, {@code "layers": "dense relu
 * dense"}.
 *
 * <p>Dropouts are left out. They belong to the training, not to the function that was learned: a
 * loaded network judges with the bits of the saved one, and whoever trains it on chooses anew. Equal
 * networks give equal files.
 */
public final class Checkpoint {
  private static final String FORMAT = "format";
  private static final String RETORT = "retort";
  private static final String LAYERS = "layers";
  private static final String DENSE = "dense";
  private static final String RELU = "relu";

  private Checkpoint() {}

  /**
   * Writes a network, crash safe: after a failure or a kill the file has its old contents or the new
   * ones.
   *
   * @param file written, or written over
   * @param network not modified; dropouts are not kept
   * @return the SHA-256 of the file, in lower-case hexadecimal
   * @throws IllegalArgumentException if a parameter is not finite
   * @throws IOException if the file cannot be written; an old one is then as it was
   */
  public static String save(Path file, Network network) throws IOException {
    Map<String, Tensor> tensors = new HashMap<>();
    List<String> layers = new ArrayList<>();
    int dense = 0;
    for (Layer layer : network.layers()) {
      switch (layer) {
        case Dense next -> {
          layers.add(DENSE);
          tensors.put(weight(dense), saveable(weight(dense), next.weight().value()));
          tensors.put(bias(dense), saveable(bias(dense), next.bias().value()));
          dense++;
        }
        case Relu relu -> layers.add(RELU);
        case Dropout dropout -> { }
      }
    }
    return SafeTensors.write(
        file, Map.of(FORMAT, RETORT, LAYERS, String.join(" ", layers)), tensors);
  }

  /**
   * Reads a network that {@link #save} wrote.
   *
   * @param file not modified
   * @return a network of its own
   * @throws ModelException if the file is not one, or holds a number that is not finite
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read
   */
  public static Network load(Path file) throws IOException {
    SafeTensors tensors = SafeTensors.read(file);
    if (!tensors.metadata().keySet().equals(Set.of(FORMAT, LAYERS))
        || !tensors.metadata().get(FORMAT).equals(RETORT)) {
      throw wrong(file, "the metadata are not those of a retort network");
    }
    List<String> kinds = List.of(tensors.metadata().get(LAYERS).split(" ", -1));
    int denses = Collections.frequency(kinds, DENSE);
    if (tensors.names().size() != 2 * denses) {
      throw wrong(
          file, tensors.names().size() + " tensors, where " + denses + " dense layers have "
              + 2 * denses);
    }
    List<Layer> layers = new ArrayList<>();
    int dense = 0;
    for (String kind : kinds) {
      switch (kind) {
        case DENSE -> layers.add(dense(file, tensors, dense++));
        case RELU -> layers.add(new Relu());
        default -> throw wrong(file, "there is no kind of layer " + Header.quote(kind));
      }
    }
    try {
      return new Network(layers);
    } catch (IllegalArgumentException e) {
      throw wrong(file, e.getMessage());
    }
  }

  private static Dense dense(Path file, SafeTensors tensors, int index) {
    Tensor weight = finite(tensors, weight(index));
    Tensor bias = finite(tensors, bias(index));
    try {
      return new Dense(weight, bias);
    } catch (IllegalArgumentException e) {
      throw wrong(file, "dense layer " + index + ": " + e.getMessage());
    }
  }

  private static Tensor finite(SafeTensors tensors, String name) {
    Tensor tensor = tensors.tensor(name);
    int bad = firstNotFinite(tensor);
    if (bad >= 0) {
      throw tensors.wrongElement(
          name, bad, "element " + bad + " is " + tensor.data()[tensor.offset() + bad]);
    }
    return tensor;
  }

  private static Tensor saveable(String name, Tensor tensor) {
    int bad = firstNotFinite(tensor);
    if (bad >= 0) {
      throw new IllegalArgumentException(
          "not saved: element " + bad + " of " + name + ", " + Arrays.toString(tensor.shape())
              + ", is " + tensor.data()[tensor.offset() + bad]);
    }
    return tensor;
  }

  private static int firstNotFinite(Tensor tensor) {
    for (int i = 0; i < tensor.size(); i++) {
      if (!Float.isFinite(tensor.data()[tensor.offset() + i])) {
        return i;
      }
    }
    return -1;
  }

  private static String weight(int dense) {
    return dense + ".weight";
  }

  private static String bias(int dense) {
    return dense + ".bias";
  }

  private static ModelException wrong(Path file, String what) {
    return new ModelException(file, ModelException.NOWHERE, what);
  }
}
