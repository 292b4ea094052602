package dev.retort.bench;

import module java.base;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.retort.model.ModelInfo;
import dev.retort.model.Onnx;

/** Microsoft's ONNX Runtime on the CPU, by its Java interface. */
public final class OnnxRuntime extends Implementation {
  public OnnxRuntime() {
    super("onnx", "onnxruntime-.*");
  }

  /** Images, what computes their logits, and these. */
  private record Session(FloatBuffer images, Runnable run, FloatBuffer logits) {
    float[] answers() {
      run.run();
      float[] answers = new float[logits.capacity()];
      logits.get(0, answers);
      return answers;
    }
  }

  /**
   * For so many images at a time. Input and output stay where they are: of a Java array the interface makes a copy in
   * new memory at every call, whose pages cost up to six times what 100 images of a small network do.
   */
  private static Session session(Path file, int images, int threads) {
    return Data.unchecked(() -> {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(threads);
      OrtSession session = environment.createSession(file.toString(), options);
      long[] xShape = shape(images, session.getInputInfo().get("raw"));
      long[] yShape = shape(images, session.getOutputInfo().get("logits"));
      FloatBuffer x = matrix(xShape);
      FloatBuffer y = matrix(yShape);
      var input = Map.of("raw", OnnxTensor.createTensor(environment, x, xShape));
      var output = Map.of("logits", OnnxTensor.createTensor(environment, y, yShape));
      return new Session(x, () -> Data.unchecked(() -> session.run(input, output)).close(), y);
    });
  }

  private static long[] shape(int rows, NodeInfo matrix) {
    return new long[] {rows, ((TensorInfo) matrix.getInfo()).getShape()[1]};
  }

  private static FloatBuffer matrix(long... shape) {
    int size = Math.toIntExact(4 * shape[0] * shape[1]);
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Override
  Work work(Measured benchmark) {
    if (!(benchmark instanceof Inference given)) {
      return super.work(benchmark);
    }
    return Data.unchecked(() -> {
      Path file = Files.createTempFile("network", ".onnx");
      save(given.weights, file);
      Session session = session(file, given.images, given.threads);
      session.images.put(0, given.x);
      Files.delete(file);
      return new Work(session.run, () -> Data.doubles(session.answers()));
    });
  }

  /** The engine's export without its last node, the softmax, as nobody else is asked for it. */
  @Override
  void save(NetworkCase network, Path file) throws IOException {
    Onnx.write(file, Retort.network(network), ModelInfo.NONE);
    ModelProto whole = ModelProto.parseFrom(Files.readAllBytes(file));
    GraphProto graph = whole.getGraph();
    GraphProto logits = graph.toBuilder().removeNode(graph.getNodeCount() - 1).removeOutput(1).build();
    Files.write(file, whole.toBuilder().setGraph(logits).build().toByteArray());
  }

  @Override
  UnaryOperator<float[]> load(Path file) {
    Session session = session(file, 1, 1);
    return image -> {
      session.images.put(0, image);
      return session.answers();
    };
  }
}
