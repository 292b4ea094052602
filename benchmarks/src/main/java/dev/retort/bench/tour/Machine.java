package dev.retort.bench.tour;

import dev.retort.bench.Limits;
import dev.retort.kernel.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured on, and what it can do at best: stops of their own, one for each limit. */
final class Machine {
  private static final List<Integer> WORKING_SETS = List.of(49152, 393216, 6291456, 201326592);

  private final List<Stop> limits = new ArrayList<>();

  Machine(int cores) {
    addLimits(1);
    if (cores > 1) {
      addLimits(cores);
    }
  }

  private void addLimits(int threads) {
    limits.add(limit("fma", threads, Unit.GFLOPS, "multiply-adds in registers", Map.of()));
    for (int bytes : WORKING_SETS) {
      String name = "triad, " + size(bytes) + (threads == 1 ? "" : " each");
      limits.add(
          limit("triad", threads, Unit.GBYTES, name, Map.of("bytes", Integer.toString(bytes))));
    }
  }

  private static Stop limit(
      String method, int threads, Unit unit, String name, Map<String, String> parameters) {
    return new Stop("Limits", name, Limits.class, threads, unit, List.of(method), parameters);
  }

  private static String size(int bytes) {
    return bytes < 1 << 20 ? bytes / 1024 + " KiB" : bytes / (1 << 20) + " MiB";
  }

  List<Stop> limits() {
    return limits;
  }

  /** The share of the limit that binds, and which one it is. */
  record Share(double value, String of) {}

  /** The peak binds or the bandwidth of the smallest working set that holds the run's bytes. */
  Share share(Series series, int threads) {
    double peak = 0;
    double bandwidth = 0;
    for (Stop limit : limits) {
      Series best = limit.series.values().stream().findFirst().orElse(null);
      if (limit.threads == threads && best != null) {
        if (limit.unit == Unit.GFLOPS) {
          peak = best.median() * best.flops();
        } else if (bandwidth == 0 || best.bytes() < 2 * series.bytes() / threads) {
          bandwidth = best.median() * best.bytes() * threads;
        }
      }
    }
    double ofPeak = series.median() * series.flops() / peak;
    double ofBandwidth = series.median() * series.bytes() / bandwidth;
    return ofPeak >= ofBandwidth
        ? new Share(ofPeak, "FMA peak")
        : new Share(ofBandwidth, "bandwidth");
  }

  /** Processor, operating system, JDK and backend. */
  static Map<String, String> description() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processor", processor());
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put(
        "system",
        System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
            + System.getProperty("os.arch"));
    facts.put(
        "jdk", System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"));
    facts.put("backend", Backend.describe());
    return facts;
  }

  private static String processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
