package dev.retort.bench;

import java.util.Map;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Sizes at which a benchmark of any class is done in a moment. */
final class Small {
  private static final Map<String, String[]> PARAMETERS =
      Map.of(
          "layer", new String[] {"30x10"},
          "size", new String[] {"32"},
          "batch", new String[] {"32"},
          "logits", new String[] {"64x10", "16x127"},
          "network", new String[] {"784-30-30-10"},
          "parameters", new String[] {"24790"},
          "bytes", new String[] {"24576"});

  private Small() {}

  /** Those of the parameter, or the others if it has no small ones. */
  static String[] values(String parameter, String[] others) {
    return PARAMETERS.getOrDefault(parameter, others);
  }

  static ChainedOptionsBuilder options(String benchmarks) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(benchmarks)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    PARAMETERS.forEach(options::param);
    return options;
  }
}
