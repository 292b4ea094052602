package dev.retort.bench.tour;

import dev.retort.bench.Contender;
import dev.retort.bench.Limits;
import dev.retort.bench.Steering;
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
  /** Of a triad's or a sum's arrays, four times as much each, from a first cache to memory. */
  private static final List<Integer> WORKING_SETS =
      List.of(24576, 98304, 393216, 1572864, 6291456, 25165824, 50331648, 201326592);

  private static final String PEAK = "fma";
  private static final String TRIAD = "triad";
  private static final String READ = "read";

  /** Set for the process that runs the tour: what the environment that started it had set. */
  static final String TAKEN = "tour.taken";

  private final List<Stop> limits = new ArrayList<>();

  Machine(int cores) {
    addLimits(1);
    if (cores > 1) {
      addLimits(cores);
    }
  }

  private void addLimits(int threads) {
    limits.add(limit(PEAK, threads, Unit.GFLOPS, "multiply-adds in registers", Map.of()));
    for (String method : List.of(TRIAD, READ)) {
      for (int bytes : WORKING_SETS) {
        String name =
            (method.equals(TRIAD) ? "triad over " : "reading ") + size(bytes)
                + (threads == 1 ? "" : " each");
        limits.add(
            limit(method, threads, Unit.GBYTES, name, Map.of("bytes", Integer.toString(bytes))));
      }
    }
  }

  private static Stop limit(
      String method, int threads, Unit unit, String name, Map<String, String> parameters) {
    return new Stop("Limits", name, Limits.class, threads, unit, List.of(method), parameters);
  }

  private static String size(int bytes) {
    double kibibytes = bytes / 1024.0;
    return kibibytes < 1024
        ? Math.round(kibibytes) + " KiB" : Unit.brief(kibibytes / 1024) + " MiB";
  }

  List<Stop> limits() {
    return limits;
  }

  /** The share of the limit that binds, and which one it is. */
  record Share(double value, String of) {
    @Override
    public String toString() {
      return Math.round(100 * value) + "% of " + of;
    }
  }

  /** The peak binds, or the bandwidth of the smallest working set that holds a thread's bytes. */
  Share share(Stop stop, Series series) {
    String stream = stop.reads() ? READ : TRIAD;
    double peak = 0;
    double bandwidth = 0;
    String where = "";
    double held = 0;
    double resident = stop.resident(series.bytes()) / series.threads();
    for (Stop limit : limits) {
      for (Series best : limit.series.values()) {
        if (best.threads() != series.threads()) {
          continue;
        }
        if (best.by().equals(PEAK)) {
          peak = best.best() * best.flops();
        } else if (best.by().equals(stream) && held < resident) {
          held = best.bytes();
          bandwidth = best.best() * best.bytes() * stop.overTriad();
          where = limit.name;
        }
      }
    }
    double ofPeak = series.median() * series.flops() / peak;
    double ofBandwidth = series.median() * series.bytes() / bandwidth;
    return ofPeak >= ofBandwidth
        ? new Share(ofPeak, "FMA peak")
        : new Share(ofBandwidth, where.replace(" each", ""));
  }

  /** Processor, operating system, JDK and backend, and what kept peers from their best. */
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
    facts.put("environment", environment());
    return facts;
  }

  private static String environment() {
    Map<String, String> left = Steering.in(System.getenv());
    String taken = System.getProperty(TAKEN, "");
    return left.isEmpty()
        ? taken.isEmpty() ? "nothing set that steers a peer" : "measured without " + taken
        : "set and able to hold a peer below its best: " + left;
  }

  /** What each contender says of itself. */
  static Map<String, String> contenders() {
    Map<String, String> all = new LinkedHashMap<>();
    for (Contender contender : Contender.all()) {
      try {
        all.put(contender.name(), contender.describe());
      } catch (RuntimeException | LinkageError e) {
        all.put(contender.name(), e.toString());
      }
    }
    return all;
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
