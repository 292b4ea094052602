package dev.retort.model;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.nn.Network;

/**
 * What a model file says beside the weights, so that it can be used without the program that made it.
 *
 * @param classNames one a class; none if they are not known
 * @param inputShape of a sample, such as [28, 28]; none if it is not known
 * @param divisor the numbers of raw samples are divided by it: 255 for pixels that are bytes
 * @param more text of the writer's own, by key
 */
public record ModelInfo(List<String> classNames, List<Integer> inputShape, float divisor, Map<String, String> more) {
  private static final String CLASSES = "classes";
  private static final String SHAPE = "input_shape";
  private static final String DIVISOR = "divisor";

  /** A file's own. */
  private static final List<String> KEYS = List.of(Checkpoint.FORMAT, Checkpoint.LAYERS, CLASSES, SHAPE, DIVISOR);

  /** Nothing is said. */
  public static final ModelInfo NONE = new ModelInfo(List.of(), List.of(), 1, Map.of());

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException if a name has a line end, the divisor is not finite and positive, or a key is one
   *     of the file's own
   */
  public ModelInfo {
    classNames = List.copyOf(classNames);
    inputShape = List.copyOf(inputShape);
    more = Map.copyOf(more);
    for (String name : classNames) {
      if (name.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("a class name has a line end: " + Header.quote(name));
      }
    }
    if (!(divisor > 0 && Float.isFinite(divisor))) {
      throw new IllegalArgumentException("the divisor must be finite and positive, not " + divisor);
    }
    for (String key : KEYS) {
      if (more.containsKey(key)) {
        throw new IllegalArgumentException("the key " + key + " is the file's own");
      }
    }
  }

  /**
   * {@return what a network needs that was trained on a data set: its class names, shape and divisor}
   *
   * @param train the data set
   * @param more text of the writer's own, by key
   */
  public static ModelInfo of(Dataset train, Map<String, String> more) {
    return new ModelInfo(train.classNames(), train.sampleShape(), train.divisor(), more);
  }

  /** What is said, as the metadata of a file. */
  Map<String, String> metadata() {
    Map<String, String> metadata = new TreeMap<>(more);
    if (!classNames.isEmpty()) {
      metadata.put(CLASSES, String.join("\n", classNames));
    }
    if (!inputShape.isEmpty()) {
      metadata.put(SHAPE, inputShape.stream().map(Objects::toString).collect(Collectors.joining(" ")));
    }
    if (divisor != 1) {
      metadata.put(DIVISOR, Float.toString(divisor));
    }
    return metadata;
  }

  /**
   * What the metadata of a file say.
   *
   * @throws IllegalArgumentException if a value is malformed
   */
  static ModelInfo of(Map<String, String> metadata) {
    Map<String, String> more = new HashMap<>(metadata);
    more.keySet().removeAll(KEYS);
    return new ModelInfo(
        Stream.ofNullable(metadata.get(CLASSES)).flatMap(names -> Stream.of(names.split("\n", -1))).toList(),
        Stream.ofNullable(metadata.get(SHAPE))
            .flatMap(sizes -> Stream.of(sizes.split(" ", -1))).map(ModelInfo::size).toList(),
        number(metadata.getOrDefault(DIVISOR, "1")), more);
  }

  private static float number(String text) {
    try {
      return Float.parseFloat(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("the divisor is " + Header.quote(text), e);
    }
  }

  private static int size(String digits) {
    if (!digits.matches("[1-9]\\d{0,8}")) {
      throw new IllegalArgumentException("a size of the input shape is " + Header.quote(digits));
    }
    return Integer.parseInt(digits);
  }

  /** This, if it fits a network. */
  ModelInfo requireFitting(Network network) {
    if (!classNames.isEmpty() && classNames.size() != network.outputs()) {
      throw new IllegalArgumentException(
          classNames.size() + " class names for a network of " + network.outputs() + " classes");
    }
    long most = 1L << 31; // more would be no network's
    long size = inputShape.stream().mapToLong(each -> each).reduce(1, (all, each) -> Math.min(all * each, most));
    if (!inputShape.isEmpty() && size != network.inputs()) {
      throw new IllegalArgumentException(
          "an input shape of " + inputShape + " for a network of " + network.inputs() + " inputs");
    }
    return this;
  }

  /**
   * {@return the name of a class, or its number where no names are known}
   *
   * @param label from 0
   */
  public String className(int label) {
    return classNames.isEmpty() ? Integer.toString(label) : classNames.get(label);
  }
}
