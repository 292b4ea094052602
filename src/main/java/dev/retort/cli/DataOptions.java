package dev.retort.cli;

import dev.retort.data.DataFiles;
import dev.retort.data.Digits;
import dev.retort.data.TrainTest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where samples come from, and how their files are to be read. */
final class DataOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--data", paramLabel = "PATH",
      description = "Folder with the four MNIST files, or a data set in that form, gzipped or not; with"
          + " x_train.npy and so on; with train.csv and test.csv; or one .npz file (default: the embedded"
          + " digits).")
  private Path data;

  @Option(names = "--labels-from", defaultValue = "0",
      description = "Label of the first class (default ${DEFAULT-VALUE}); EMNIST letters: 1.")
  private int labelsFrom;

  @Option(names = "--ignore-label", paramLabel = "N",
      description = "Leaves out the samples with this label, such as -1 or -100.")
  private Integer ignored;

  @Option(names = "--transpose", description = "Swap height and width of images, as EMNIST needs it.")
  private boolean transpose;

  @Option(names = "--label-column", defaultValue = "label",
      description = "Column of the labels in CSV files, name or index.")
  private String label;

  @Option(names = "--divide-by",
      description = "Divides all features (default: 255 if they are unsigned bytes, else 1).")
  private Float divisor;

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
