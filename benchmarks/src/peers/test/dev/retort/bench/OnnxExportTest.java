package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.retort.model.Classifier;
import dev.retort.model.ModelInfo;
import dev.retort.model.Onnx;
import dev.retort.nn.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine exports, run by ONNX Runtime on raw samples, gives the engine's own answers. */
final class OnnxExportTest {
  @Test
  void onnxRuntimeGivesTheSameAnswers(@TempDir Path folder) throws Exception {
    Network network = Network.mlp(784, 64, 32, 10).seed(3).build();
    Path file = folder.resolve("model.onnx");
    Onnx.write(file, network, new ModelInfo(List.of(), List.of(28, 28), 255, Map.of("by", "me")));
    Random random = new Random(1);
    float[][] raw = new float[50][];
    Arrays.setAll(raw, _ -> Data.floats(784, () -> random.nextInt(256)));
    Classifier classifier = Classifier.of(network);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor x = OnnxTensor.createTensor(environment, raw);
        OrtSession.Result result = session.run(Map.of("raw", x))) {
      float[][] logits = (float[][]) result.get("logits").orElseThrow().getValue();
      float[][] probabilities = (float[][]) result.get("probabilities").orElseThrow().getValue();
      for (int n = 0; n < raw.length; n++) {
        double[] pixels = Data.doubles(raw[n]);
        float[] features = Data.floats(784, Arrays.stream(pixels).map(pixel -> pixel / 255).iterator()::next);
        float[] expected = new float[10];
        classifier.logits(features, expected);
        assertArrayEquals(expected, logits[n], 1e-5f);
        assertArrayEquals(classifier.probabilities(features), probabilities[n], 1e-6f);
        double most = Arrays.stream(Data.doubles(logits[n])).max().orElseThrow();
        assertEquals(most, logits[n][classifier.classify(features)]);
      }
      Map<String, String> metadata = session.getMetadata().getCustomMetadata();
      assertEquals("255.0 me", metadata.get("divisor") + " " + metadata.get("by"));
    }
  }
}
