package dev.retort.cli;

import module java.base;
import dev.retort.data.DataFiles;
import dev.retort.data.Digits;
import dev.retort.data.TrainTest;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where samples come from, and how their files are to be read. */
final class DataOptions {
  @Spec(Spec.Target.MIXEE) private CommandSpec spec;
  @Option(names = "--data", paramLabel = "PATH") private Path data;
  @Option(names = "--labels-from", defaultValue = "0") private int labelsFrom;
  @Option(names = "--ignore-label", paramLabel = "N") private Integer ignored;
  @Option(names = "--transpose") private boolean transpose;
  @Option(names = "--label-column", defaultValue = "label") private String label;
  @Option(names = "--divide-by") private Float divisor;

  /** Reads the samples, and warns of classes without any. */
  TrainTest load() {
    if (data == null) {
      return Digits.load();
    }
    DataFiles files = DataFiles.at(data).labelsFrom(labelsFrom).labelColumn(label);
    if (transpose) {
      files.transposed();
    }
    if (ignored != null) {
      files.ignoring(ignored);
    }
    if (divisor != null) {
      files.divisor(divisor);
    }
    TrainTest parts = files.load();
    List<String> empty = parts.train().emptyClasses();
    if (!empty.isEmpty()) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(
          "retort: warning: no training sample of class %s%s%n", String.join(", ", empty),
          empty.contains("0") ? "; labels that begin at 1 need --labels-from 1" : "");
    }
    return parts;
  }
}
