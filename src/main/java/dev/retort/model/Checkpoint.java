package dev.retort.model;

import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network in a safetensors file: dense layer i as the tensors {@code i.weight}, [inputs, outputs],
 * and {@code i.bias}, [outputs]; the order of the layers as text, {@code "layers": "dense relu
 * dense"}.
 *
 * <p>Dropout is not saved: it belongs to the training, not to the function that was learned. A loaded network gives the
 * logits of the saved one to the bit. Equal networks give equal files.
 */
public final class Checkpoint {
  private static final String FORMAT = "format";
  private static final String RETORT = "retort";
  private static final String LAYERS = "layers";
  private static final String DENSE = "dense";
  private static final String RELU = "relu";

  /** The name of bytes in messages. */
  private static final Path IN_MEMORY = Path.of("model");

  private Checkpoint() {}

  /**
   * Writes a network, crash safe: after a failure or a kill the file has its old contents or the new
   * ones.
   *
   * @param file written, or written over
   * @param network not modified
   * @return the SHA-256 of the file, in lower-case hexadecimal
   * @throws IllegalArgumentException if a parameter is not finite
   * @throws IOException if the file cannot be written; an old one is then as it was
   */
  public static String save(Path file, Network network) throws IOException {
    Map<String, Tensor> tensors = new HashMap<>();
    List<String> kinds = new ArrayList<>();
    for (int i = 0; i < network.layers().size(); i++) {
      Dense dense = network.layers().get(i);
      tensors.put(weight(i), requireFinite(weight(i), dense.weight().value()));
      tensors.put(bias(i), requireFinite(bias(i), dense.bias().value()));
      kinds.add(DENSE);
      if (dense.activation() == Activation.RELU) {
        kinds.add(RELU);
      }
    }
    return SafeTensors.write(
        file, Map.of(FORMAT, RETORT, LAYERS, String.join(" ", kinds)), tensors);
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
    return network(file, SafeTensors.read(file));
  }

  /**
   * Reads a network from the bytes of a file that {@link #save} wrote.
   *
   * @param bytes not modified
   * @return a network of its own
   * @throws ModelException if the bytes are not one, or hold a number that is not finite
   */
  public static Network load(byte[] bytes) {
    return network(IN_MEMORY, SafeTensors.read(IN_MEMORY, bytes));
  }

  private static Network network(Path file, SafeTensors tensors) {
    if (!tensors.metadata().keySet().equals(Set.of(FORMAT, LAYERS))
        || !tensors.metadata().get(FORMAT).equals(RETORT)) {
      throw wrong(file, "the metadata are not those of a retort network");
    }
    List<Activation> activations = activations(file, tensors.metadata().get(LAYERS));
    if (tensors.names().size() != 2 * activations.size()) {
      throw wrong(
          file, tensors.names().size() + " tensors, where " + activations.size()
              + " dense layers have " + 2 * activations.size());
    }
    List<Dense> layers = new ArrayList<>();
    for (Activation activation : activations) {
      layers.add(dense(file, tensors, layers.size(), activation));
    }
    try {
      return Network.of(layers);
    } catch (IllegalArgumentException e) {
      throw wrong(file, e.getMessage());
    }
  }

  /** The activation of each dense layer in a text such as "dense relu dense". */
  private static List<Activation> activations(Path file, String layers) {
    List<Activation> activations = new ArrayList<>();
    boolean afterDense = false;
    for (String kind : layers.split(" ", -1)) {
      switch (kind) {
        case DENSE -> activations.add(Activation.IDENTITY);
        case RELU -> {
          if (!afterDense) {
            throw wrong(file, "a rectifier must follow a dense layer, which it does not in "
                + Header.quote(layers));
          }
          activations.set(activations.size() - 1, Activation.RELU);
        }
        default -> throw wrong(file, "there is no kind of layer " + Header.quote(kind));
      }
      afterDense = kind.equals(DENSE);
    }
    return activations;
  }

  private static Dense dense(
      Path file, SafeTensors tensors, int index, Activation activation) {
    Tensor weight = finite(tensors, weight(index));
    Tensor bias = finite(tensors, bias(index));
    try {
      return new Dense(weight, bias, activation);
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

  private static Tensor requireFinite(String name, Tensor tensor) {
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
