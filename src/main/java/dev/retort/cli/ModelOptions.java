package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.model.Checkpoint;
import dev.retort.model.Layout;
import dev.retort.model.ModelInfo;
import dev.retort.model.SavedModel;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How saved networks are read. */
final class ModelOptions {
  @Spec(Spec.Target.MIXEE) private CommandSpec spec;
  @Option(names = "--layout", defaultValue = "AUTO") private Layout layout;

  /** Reads one, and notes what it has no use for. */
  SavedModel read(Path file) {
    SavedModel model = read(file, layout);
    if (!model.ignored().isEmpty()) {
      err().printf("retort: note: %s: no use for %s%n", file, String.join(", ", model.ignored()));
    }
    return model;
  }

  /** Reads one to be used on samples, and warns if it was trained on samples of another scale. */
  SavedModel read(Path file, Dataset samples) {
    SavedModel model = read(file);
    float divisor = model.info().divisor();
    if (!model.info().equals(ModelInfo.NONE) && divisor != samples.divisor()) {
      err().printf(
          "retort: warning: %s was trained on features divided by %s, those of %s are divided by %s;"
              + " --divide-by says otherwise%n",
          file, divisor, samples.name(), samples.divisor());
    }
    return model;
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** All that is in the file of a network; one that cannot be read is bad input. */
  static SavedModel read(Path file, Layout layout) {
    try {
      return Checkpoint.read(file, layout);
    } catch (IOException e) {
      throw new IllegalArgumentException("model " + file + ": " + Main.why(e), e);
    }
  }
}
