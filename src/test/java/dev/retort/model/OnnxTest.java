package dev.retort.model;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import module java.base;
import dev.retort.derivation.Layers;
import dev.retort.derivation.Losses;
import dev.retort.nn.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ONNX files, parsed by the rules of protobuf and the field numbers of onnx.proto, and computed longhand. The
 * benchmarks' peers run them in ONNX Runtime.
 */
class OnnxTest {
  private static final ModelInfo INFO =
      new ModelInfo(List.of("cat", "dog", "h\u00e9n"), List.of(2, 2), 255, Map.of("by", "me"));

  @TempDir Path folder;

  /** A message: for each field number its values, numbers as Long, all else as bytes. */
  private static Map<Integer, List<Object>> parse(byte[] message) {
    Map<Integer, List<Object>> fields = new HashMap<>();
    ByteBuffer in = ByteBuffer.wrap(message);
    while (in.hasRemaining()) {
      long tag = varint(in);
      Object value = varint(in);
      if (tag % 8 == 2) {
        value = new byte[Math.toIntExact((Long) value)];
        in.get((byte[]) value);
      } else {
        assertEquals(0, tag % 8, "wire type");
      }
      fields.computeIfAbsent((int) (tag / 8), field -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static List<Map<Integer, List<Object>>> messages(Map<Integer, List<Object>> in, int field) {
    return in.get(field).stream().map(value -> parse((byte[]) value)).toList();
  }

  private static List<String> texts(Map<Integer, List<Object>> in, int field) {
    return in.get(field).stream()
        .map(value -> new String((byte[]) value, StandardCharsets.UTF_8))
        .toList();
  }

  private static String text(Map<Integer, List<Object>> in, int field) {
    return texts(in, field).getFirst();
  }

  /** An initializer as rows, one for a vector. */
  private static double[][] tensor(Map<Integer, List<Object>> initializer) {
    assertEquals(List.of(1L), initializer.get(2), "float32");
    List<Object> shape = initializer.get(1);
    int columns = Math.toIntExact((Long) shape.getLast());
    ByteBuffer raw =
        ByteBuffer.wrap((byte[]) initializer.get(9).getFirst()).order(ByteOrder.LITTLE_ENDIAN);
    double[][] rows = new double[raw.remaining() / 4 / columns][columns];
    assertEquals(shape.size() == 1 ? 1 : (Long) shape.getFirst(), rows.length);
    for (double[] row : rows) {
      Arrays.setAll(row, i -> raw.getFloat());
    }
    return rows;
  }

  /** Runs the nodes in their order on the initializers and an input. */
  private static Map<String, double[][]> run(Map<Integer, List<Object>> graph, double[][] raw) {
    Map<String, double[][]> values = new HashMap<>();
    messages(graph, 5).forEach(each -> values.put(text(each, 8), tensor(each)));
    values.put(text(messages(graph, 11).getFirst(), 1), raw);
    for (Map<Integer, List<Object>> node : messages(graph, 1)) {
      List<double[][]> in = texts(node, 1).stream().map(values::get).toList();
      double[][] x = in.getFirst();
      values.put(
          text(node, 2),
          switch (text(node, 4)) {
            case "Div" -> rows(x, row -> Arrays.stream(row).map(v -> v / in.get(1)[0][0]).toArray());
            case "Gemm" -> Layers.dense(x, in.get(1), in.get(2)[0]);
            case "Relu" -> rows(x, Layers::relu);
            case "Softmax" -> rows(x, row -> Losses.softmax(row, 1));
            default -> throw new AssertionError(text(node, 4));
          });
    }
    return values;
  }

  private interface Row {
    double[] of(double[] row);
  }

  private static double[][] rows(double[][] x, Row map) {
    return Arrays.stream(x).map(map::of).toArray(double[][]::new);
  }

  @Test
  void theModelTakesRawSamplesAndGivesLogitsAndProbabilities() throws IOException {
    Network network = Network.mlp(4, 6, 5, 3).seed(3).build();
    Path file = folder.resolve("model.onnx");
    Onnx.write(file, network, INFO);
    Map<Integer, List<Object>> model = parse(Files.readAllBytes(file));
    assertEquals(13L, messages(model, 8).getFirst().get(2).getFirst(), "operator set");
    double[][] raw = {{0, 255, 17, 99}, {200, 3, 250, 1}};
    Map<String, double[][]> values = run(messages(model, 7).getFirst(), raw);
    Classifier classifier = Classifier.of(network);
    for (int n = 0; n < raw.length; n++) {
      float[] features = new float[4];
      for (int i = 0; i < 4; i++) {
        features[i] = (float) raw[n][i] / 255;
      }
      float[] logits = new float[3];
      classifier.logits(features, logits);
      float[] probabilities = classifier.probabilities(features);
      for (int j = 0; j < 3; j++) {
        assertEquals(logits[j], values.get("logits")[n][j], 1e-6);
        assertEquals(probabilities[j], values.get("probabilities")[n][j], 1e-6);
      }
    }
    Map<String, String> metadata = new HashMap<>();
    messages(model, 14).forEach(pair -> metadata.put(text(pair, 1), text(pair, 2)));
    assertEquals(
        Map.of("classes", "cat\ndog\nh\u00e9n", "input_shape", "2 2", "divisor", "255.0", "by", "me"),
        metadata);
    assertEquals(
        List.of("logits", "probabilities"),
        messages(messages(model, 7).getFirst(), 12).stream().map(each -> text(each, 1)).toList());
  }

  /** Without scaling there is no division, and a last rectifier gives the logits. */
  @Test
  void onlyWhatTheNetworkDoesIsInTheGraph() throws IOException {
    Path file = folder.resolve("model.onnx");
    Onnx.write(file, Network.mlp(2, 3).build(), ModelInfo.NONE);
    Map<Integer, List<Object>> model = parse(Files.readAllBytes(file));
    assertEquals(
        List.of("Gemm", "Softmax"),
        messages(messages(model, 7).getFirst(), 1).stream().map(node -> text(node, 4)).toList());
    byte[] first = Files.readAllBytes(file);
    Onnx.write(file, Network.mlp(2, 3).build(), ModelInfo.NONE);
    assertArrayEquals(first, Files.readAllBytes(file));
  }

  @Test
  void whatCannotBeUsedIsNotWritten() {
    Network network = Network.mlp(4, 3).build();
    network.parameters().getFirst().value().set(0, 1, Float.NaN);
    Path file = folder.resolve("none.onnx");
    refuses("not saved: element 1 of 0.weight, [4, 3], is NaN", () -> Onnx.write(file, network, INFO));
    refuses(
        "3 class names for a network of 4 classes", () -> Onnx.write(file, Network.mlp(4, 4).build(), INFO));
    assertFalse(Files.exists(file));
  }
}
