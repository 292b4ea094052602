package dev.retort.bench;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.retort.model.ModelInfo;
import dev.retort.model.Onnx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Microsoft's ONNX Runtime on the CPU, by its Java interface. */
public final class OnnxRuntime extends Implementation {
  public OnnxRuntime() {
    super("onnx", "onnxruntime-.*");
  }

  @Override
  Work work(Timed benchmark) {
    if (!(benchmark instanceof Inference given)) {
      return super.work(benchmark);
    }
    try {
      Path file = Files.createTempFile("network", ".onnx");
      save(given.weights, file);
      OrtSession session = session(file, given.threads);
      Files.delete(file);
      return new Work(
          () -> answer(session, given.x, given.images),
          () -> Data.flat(
              Arrays.stream(answer(session, given.x, given.images))
                  .map(Data::doubles)
                  .toArray(double[][]::new)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OrtSession session(Path file, int threads) {
    try {
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(threads);
      return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static float[][] answer(OrtSession session, float[] images, int rows) {
    long[] shape = {rows, images.length / rows};
    FloatBuffer buffer = FloatBuffer.wrap(images);
    try (OnnxTensor x =
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), buffer, shape);
        OrtSession.Result result = session.run(Map.of("raw", x))) {
      return (float[][]) result.get(0).getValue();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The engine's export without its last node, the softmax, as nobody else is asked for it. */
  @Override
  void save(NetworkCase network, Path file) throws IOException {
    Onnx.write(file, Retort.network(network), ModelInfo.NONE);
    ModelProto whole = ModelProto.parseFrom(Files.readAllBytes(file));
    GraphProto graph = whole.getGraph();
    GraphProto logits =
        graph.toBuilder().removeNode(graph.getNodeCount() - 1).removeOutput(1).build();
    Files.write(file, whole.toBuilder().setGraph(logits).build().toByteArray());
  }

  @Override
  UnaryOperator<float[]> load(Path file) {
    OrtSession session = session(file, 1);
    return image -> answer(session, image, 1)[0];
  }
}
