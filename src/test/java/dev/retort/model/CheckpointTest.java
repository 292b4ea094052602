package dev.retort.model;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.nn.Activation;
import dev.retort.nn.Dense;
import dev.retort.nn.Initialisation;
import dev.retort.nn.Network;
import dev.retort.tensor.Parameter;
import dev.retort.tensor.RandomTensor;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  @TempDir private Path folder;

  private static Network network() {
    return Network.mlp(6, 5, 4, 3).inputDropout(0.2).dropout(0.5).seed(7).build();
  }

  /** A file of tensors that claims to be a network with these layers. */
  private Path file(String layers, Map<String, Tensor> tensors) throws Exception {
    Path file = folder.resolve("model.safetensors");
    SafeTensors.write(file, Map.of("format", "retort", "layers", layers), tensors);
    return file;
  }

  private static void assertRefused(Path file, String what) {
    ModelException e = assertThrows(ModelException.class, () -> Checkpoint.load(file));
    assertTrue(e.getMessage().startsWith(file + ": "), e::getMessage);
    assertTrue(e.getMessage().contains(what), e::getMessage);
  }

  @Test
  void aLoadedNetworkIsTheSavedOneToTheBit() throws Exception {
    Network network = network();
    Path file = folder.resolve("model.safetensors");
    Checkpoint.save(file, network);
    Network loaded = Checkpoint.load(file);
    List<Parameter> expected = network.parameters();
    assertEquals(expected.size(), loaded.parameters().size());
    for (int i = 0; i < expected.size(); i++) {
      Tensor value = loaded.parameters().get(i).value();
      assertArrayEquals(expected.get(i).value().shape(), value.shape());
      assertArrayEquals(expected.get(i).value().toArray(), value.toArray(), "parameter " + i);
    }
    Tensor x = RandomTensor.of(1, 9, 6);
    assertArrayEquals(network.forward(x).toArray(), loaded.forward(x).toArray());
  }

  @Test
  void theActivationsAreKept() throws Exception {
    Network network =
        Network.of(
            List.of(
                Dense.random(3, 4, Activation.IDENTITY, Initialisation.HE, 1),
                Dense.random(4, 4, Activation.RELU, Initialisation.HE, 2),
                Dense.random(4, 2, Activation.RELU, Initialisation.HE, 3)));
    Path file = folder.resolve("model.safetensors");
    Checkpoint.save(file, network);
    Network loaded = Checkpoint.load(file);
    assertEquals(
        List.of(Activation.IDENTITY, Activation.RELU, Activation.RELU),
        loaded.layers().stream().map(Dense::activation).toList());
    assertEquals(
        "dense dense relu dense relu", SafeTensors.read(file).metadata().get("layers"));
    Tensor x = RandomTensor.of(1, 5, 3);
    assertArrayEquals(network.forward(x).toArray(), loaded.forward(x).toArray());
  }

  @Test
  void aNetworkIsReadFromBytesAsFromItsFile() throws Exception {
    Path file = folder.resolve("model.safetensors");
    Checkpoint.save(file, network());
    byte[] bytes = Files.readAllBytes(file);
    Tensor x = RandomTensor.of(1, 9, 6);
    assertArrayEquals(
        network().forward(x).toArray(), Checkpoint.read(bytes).network().forward(x).toArray());
    for (int length = 0; length < bytes.length; length += 7) {
      byte[] cut = Arrays.copyOf(bytes, length);
      ModelException e = assertThrows(ModelException.class, () -> Checkpoint.read(cut));
      assertTrue(e.getMessage().startsWith("model: "), e::getMessage);
    }
  }

  @Test
  void equalNetworksGiveEqualFilesAndTheHashIsTheFiles() throws Exception {
    Path one = folder.resolve("one.safetensors");
    Path two = folder.resolve("two.safetensors");
    String sha256 = Checkpoint.save(one, network());
    assertEquals(sha256, Checkpoint.save(two, network()));
    byte[] bytes = Files.readAllBytes(one);
    assertArrayEquals(bytes, Files.readAllBytes(two));
    assertEquals(
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)), sha256);
    Checkpoint.save(two, Network.mlp(6, 5, 4, 3).seed(8).build());
    assertTrue(Files.mismatch(one, two) > 0, "another seed must give another file");
  }

  @Test
  void aNetworkIsSavedOverTheFileItCameFrom() throws Exception {
    Path file = folder.resolve("model.safetensors");
    String sha256 = Checkpoint.save(file, network());
    assertEquals(sha256, Checkpoint.save(file, Checkpoint.load(file)));
  }

  @Test
  void aParameterThatIsNotFiniteIsNeitherSavedNorLoaded() throws Exception {
    Network network = network();
    Path file = folder.resolve("model.safetensors");
    String sha256 = Checkpoint.save(file, network);
    network.parameters().get(2).value().set(1, 2, Float.NaN);
    refuses("not saved: element 6 of 1.weight, [5, 4], is NaN", () -> Checkpoint.save(file, network));
    assertEquals(sha256, Checkpoint.save(file, Checkpoint.load(file)), "the old file must survive");

    Tensor bad = Tensor.of(new float[] {1, 2, Float.POSITIVE_INFINITY, 4}, 2, 2);
    Path lying = file("dense", Map.of("0.weight", bad, "0.bias", Tensor.zeros(2)));
    // Two biases of 4 bytes and two weights before it; two floats behind it.
    assertRefused(lying, "byte " + (Files.size(lying) - 8) + ": tensor '0.weight': element 2 is Infinity");
  }

  @Test
  void shapesMustBeThoseOfAChainOfDenseLayers() throws Exception {
    Tensor w = Tensor.zeros(3, 2);
    Tensor b = Tensor.zeros(2);
    assertRefused(
        file("dense", Map.of("0.weight", Tensor.zeros(6), "0.bias", b)), "'0.weight': ");
    assertRefused(
        file("dense", Map.of("0.weight", w, "0.bias", Tensor.zeros(3))), "'0.weight': ");
    assertRefused(
        file("dense", Map.of("0.weight", Tensor.zeros(0, 2), "0.bias", b)), "'0.weight': ");
    assertRefused(
        file("dense dense", Map.of("0.weight", w, "0.bias", b, "1.weight", w, "1.bias", b)),
        "layer 1 takes rows of 3, but layer 0 gives rows of 2");
  }

  @Test
  void theListOfLayersMustFitTheTensors() throws Exception {
    Map<String, Tensor> one = Map.of("0.weight", Tensor.zeros(3, 2), "0.bias", Tensor.zeros(2));
    assertRefused(file("dense dense", one), "there is no tensor '1.weight'");
    for (String layers : List.of("relu", "relu dense", "dense relu relu")) {
      assertRefused(
          file(layers, one),
          "a rectifier must follow a dense layer, which it does not in '" + layers + "'");
    }
    assertRefused(file("dense conv", one), "there is no kind of layer 'conv'");
    assertRefused(file("dense  relu", one), "there is no kind of layer ''");
    assertRefused(file("", one), "there is no kind of layer ''");
    Path file = folder.resolve("other.safetensors");
    SafeTensors.write(file, Map.of("format", "retort"), one);
    assertRefused(file, "the metadata have no 'layers'");
    Tensor b = Tensor.zeros(2);
    assertRefused(
        file("dense", Map.of("1.weight", one.get("0.weight"), "0.bias", b)),
        "there is no tensor '0.weight'");
  }

  @Test
  void foreignTensorsAndMetadataDoNotMakeAFileUnreadable() throws Exception {
    Map<String, Tensor> more =
        Map.of(
            "0.weight", Tensor.zeros(3, 2), "0.bias", Tensor.zeros(2), "ema.decay",
            Tensor.zeros(1));
    Path file = folder.resolve("model.safetensors");
    SafeTensors.write(file, Map.of("format", "retort", "layers", "dense", "by", "me"), more);
    SavedModel read = Checkpoint.read(file, Layout.AUTO);
    assertEquals(List.of("ema.decay"), read.ignored());
    assertEquals(Map.of("by", "me"), read.info().more());
    assertArrayEquals(new int[] {3, 2}, read.network().sizes());
  }

  @Test
  void whatIsSaidBesideTheWeightsComesBack() throws Exception {
    Path file = folder.resolve("model.safetensors");
    ModelInfo info =
        new ModelInfo(List.of("cat", "dog", "cow, \"old\""), List.of(2, 3), 255, Map.of("by", "me"));
    Checkpoint.save(file, network(), info);
    assertEquals(info, Checkpoint.read(file, Layout.AUTO).info());
    Classifier classifier = Classifier.load(file);
    assertEquals("dog", classifier.info().className(1));
    byte[] raw = {0, 51, (byte) 255, 1, 2, 3};
    float[] features = {0, 51 / 255f, 1, 1 / 255f, 2 / 255f, 3 / 255f};
    assertArrayEquals(features, classifier.features(raw));
    Checkpoint.save(file, network());
    assertEquals(ModelInfo.NONE, Checkpoint.read(file, Layout.AUTO).info());
    assertEquals("1", Classifier.load(file).info().className(1));
  }

  @Test
  void infoThatIsNotAboutTheNetworkIsRefused() throws Exception {
    Path file = folder.resolve("model.safetensors");
    refuses(
        "2 class names for a network of 3 classes",
        () -> Checkpoint.save(file, network(), new ModelInfo(List.of("a", "b"), List.of(), 1, Map.of())));
    refuses(
        "an input shape of [2, 2] for a network of 6 inputs",
        () -> Checkpoint.save(file, network(), new ModelInfo(List.of(), List.of(2, 2), 1, Map.of())));
    refuses(
        "the key layers is the file's own", () -> new ModelInfo(List.of(), List.of(), 1, Map.of("layers", "x")));
    refuses(
        "a class name has a line end: 'a\\nb'", () -> new ModelInfo(List.of("a\nb"), List.of(), 1, Map.of()));
    refuses(
        "the divisor must be finite and positive, not NaN",
        () -> new ModelInfo(List.of(), List.of(), Float.NaN, Map.of()));
    Map<String, Tensor> one = Map.of("0.weight", Tensor.zeros(3, 2), "0.bias", Tensor.zeros(2));
    String[][] wrong = {
      {"classes", "a\nb\nc", "3 class names for a network of 2 classes"},
      {"input_shape", "4", "an input shape of [4] for a network of 3 inputs"},
      {"input_shape", "3 x", "a size of the input shape is 'x'"},
      {"input_shape", "99999 99999 99999 99999", "for a network of 3 inputs"},
      {"divisor", "0", "the divisor must be finite and positive, not 0.0"},
      {"divisor", "many", "the divisor is 'many'"}
    };
    for (String[] each : wrong) {
      SafeTensors.write(
          file, Map.of("format", "retort", "layers", "dense", each[0], each[1]), one);
      assertRefused(file, each[2]);
    }
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("none.safetensors");
    refuses(NoSuchFileException.class, file + ": no such file", () -> Checkpoint.load(file));
  }
}
