package dev.retort.cli;

import dev.retort.Retort;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.model.Checkpoint;
import dev.retort.model.ModelInfo;
import dev.retort.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every long command takes. */
final class RunOptions {
  /** Where results go by default; the property names another folder, as the build does. */
  private static final String DEFAULT_OUT = "${sys:retort.out:-retort-out}";

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of everything random (default ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--threads",
      description = "Threads, at most a few times the processors; results do not depend on it"
          + " (default: all processors).")
  private Integer threads;

  @Mixin private DataOptions data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the results (default: " + DEFAULT_OUT + "/<command>).")
  private Path out;

  /** Sets the threads and loads the data. */
  TrainTest load() {
    Retort.setThreads(threads == null ? Retort.threads() : threads);
    return data.load();
  }

  /** A network that was saved; a file that cannot be read is bad input. */
  static Network model(Path file) {
    try {
      return Checkpoint.load(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("model " + file + ": " + Main.why(e), e);
    }
  }

  /** What the file of a network trained on these samples says beside its weights. */
  ModelInfo info(Dataset train) {
    return ModelInfo.of(
        train, Map.of("seed", Long.toString(seed), "version", Retort.version()));
  }

  /** The folder of a command's results unless {@code --out} names another. */
  static Path defaultOut(String command) {
    return Path.of(System.getProperty("retort.out", "retort-out"), command);
  }

  /** The output folder, made and proven writable before any work is done. */
  Path out(String command) throws IOException {
    Path folder = out == null ? defaultOut(command) : out;
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".retort", null));
      return folder;
    } catch (IOException e) {
      throw new IOException(
          "cannot write to " + folder + ": " + Main.why(e) + "; choose another folder with --out",
          e);
    }
  }
}
