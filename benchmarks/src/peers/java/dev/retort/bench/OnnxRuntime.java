package dev.retort.bench;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Microsoft's ONNX Runtime on the CPU, by its Java interface. */
public final class OnnxRuntime implements Implementation {
  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public String jars() {
    return "onnxruntime-.*";
  }

  @Override
  public Work work(Timed benchmark) {
    if (!(benchmark instanceof Inference given)) {
      throw unable(benchmark.getClass().getSimpleName());
    }
    OrtSession session = session(model(given.weights).toByteArray(), given.threads);
    return new Work(
        () -> answer(session, given.x, given.images),
        () -> Data.flat(
            Arrays.stream(answer(session, given.x, given.images))
                .map(Data::doubles)
                .toArray(double[][]::new)));
  }

  private static OrtSession session(byte[] model, int threads) {
    try {
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(threads);
      return OrtEnvironment.getEnvironment().createSession(model, options);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static float[][] answer(OrtSession session, float[] images, int rows) {
    long[] shape = {rows, images.length / rows};
    try (OnnxTensor x =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(images), shape);
        OrtSession.Result result = session.run(Map.of("x", x))) {
      return (float[][]) result.get(0).getValue();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void save(NetworkCase network, Path file) throws IOException {
    Files.write(file, model(network).toByteArray());
  }

  @Override
  public UnaryOperator<float[]> load(Path file) throws IOException {
    OrtSession session = session(Files.readAllBytes(file), 1);
    return image -> answer(session, image, 1)[0];
  }

  /** Products with bias and rectifiers, any number of rows. */
  private static ModelProto model(NetworkCase network) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("network");
    String value = "x";
    for (int l = 0; l < network.layers(); l++) {
      boolean last = l + 1 == network.layers();
      graph.addInitializer(
          tensor("w" + l, network.matrices[l], 0, network.sizes[l], network.sizes[l + 1]));
      graph.addInitializer(
          tensor("b" + l, network.matrices[l], network.sizes[l], 1, network.sizes[l + 1]));
      graph.addNode(
          NodeProto.newBuilder().setOpType("Gemm").addInput(value).addInput("w" + l)
              .addInput("b" + l).addOutput(last ? "logits" : "sum" + l));
      if (!last) {
        graph.addNode(
            NodeProto.newBuilder().setOpType("Relu").addInput("sum" + l).addOutput("y" + l));
      }
      value = "y" + l;
    }
    graph.addInput(matrix("x", network.inputs())).addOutput(matrix("logits", network.classes()));
    return ModelProto.newBuilder()
        .setIrVersion(7)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph)
        .build();
  }

  /** Rows of a matrix. */
  private static TensorProto tensor(String name, float[] data, int from, int rows, int columns) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber());
    for (int i = from * columns; i < (from + rows) * columns; i++) {
      tensor.addFloatData(data[i]);
    }
    return tensor.addDims(rows).addDims(columns).build();
  }

  private static ValueInfoProto matrix(String name, int columns) {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("rows"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(columns))
            .build();
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
