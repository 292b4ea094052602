package dev.retort.model;

import module java.base;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/**
 * A network in a safetensors file: dense layer i as the tensors {@code i.weight}, [inputs, outputs], and {@code
 * i.bias}, [outputs]; the order of the layers as text, {@code "layers": "dense relu dense"}.
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
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  /** The name of bytes in messages. */
  private static final Path IN_MEMORY = Path.of("model");

  private Checkpoint() {}

  /**
   * Writes a network, crash safe: after a failure or a kill the file has its old contents or the new ones.
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
   * @throws IllegalArgumentException if a parameter is not finite, or the info is about another network
   * @throws IOException if the file cannot be written; an old one is then as it was
   */
  public static String save(Path file, Network network, ModelInfo info) throws IOException {
    Map<String, Tensor> tensors = new HashMap<>();
    StringJoiner kinds = new StringJoiner(" ");
    for (int i = 0; i < network.layers().size(); i++) {
      Dense dense = network.layers().get(i);
      tensors.put(i + WEIGHT, requireFinite(i + WEIGHT, dense.weight().value()));
      tensors.put(i + BIAS, requireFinite(i + BIAS, dense.bias().value()));
      kinds.add(dense.activation() == Activation.RELU ? DENSE + " " + RELU : DENSE);
    }
    Map<String, String> metadata = info.requireFitting(network).metadata();
    metadata.put(FORMAT, RETORT);
    metadata.put(LAYERS, kinds.toString());
    return SafeTensors.write(file, metadata, tensors);
  }

  /**
   * {@return a network that {@link #save} wrote, or that {@link Layout another framework} did}
   *
   * @param file not modified
   * @throws ModelException if the file is not one, or holds a number that is not finite
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read
   */
  public static Network load(Path file) throws IOException {
    return read(file, Layout.AUTO).network();
  }

  /**
   * {@return all that is in the file of a network}
   *
   * @param file not modified
   * @param layout of weights that another framework wrote
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
   * {@return all that is in the bytes of such a file}
   *
   * @param bytes not modified
   * @throws ModelException if the bytes are not one, or hold a number that is not finite
   */
  public static SavedModel read(byte[] bytes) {
    return model(IN_MEMORY, SafeTensors.read(IN_MEMORY, bytes), Layout.AUTO);
  }

  private static SavedModel model(Path file, SafeTensors tensors, Layout said) {
    Map<String, String> metadata = tensors.metadata();
    boolean isOwn = RETORT.equals(metadata.get(FORMAT));
    List<StoredLayer> stored = isOwn ? layers(file, metadata) : ForeignNetwork.layers(file, tensors);
    Layout layout = isOwn ? Layout.KERAS : said == Layout.AUTO ? ForeignNetwork.layout(tensors, stored) : said;
    String readAs = isOwn ? ": " : ", read as " + layout + ": ";
    Set<String> ignored = new LinkedHashSet<>(tensors.names());
    List<Dense> layers = new ArrayList<>();
    for (StoredLayer layer : stored) {
      layers.add(naming(file, Header.quote(layer.weight()) + readAs, () -> layer.read(tensors, layout)));
      ignored.remove(layer.weight());
      layer.bias().ifPresent(ignored::remove);
    }
    String order = stored.stream().map(StoredLayer::weight).collect(Collectors.joining(", "));
    Network network = naming(file, "in the order " + order + readAs, () -> Network.of(layers));
    ModelInfo info = naming(file, "", () -> (isOwn ? ModelInfo.of(metadata) : ModelInfo.NONE).requireFitting(network));
    return new SavedModel(network, info, List.copyOf(ignored));
  }

  /** What is made of a file, or an error that names it. */
  private static <T> T naming(Path file, String what, Supplier<T> make) {
    try {
      return make.get();
    } catch (IllegalArgumentException e) {
      throw new ModelException(file, what + e.getMessage());
    }
  }

  /** The layers that a text such as "dense relu dense" lists. */
  private static List<StoredLayer> layers(Path file, Map<String, String> metadata) {
    String layers = metadata.get(LAYERS);
    if (layers == null) {
      throw new ModelException(file, "the metadata have no '" + LAYERS + "'");
    }
    List<Activation> activations = new ArrayList<>();
    for (String kind : layers.split(" ", -1)) {
      if (kind.equals(DENSE)) {
        activations.add(Activation.IDENTITY);
      } else if (!kind.equals(RELU)) {
        throw new ModelException(file, "there is no kind of layer " + Header.quote(kind));
      } else if (activations.isEmpty() || activations.getLast() == Activation.RELU) {
        throw new ModelException(
            file, "a rectifier must follow a dense layer, which it does not in " + Header.quote(layers));
      } else {
        activations.set(activations.size() - 1, Activation.RELU);
      }
    }
    return IntStream.range(0, activations.size())
        .mapToObj(i -> new StoredLayer(i + WEIGHT, Optional.of(i + BIAS), activations.get(i)))
        .toList();
  }

  static Tensor requireFinite(String name, Tensor tensor) {
    int bad = tensor.firstNotFinite();
    if (bad >= 0) {
      throw new IllegalArgumentException(
          "not saved: element " + bad + " of " + name + ", " + Arrays.toString(tensor.shape()) + ", is "
              + tensor.data()[tensor.offset() + bad]);
    }
    return tensor;
  }
}
