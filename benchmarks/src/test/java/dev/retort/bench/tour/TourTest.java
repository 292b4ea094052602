package dev.retort.bench.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.bench.Cost;
import dev.retort.bench.Inference;
import dev.retort.bench.Losses;
import dev.retort.bench.OptimizerStep;
import dev.retort.bench.TrainingStep;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;

/** What the tour makes of measurements, and that its stops are where they are meant to be. */
final class TourTest {
  private static final Cost KIBIBYTE = new Cost(10, 1024, 1);

  private static Stop stop(Class<?> benchmark, int threads) {
    return new Stop(
        "Group", "a < b", benchmark, threads, Unit.TIME, List.of(Stop.OURS, "peer"), Map.of());
  }

  private static Stop measured(int threads, double ours, double peer) {
    Stop stop = stop(TrainingStep.class, threads);
    stop.series(Stop.OURS).add(ours, KIBIBYTE);
    stop.series("peer").add(peer, KIBIBYTE);
    return stop;
  }

  /** Limits of one thread: the peak, then 1000, 999, 998 ... runs of each working set a second. */
  private static Machine machine() {
    Machine machine = new Machine(2);
    double rate = 1000;
    for (Stop limit : machine.limits()) {
      double bytes = Double.parseDouble(limit.parameters.getOrDefault("bytes", "0"));
      limit.series(limit.contenders.getFirst()).add(rate, new Cost(1e9, bytes, 0));
      rate--;
    }
    return machine;
  }

  @Test
  void everyParameterOfAStopIsOneOfItsBenchmark() {
    List<Stop> stops = Route.of(Set.of("mkl", "openblas", "vectorblas", "pytorch", "smile"), 2);
    assertTrue(stops.size() > 30);
    for (Stop stop : stops) {
      Set<String> known =
          Arrays.stream(stop.benchmark.getFields())
              .filter(field -> field.isAnnotationPresent(Param.class))
              .map(Field::getName)
              .collect(Collectors.toSet());
      assertTrue(known.containsAll(stop.parameters.keySet()), stop::label);
    }
  }

  @Test
  void aRatioIsTheMedianOfTheRoundsRatios() {
    Stop stop = measured(1, 10, 5);
    stop.series(Stop.OURS).add(40, KIBIBYTE);
    stop.series("peer").add(10, KIBIBYTE);
    stop.series(Stop.OURS).add(30, KIBIBYTE);
    stop.series("peer").add(10, KIBIBYTE);
    assertEquals(
        "3.00 x (2.00 to 4.00)", Report.ratio(stop.ours().get().over(stop.bestPeer().get())));
  }

  @Test
  void trainingStandsAgainstThePeersBestNumberOfThreads() {
    List<Stop> brief = Route.brief(List.of(measured(1, 10, 9), measured(2, 18, 5)));
    assertEquals(2, brief.size());
    assertEquals(18, brief.get(1).ours().get().median());
    assertEquals(9, brief.get(1).bestPeer().get().median());
    assertEquals(1, brief.get(1).bestPeer().get().threads());
  }

  @Test
  void theSmallestWorkingSetThatHoldsARunGivesItsBandwidth() {
    Machine machine = machine();
    Stop losses = stop(Losses.class, 1);
    losses.series(Stop.OURS).add(10, new Cost(0, 98304, 0));
    Machine.Share share = machine.share(losses, losses.ours().get());
    assertEquals("triad over 96 KiB", share.of());
    assertEquals(10.0 / 998, share.value(), 1e-12);

    Stop more = stop(Losses.class, 1);
    more.series(Stop.OURS).add(10, new Cost(0, 98308, 0));
    assertEquals("triad over 384 KiB", machine.share(more, more.ours().get()).of());

    Stop inference = stop(Inference.class, 1);
    inference.series(Stop.OURS).add(10, new Cost(0, 1e12, 0));
    assertEquals("reading 192 MiB", machine.share(inference, inference.ours().get()).of());

    Stop adam = stop(OptimizerStep.class, 1);
    adam.series(Stop.OURS).add(10, new Cost(0, 98304 * 7 / 4.0, 0));
    assertEquals("triad over 96 KiB", machine.share(adam, adam.ours().get()).of());
    assertEquals(
        10 * 7 / 4.0 / 998 * 3 / 4, machine.share(adam, adam.ours().get()).value(), 1e-12);
  }

  @Test
  void thePeakBindsWhereItsShareIsLarger() {
    Stop stop = stop(Losses.class, 1);
    stop.series(Stop.OURS).add(500, new Cost(1e9, 4, 0));
    assertEquals("50% of FMA peak", machine().share(stop, stop.ours().get()).toString());
  }

  @Test
  void theChartIsXmlWithABarForEveryResult() throws Exception {
    String svg = new Chart(machine(), List.of(measured(1, 10, 9), measured(2, 18, 5))).svg();
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    // Two stops, a ratio and a share each, on a ground.
    assertEquals(5, document.getElementsByTagName("rect").getLength());
    assertTrue(svg.contains("2x peer"), svg);
  }
}
