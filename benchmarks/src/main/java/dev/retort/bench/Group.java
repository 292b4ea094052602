package dev.retort.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Cases of one benchmark that an implementation measures in one JVM, as one JVM trains all layers of
 * a network: what the compiler has learned from one shape it uses for the next.
 *
 * @param section the table's heading, which several groups may share
 * @param units what is shown, a table each
 * @param threads of every case
 * @param implementations who takes part, the engine first
 * @param command JMH's: the benchmark and its parameters
 */
record Group(
    String section, List<Unit> units, int threads, List<String> implementations, String command) {

  /** Some cases of every benchmark that stand for the rest. */
  private static final String TOUR =
      """
      products, large | GFLOP/s | vector openblas mkl vectorblas | Gemm -p shape=784x1200x128
      products, small | GFLOP/s | vector openblas mkl | Gemm -p shape=784x30x128,1200x10x128
      products, one image | GFLOP/s | vector openblas mkl | Gemm -p shape=784x800x1
      products, cubes | GFLOP/s | vector openblas mkl \
      | Gemm -p product=FORWARD -p shape=32x32x32,128x128x128,512x512x512
      products, large | GFLOP/s | vector openblas mkl | Gemm -p shape=784x1200x128 -p threads=all
      losses and their gradients | ns/element | vector pytorch c \
      | RowLosses -p operation=SOFTMAX -p shape=1024x10,256x100,256x1000,64x32000
      losses and their gradients | ns/element | vector pytorch c \
      | RowLosses -p operation=CROSS_ENTROPY -p shape=1024x10,256x100,256x1000,64x32000
      losses and their gradients | ns/element | vector pytorch c \
      | RowLosses -p operation=DISTILLATION -p shape=1024x10,256x100,256x1000,64x32000
      training step, batch 128 | thousand images/s | vector pytorch \
      | TrainingStep -p operation=CROSS_ENTROPY -p network=784-1200-1200-10,784-800-800-10,784-30-30-10
      training step, batch 128 | thousand images/s | vector pytorch \
      | TrainingStep -p operation=DISTILLATION -p network=784-1200-1200-10,784-800-800-10,784-30-30-10
      training step, batch 128 | thousand images/s | vector pytorch | TrainingStep \
      -p operation=CROSS_ENTROPY -p network=784-1200-1200-10,784-800-800-10,784-30-30-10 -p threads=all
      inference, 1 and 100 images | us | vector onnx pytorch | Inference
      inference, 100 images | us | vector onnx pytorch | Inference -p images=100 -p threads=all
      start-up, 1 answer and 1000 | ms | vector onnx pytorch | ColdStart -p answers=1
      start-up, 1 answer and 1000 | ms, MiB in memory, MiB shipped | vector onnx pytorch \
      | ColdStart -p answers=1000
      training to 96.5% of the digits | s | vector smile tribuo | TimeToAccuracy
      many images, load and epoch | s, MiB in memory | vector | LargeData
      """;

  /** Every matrix product of four networks, forward and backward, at three batches, and cubes. */
  private static final String SHAPES =
      """
      products, 30 or more outputs, batch 32 and 128 | GFLOP/s | vector openblas mkl \
      | Gemm -p shape=WIDEx32,WIDEx128
      products, 10 outputs, batch 32 and 128 | GFLOP/s | vector openblas mkl | Gemm -p shape=\
      1200x10x32,800x10x32,300x10x32,30x10x32,1200x10x128,800x10x128,300x10x128,30x10x128
      products, one image, forward and dW | GFLOP/s | vector openblas mkl \
      | Gemm -p product=FORWARD,DW -p shape=\
      784x1200x1,1200x1200x1,784x800x1,800x800x1,784x300x1,300x300x1,784x30x1,30x30x1,\
      1200x10x1,800x10x1,300x10x1,30x10x1
      products, one image, dX | GFLOP/s | vector openblas mkl | Gemm -p product=DX -p shape=\
      784x1200x1,1200x1200x1,784x800x1,800x800x1,784x300x1,300x300x1,784x30x1,30x30x1,\
      1200x10x1,800x10x1,300x10x1,30x10x1
      products, cubes | GFLOP/s | vector openblas mkl | Gemm -p product=FORWARD -p shape=\
      32x32x32,48x48x48,64x64x64,96x96x96,128x128x128,192x192x192,256x256x256,384x384x384,\
      512x512x512,768x768x768,1024x1024x1024
      """;

  private static final List<String> WIDE =
      List.of(
          "784x1200", "1200x1200", "784x800", "800x800", "784x300", "300x300", "784x30", "30x30");

  /**
   * The groups of a selection, before them the machine's limits on as many threads.
   *
   * @param name {@code tour} or {@code shapes}
   * @param only part of a heading
   * @param quick takes the first and the last value of each parameter, and nothing that takes long
   * @param present who can take part
   * @param cores threads of the cases on all cores
   * @throws IllegalArgumentException if there is no selection of that name
   */
  static List<Group> selection(
      String name, String only, boolean quick, List<String> present, int cores) {
    String selection = Map.of("tour", TOUR, "shapes", SHAPES).get(name);
    if (selection == null) {
      throw new IllegalArgumentException(
          "no selection '" + name + "'; there are tour and shapes");
    }
    List<Group> groups =
        selection
            .lines()
            .filter(line -> cores > 1 || !line.contains("threads=all"))
            .flatMap(line -> WIDE.stream().map(layer -> line.replace("WIDE", layer)).distinct())
            .map(line -> of(quick ? line.replaceAll(",\\S*,", ",") : line, present, cores))
            .filter(group -> group.section.contains(only) && !(quick && group.isLong()))
            .toList();
    Stream<Integer> threads = groups.stream().map(Group::threads).distinct();
    return Stream.concat(threads.flatMap(Group::limits), groups.stream()).toList();
  }

  static Group of(String line, List<String> present, int cores) {
    String[] parts = line.split(" \\| ", -1);
    int threads = line.contains("threads=all") ? cores : 1;
    return new Group(
        parts[0] + (threads == 1 ? "" : ", " + threads + " threads"),
        Arrays.stream(parts[1].split(", ", -1)).map(Unit::of).toList(), threads,
        Arrays.stream(parts[2].split(" ", -1)).filter(present::contains).toList(),
        parts[3].replace("threads=all", "threads=" + threads));
  }

  private static Stream<Group> limits(int threads) {
    String command = "Limits -t " + threads;
    return Stream.of(
        new Group("limits", List.of(), threads, List.of("fma"), command + " -p size=24576"),
        new Group("limits", List.of(), threads, List.of("read"), command));
  }

  /** Whether a single run takes so long that one round has to do. */
  boolean isLong() {
    return units.contains(Unit.SECONDS);
  }
}
