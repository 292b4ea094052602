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
          "images", new String[] {"200"},
          "accuracy", new String[] {"0.5"},
          "logits", new String[] {"64x10", "16x127"},
          "network", new String[] {"784-30-30-10"},
          "parameters", new String[] {"24790"},
          "bytes", new String[] {"24576"});

  private Small() {}

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
