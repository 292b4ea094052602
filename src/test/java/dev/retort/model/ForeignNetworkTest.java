package dev.retort.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dense layers as PyTorch and Keras name and lay them out. */
class ForeignNetworkTest {
  /** Of a network 3-2-2: W0 [3, 2], b0, W1 [2, 2], b1. */
  private static final float[] W0 = {1, 2, 3, 4, 5, 6};

  private static final float[] B0 = {0.5f, -20};
  private static final float[] W1 = {1, -1, 2, 4};
  private static final float[] B1 = {0, 1};

  /** x W0 + b0 = (22.5, 8), no rectifier acts; times W1, plus b1. */
  private static final float[] X = {1, 2, 3};

  private static final float[] Y = {22.5f + 2 * 8, -22.5f + 4 * 8 + 1};

  @TempDir private Path folder;

  private static Tensor transposed(float[] w, int rows, int columns) {
    Tensor t = Tensor.zeros(columns, rows);
    for (int i = 0; i < w.length; i++) {
      t.set(i % columns, i / columns, w[i]);
    }
    return t;
  }

  private Path write(Map<String, Tensor> tensors) throws Exception {
    Path file = folder.resolve("foreign.safetensors");
    SafeTensors.write(file, Map.of("format", "pt"), tensors);
    return file;
  }

  private static void assertAnswers(Network network) {
    assertArrayEquals(Y, network.forward(Tensor.of(X, 1, 3)).toArray());
  }

  private static Map<String, Tensor> pytorch(String first, String second) {
    return new HashMap<>(
        Map.of(
            first + "weight", transposed(W0, 3, 2), first + "bias", Tensor.of(B0, 2),
            second + "weight", transposed(W1, 2, 2), second + "bias", Tensor.of(B1, 2)));
  }

  @Test
  void pytorchsLayersByShape() throws Exception {
    assertAnswers(Checkpoint.load(write(pytorch("layers.2.", "layers.10."))));
    Map<String, Tensor> more = pytorch("fc1.", "fc2.");
    more.put("fc1.num_batches_tracked", Tensor.zeros(1));
    SavedModel read = Checkpoint.read(write(more), Layout.PYTORCH);
    assertAnswers(read.network());
    assertEquals(List.of("fc1.num_batches_tracked"), read.ignored());
  }

  @Test
  void kerasLayersByShape() throws Exception {
    Map<String, Tensor> keras =
        Map.of(
            "dense/kernel:0", Tensor.of(W0, 3, 2), "dense/bias:0", Tensor.of(B0, 2),
            "dense_1/kernel:0", Tensor.of(W1, 2, 2), "dense_1/bias:0", Tensor.of(B1, 2));
    assertAnswers(Checkpoint.load(write(keras)));
  }

  /** A square layer alone fits both ways: its name decides, unless the layout is said. */
  @Test
  void squareLayersByNameOrAsSaid() throws Exception {
    Tensor square = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor x = Tensor.of(new float[] {1, 0}, 1, 2);
    float[] rows = {1, 2};
    float[] columns = {1, 3};
    Path pytorch = write(Map.of("weight", square));
    assertArrayEquals(columns, Checkpoint.load(pytorch).forward(x).toArray());
    assertArrayEquals(
        rows, Checkpoint.read(pytorch, Layout.KERAS).network().forward(x).toArray());
    Path keras = write(Map.of("out/kernel", square));
    assertArrayEquals(rows, Checkpoint.load(keras).forward(x).toArray());
  }

  /** Halves as PyTorch's half() leaves them, two bytes a number. */
  @Test
  void aTeacherInHalfPrecisionScoresAsComputedByHand() throws Exception {
    float[][] values = {B0, transposed(W0, 3, 2).toArray(), B1, transposed(W1, 2, 2).toArray()};
    String header =
        "{" + RawFile.entry("fc1.bias", "F16", "[2]", "[0,4]") + ","
            + RawFile.entry("fc1.weight", "F16", "[2,3]", "[4,16]") + ","
            + RawFile.entry("fc2.bias", "F16", "[2]", "[16,20]") + ","
            + RawFile.entry("fc2.weight", "F16", "[2,2]", "[20,28]") + "}";
    ByteBuffer data = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] each : values) {
      for (float value : each) {
        data.putShort(Float.floatToFloat16(value));
      }
    }
    Path file = RawFile.of(folder, header, 28);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(data.flip(), channel.size() - 28);
    }
    assertAnswers(Checkpoint.load(file));
  }

  private void refused(String what, Map<String, Tensor> tensors, Layout layout) throws Exception {
    Path file = write(tensors);
    ModelException e = assertThrows(ModelException.class, () -> Checkpoint.read(file, layout));
    assertTrue(e.getMessage().startsWith(file + ": "), e::getMessage);
    assertTrue(e.getMessage().contains(what), e::getMessage);
  }

  @Test
  void whatIsNoStackOfDenseLayersIsRefused() throws Exception {
    refused("no dense layers", Map.of("a", Tensor.zeros(2, 2)), Layout.AUTO);
    refused(
        "'conv.weight' of shape [2, 2, 3] is no dense layer",
        Map.of("conv.weight", Tensor.zeros(2, 2, 3)), Layout.AUTO);
    refused("read as KERAS", pytorch("a.", "b."), Layout.KERAS);
    Map<String, Tensor> wrong = pytorch("a.", "b.");
    wrong.put("a.bias", Tensor.zeros(7));
    refused("'a.weight', read as PYTORCH", wrong, Layout.AUTO);
    Map<String, Tensor> broken = pytorch("a.", "b.");
    broken.put("b.weight", Tensor.zeros(2, 5));
    refused("in the order a.weight, b.weight", broken, Layout.AUTO);
    Map<String, Tensor> notFinite = pytorch("a.", "b.");
    notFinite.put("b.bias", Tensor.of(new float[] {0, Float.NaN}, 2));
    refused("tensor 'b.bias': element 1 is NaN", notFinite, Layout.AUTO);
  }
}
