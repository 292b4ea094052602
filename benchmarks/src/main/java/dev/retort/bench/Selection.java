package dev.retort.bench;

import java.util.ArrayList;
import java.util.List;

/** What is compared. */
final class Selection {
  private static final String BLAS = "vector openblas mkl";

  private final List<Group> groups = new ArrayList<>();

  private Selection() {}

  /**
   * The groups of a selection.
   *
   * @param name {@code tour}: some cases of every benchmark that stand for the rest; {@code shapes}:
   *     every matrix product of four networks, forward and backward, at three batches, and cubes
   * @param cores threads of the cases on all cores
   * @throws IllegalArgumentException if there is none of that name
   */
  static List<Group> named(String name, int cores) {
    Selection selection = new Selection();
    switch (name) {
      case "tour" -> {
        selection.products(cores);
        selection.losses();
        selection.steps(cores);
        selection.inference(cores);
      }
      case "shapes" -> selection.shapes();
      default ->
          throw new IllegalArgumentException(
              "no selection '" + name + "'; there are tour and shapes");
    }
    return selection.groups;
  }

  /** The machine's limits on so many threads; the methods of {@link Limits} are who measures. */
  static Group limits(int threads) {
    return Group.of(
        "limits", Unit.GFLOPS, Limits.class, threads, "fma read",
        "bytes=24576,98304,393216,1572864,6291456,25165824,50331648,201326592");
  }

  private void add(
      String section, Unit unit, Class<?> benchmark, int threads, String implementations,
      String... parameters) {
    groups.add(Group.of(section, unit, benchmark, threads, implementations, parameters));
  }

  private void layers(
      String section, int threads, String implementations, String products, String layers,
      String batches) {
    add(
        section, Unit.GFLOPS, LayerGemm.class, threads, implementations,
        "product=" + products, "layer=" + layers, "batch=" + batches);
  }

  private void shapes() {
    String wide = "products, 30 or more outputs, batch 32 and 128";
    for (String layer :
        List.of(
            "784x1200", "1200x1200", "784x800", "800x800", "784x300", "300x300", "784x30",
            "30x30")) {
      layers(wide, 1, BLAS, "FORWARD,DX,DW", layer, "32,128");
    }
    String narrow = "1200x10,800x10,300x10,30x10";
    layers("products, 10 outputs, batch 32 and 128", 1, BLAS, "FORWARD,DX,DW", narrow, "32,128");
    String all = "784x1200,1200x1200,784x800,800x800,784x300,300x300,784x30,30x30," + narrow;
    layers("products, one image, forward and dW", 1, BLAS, "FORWARD,DW", all, "1");
    layers("products, one image, dX", 1, BLAS, "DX", all, "1");
    add(
        "products, cubes", Unit.GFLOPS, CubeGemm.class, 1, BLAS,
        "size=32,48,64,96,128,192,256,384,512,768,1024");
  }

  private void products(int cores) {
    layers("products, large", 1, BLAS + " vectorblas", "FORWARD,DX,DW", "784x1200", "128");
    layers("products, small", 1, BLAS, "FORWARD,DX,DW", "784x30,1200x10", "128");
    layers("products, one image", 1, BLAS, "FORWARD,DX,DW", "784x800", "1");
    add("products, cubes", Unit.GFLOPS, CubeGemm.class, 1, BLAS, "size=32,128,512");
    if (cores > 1) {
      layers("products, large", cores, BLAS, "FORWARD,DX,DW", "784x1200", "128");
    }
  }

  private void losses() {
    for (String operation : List.of("SOFTMAX", "CROSS_ENTROPY", "DISTILLATION")) {
      add(
          "losses and their gradients", Unit.NANOSECONDS_AN_ELEMENT, Losses.class, 1,
          "vector pytorch c",
          "operation=" + operation, "logits=1024x10,256x100,256x1000,64x32000");
    }
  }

  /** Smile knows labels only, and no threads but those of its products with one vector. */
  private void steps(int cores) {
    String networks = "network=784-1200-1200-10,784-800-800-10,784-30-30-10";
    String title = "training step, batch 128";
    add(
        title, Unit.IMAGES, TrainingStep.class, 1, "vector pytorch smile",
        "loss=CROSS_ENTROPY", networks);
    add(title, Unit.IMAGES, TrainingStep.class, 1, "vector pytorch", "loss=DISTILLATION", networks);
    if (cores > 1) {
      add(
          title, Unit.IMAGES, TrainingStep.class, cores, "vector pytorch",
          "loss=CROSS_ENTROPY", networks);
    }
    add(
        "optimiser", Unit.MICROSECONDS, OptimizerStep.class, 1, "vector pytorch",
        "rule=SGD,ADAM", "parameters=2395210");
  }

  private void inference(int cores) {
    String networks = "network=784-30-30-10,784-800-800-10";
    String peers = "vector onnx pytorch smile";
    add(
        "inference, 1 and 100 images", Unit.MICROSECONDS, Inference.class, 1, peers, networks,
        "images=1,100");
    if (cores > 1) {
      add(
          "inference, 100 images", Unit.MICROSECONDS, Inference.class, cores,
          "vector onnx pytorch", networks, "images=100");
    }
    add(
        "start-up, 1 answer and 1000", Unit.MILLISECONDS, ColdStart.class, 1,
        "vector onnx pytorch", networks, "answers=1");
    groups.add(
        Group.of(
            "start-up, 1 answer and 1000",
            List.of(Unit.MILLISECONDS, Unit.RESIDENT, Unit.SHIPPED), ColdStart.class, 1,
            "vector onnx pytorch", networks, "answers=1000"));
    add(
        "training to 96.5% of the digits", Unit.SECONDS, TimeToAccuracy.class, 1,
        "vector pytorch smile tribuo", "accuracy=0.965");
    groups.add(
        Group.of(
            "many images, load and epoch", List.of(Unit.SECONDS, Unit.RESIDENT), LargeData.class,
            1, "vector", "work=load,epoch", "images=60000,1000000"));
  }
}
