package dev.retort.bench.tour;

import dev.retort.bench.CubeGemm;
import dev.retort.bench.Inference;
import dev.retort.bench.LayerGemm;
import dev.retort.bench.Losses;
import dev.retort.bench.OptimizerStep;
import dev.retort.bench.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Where the tour goes: a few cases of every benchmark that stand for the rest. */
final class Route {
  private final Set<String> present;
  private final int cores;
  private final List<Stop> stops = new ArrayList<>();

  private Route(Set<String> present, int cores) {
    this.present = present;
    this.cores = cores;
  }

  /**
   * All stops.
   *
   * @param present names of the contenders that there are
   * @param cores threads of the stops on all cores
   */
  static List<Stop> of(Set<String> present, int cores) {
    Route route = new Route(present, cores);
    route.products();
    route.losses();
    route.steps();
    route.inference();
    return route.stops;
  }

  /** What a reader compares: trainings on several threads against everybody's best. */
  static List<Stop> brief(List<Stop> stops) {
    List<Stop> brief = new ArrayList<>();
    for (Stop stop : stops) {
      Stop alone =
          stop.benchmark != TrainingStep.class
              ? null
              : brief.stream().filter(stop::sameWork).findFirst().orElse(null);
      brief.add(alone == null ? stop : Stop.bestOf(alone, stop));
    }
    return brief;
  }

  private void products() {
    layer("FORWARD", "784x1200", 128, 1, "mkl", "openblas", "vectorblas");
    layer("DX", "1200x1200", 128, 1, "mkl", "openblas");
    layer("DW", "784x1200", 128, 1, "mkl", "openblas");
    layer("FORWARD", "784x30", 128, 1, "mkl", "openblas");
    layer("DW", "784x30", 128, 1, "mkl", "openblas");
    layer("FORWARD", "1200x10", 128, 1, "mkl", "openblas");
    layer("DX", "1200x10", 128, 1, "mkl", "openblas");
    layer("FORWARD", "784x800", 1, 1, "mkl", "openblas");
    cube(32, 1, "mkl", "openblas");
    cube(128, 1, "mkl", "openblas");
    cube(512, 1, "mkl", "openblas");
    if (cores > 1) {
      layer("FORWARD", "784x1200", 128, cores, "mkl", "openblas");
      cube(512, cores, "mkl", "openblas");
    }
  }

  private void layer(String product, String layer, int batch, int threads, String... peers) {
    stop(
        "GEMM", product.toLowerCase(Locale.ROOT) + " " + layer + ", batch " + batch,
        LayerGemm.class, threads, Unit.GFLOPS, peers,
        Map.of("product", product, "layer", layer, "batch", "" + batch, "threads", "" + threads));
  }

  private void cube(int size, int threads, String... peers) {
    stop(
        "GEMM", "cube " + size, CubeGemm.class, threads, Unit.GFLOPS, peers,
        Map.of("size", "" + size, "threads", "" + threads));
  }

  private void losses() {
    for (String operation : List.of("SOFTMAX", "CROSS_ENTROPY_GRADIENT", "DISTILLATION_GRADIENT")) {
      for (String logits : List.of("1024x10", "256x100", "256x1000", "64x32000")) {
        String name = operation.toLowerCase(Locale.ROOT).replace('_', ' ');
        stop(
            "Losses", name.replace(" gradient", " + gradient") + " " + logits,
            Losses.class, 1, Unit.TIME_AN_ELEMENT, new String[] {"pytorch"},
            Map.of("operation", operation, "logits", logits, "threads", "1"));
      }
    }
  }

  private void steps() {
    for (String network : List.of("784-1200-1200-10", "784-800-800-10", "784-30-30-10")) {
      for (String loss : List.of("CROSS_ENTROPY", "DISTILLATION")) {
        step(network, loss, 1);
        // Time is short, and the loss is a small part of what threads share.
        if (cores > 1 && (loss.equals("CROSS_ENTROPY") || network.contains("1200"))) {
          step(network, loss, cores);
        }
      }
    }
    stop(
        "Optimisers", "Adam, 2.4 M parameters", OptimizerStep.class, 1, Unit.GBYTES,
        new String[] {"pytorch"},
        Map.of("rule", "ADAM", "parameters", "2395210", "threads", "1"));
  }

  /** Smile knows labels only, and no threads but those of its products with one vector. */
  private void step(String network, String loss, int threads) {
    boolean smile = loss.equals("CROSS_ENTROPY") && threads == 1;
    stop(
        "Training step, batch 128",
        network + " " + loss.toLowerCase(Locale.ROOT).replace('_', ' '),
        TrainingStep.class, threads, Unit.IMAGES,
        smile ? new String[] {"pytorch", "smile"} : new String[] {"pytorch"},
        Map.of("network", network, "loss", loss, "batch", "128", "threads", "" + threads));
  }

  private void inference() {
    for (String network : List.of("784-30-30-10", "784-800-800-10")) {
      stop(
          "Inference, one image", network, Inference.class, 1, Unit.TIME,
          new String[] {"pytorch", "smile"}, Map.of("network", network));
    }
  }

  private void stop(
      String group, String name, Class<?> benchmark, int threads, Unit unit, String[] peers,
      Map<String, String> parameters) {
    List<String> contenders = new ArrayList<>(List.of(Stop.OURS));
    for (String peer : peers) {
      if (present.contains(peer)) {
        contenders.add(peer);
      }
    }
    stops.add(new Stop(group, name, benchmark, threads, unit, contenders, parameters));
  }
}
