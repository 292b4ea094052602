package dev.retort.model;

import module java.base;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/**
 * A network in a safetensors file: dense layer i as the tensors {@code i.weight}, [inputs, outputs],
 * and {@code i.bias}, [outputs]; the order of the layers as text, {@code "layers": "dense relu
 * dense"}.
 *
 * <p>Dropout is not saved: it belongs to the training, not to the function that was learned. A loaded network gives the
 * logits of the saved one to the bit. Equal networks give equal files.
 */
public final class Checkpoint {
  static final String FORMAT = "format";
  private static final String RETORT = "retort";
  static final String LAYERS = "layers";
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
    return save(file, network, ModelInfo.NONE);
  }

  /**
   * Writes a network and what is needed to use it, crash safe like {@link #save(Path, Network)}.
   *
   * @param file written, or written over
   * @param network not modified
   * @param info class names, input shape and so on
   * @return the SHA-256 of the file, in lower-case hexadecimal
   * @throws IllegalArgumentException if a parameter is not finite, or the info is about another
   *     network
   * @throws IOException if the file cannot be written; an old one is then as it was
   */
  public static String save(Path file, Network network, ModelInfo info) throws IOException {
    info.requireFitting(network.inputs(), network.outputs());
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
    Map<String, String> metadata = new HashMap<>(Map.of(FORMAT, RETORT));
    metadata.put(LAYERS, String.join(" ", kinds));
    info.writeTo(metadata);
    return SafeTensors.write(file, metadata, tensors);
  }

  /**
   * Reads a network that {@link #save} wrote, or that {@link Layout another framework} did.
   *
   * @param file not modified
   * @return a network of its own
   * @throws ModelException if the file is not one, or holds a number that is not finite
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read
   */
  public static Network load(Path file) throws IOException {
    return read(file, Layout.AUTO).network();
  }

  /**
   * Reads all that is in the file of a network.
   *
   * @param file not modified
   * @param layout of weights that another framework wrote
   * @return the network, what is said about it, and which tensors it has no use for
   * @throws ModelException if the file is not one, or holds a number that is not finite
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read
   */
  public static SavedModel read(Path file, Layout layout) throws IOException {
    try (Arena map = Arena.ofConfined()) { // its end lets the file be replaced, on Windows too
      return model(file, SafeTensors.read(file, map), layout);
    }
  }

  /**
   * Reads all that is in the bytes of such a file.
   *
   * @param bytes not modified
   * @return the network, what is said about it, and which tensors it has no use for
   * @throws ModelException if the bytes are not one, or hold a number that is not finite
   */
  public static SavedModel read(byte[] bytes) {
    return model(IN_MEMORY, SafeTensors.read(IN_MEMORY, bytes), Layout.AUTO);
  }

  private static SavedModel model(Path file, SafeTensors tensors, Layout layout) {
    Map<String, String> metadata = tensors.metadata();
    if (!RETORT.equals(metadata.get(FORMAT))) {
      ForeignNetwork foreign = new ForeignNetwork(file, tensors);
      return new SavedModel(
          foreign.network(layout), ModelInfo.NONE, foreign.ignored());
    }
    if (!metadata.containsKey(LAYERS)) {
      throw new ModelException(file, "the metadata have no '" + LAYERS + "'");
    }
    List<String> ignored = new ArrayList<>(tensors.names());
    List<Dense> layers = new ArrayList<>();
    for (Activation activation : activations(file, metadata.get(LAYERS))) {
      int index = layers.size();
      layers.add(dense(file, tensors, index, activation));
      ignored.remove(weight(index));
      ignored.remove(bias(index));
    }
    try {
      Network network = Network.of(layers);
      ModelInfo info = ModelInfo.of(metadata);
      info.requireFitting(network.inputs(), network.outputs());
      return new SavedModel(network, info, ignored);
    } catch (IllegalArgumentException e) {
      throw new ModelException(file, String.valueOf(e.getMessage()));
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
            throw new ModelException(file, "a rectifier must follow a dense layer, which it does not in "
                + Header.quote(layers));
          }
          activations.set(activations.size() - 1, Activation.RELU);
        }
        default -> throw new ModelException(file, "there is no kind of layer " + Header.quote(kind));
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
      throw new ModelException(file, "dense layer " + index + ": " + e.getMessage());
    }
  }

  static Tensor finite(SafeTensors tensors, String name) {
    Tensor tensor = tensors.tensor(name);
    int bad = firstNotFinite(tensor);
    if (bad >= 0) {
      throw tensors.wrongElement(
          name, bad, "element " + bad + " is " + tensor.data()[tensor.offset() + bad]);
    }
    return tensor;
  }

  static Tensor requireFinite(String name, Tensor tensor) {
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
}
