package dev.retort.model;

import module java.base;
import dev.retort.format.AtomicFile;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/**
 * Writes a network as an <a href="https://onnx.ai">ONNX</a> model, operator set 13, for programs in other languages.
 *
 * <p>Its input {@code raw} is [rows, inputs] in float32, samples as they are before they are scaled: the model divides
 * them by {@link ModelInfo#divisor}. Its outputs are {@code logits} and {@code probabilities}, softmax(logits), both
 * [rows, classes]. Class names, input shape and the user's text are in the metadata, under the keys of a model file.
 */
public final class Onnx {
  /** onnx.proto's number of float32. */
  private static final int FLOAT = 1;

  private static final int IR_VERSION = 7;
  private static final int OPERATOR_SET = 13;

  /** A protobuf message holds less than 2^31 bytes; some of them are not weights. */
  private static final long MOST_PARAMETERS = ((1L << 31) - (1 << 20)) / Float.BYTES;

  private final Message graph = new Message();

  private Onnx() {}

  /**
   * Writes a network, crash safe like {@link Checkpoint#save}. Equal arguments give equal bytes.
   *
   * @param file written, or written over
   * @param network not modified
   * @param info divisor, class names and so on
   * @throws IllegalArgumentException if a parameter is not finite, the info is about another network, or there are more
   *     parameters than fit a file of 2 GB
   * @throws IOException if the file cannot be written; an old one is then as it was
   */
  public static void write(Path file, Network network, ModelInfo info) throws IOException {
    if (network.parameterCount() > MOST_PARAMETERS) {
      throw new IllegalArgumentException(
          network.parameterCount() + " parameters are too many for an ONNX file, at most " + MOST_PARAMETERS);
    }
    byte[] model = new Onnx().model(network, info.requireFitting(network)).bytes();
    AtomicFile.write(file, out -> out.write(model));
  }

  private Message model(Network network, ModelInfo info) {
    String value = "raw";
    if (info.divisor() != 1) {
      initializer("divisor", Tensor.of(new float[] {info.divisor()}, 1));
      value = node("Div", "features", value, "divisor");
    }
    List<Dense> layers = network.layers();
    for (int i = 0; i < layers.size(); i++) {
      Dense layer = layers.get(i);
      boolean last = i + 1 == layers.size();
      boolean relu = layer.activation() == Activation.RELU;
      initializer(i + ".weight", layer.weight().value());
      initializer(i + ".bias", layer.bias().value());
      value = node("Gemm", last && !relu ? "logits" : "sum" + i, value, i + ".weight", i + ".bias");
      value = relu ? node("Relu", last ? "logits" : "layer" + i, value) : value;
    }
    node("Softmax", "probabilities", value);
    graph.text(2, "network").message(11, matrix("raw", network.inputs()));
    graph.message(12, matrix("logits", network.outputs()));
    graph.message(12, matrix("probabilities", network.outputs()));
    Message model = new Message().number(1, IR_VERSION).text(2, "retort").message(7, graph);
    model.message(8, new Message().number(2, OPERATOR_SET));
    info.metadata().forEach((key, text) -> model.message(14, new Message().text(1, key).text(2, text)));
    return model;
  }

  /** Adds a node, and gives the name of its output. */
  private String node(String operator, String output, String... inputs) {
    Message node = new Message();
    for (String input : inputs) {
      node.text(1, input);
    }
    graph.message(1, node.text(2, output).text(4, operator));
    return output;
  }

  private void initializer(String name, Tensor tensor) {
    Checkpoint.requireFinite(name, tensor);
    Message message = new Message();
    for (int size : tensor.shape()) {
      message.number(1, size);
    }
    ByteBuffer raw = ByteBuffer.allocate(tensor.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(tensor.data(), tensor.offset(), tensor.size());
    graph.message(5, message.number(2, FLOAT).text(8, name).bytes(9, raw.array()));
  }

  /** The type of a matrix of any number of rows. */
  private static Message matrix(String name, int columns) {
    Message shape =
        new Message().message(1, new Message().text(2, "rows")).message(1, new Message().number(1, columns));
    Message type = new Message().number(1, FLOAT).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, type));
  }

  /** A protobuf message in the making: fields by number, as onnx.proto has them. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint((long) field << 3);
      varint(value);
      return this;
    }

    Message bytes(int field, byte[] value) {
      varint((long) field << 3 | 2);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.bytes());
    }

    /** Seven bits a byte, the lowest first. */
    private void varint(long value) {
      long rest = value;
      for (; rest > 0x7F; rest >>>= 7) {
        out.write((int) ((rest & 0x7F) | 0x80));
      }
      out.write((int) rest);
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
