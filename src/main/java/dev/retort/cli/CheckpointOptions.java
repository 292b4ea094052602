package dev.retort.cli;

import module java.base;
import dev.retort.train.Training;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Saving a run as it goes, and going on with one that was interrupted. */
final class CheckpointOptions {
  @Spec(Spec.Target.MIXEE) private CommandSpec spec;
  @Option(names = "--checkpoint-every", paramLabel = "N") private Integer every;
  @Option(names = "--resume") private boolean resume;

  private final List<Path> files = new ArrayList<>();

  /** A training of the run's network of this name that is saved and resumed if that is asked for. */
  Training of(Training training, Path folder, String name) {
    if (every == null && !resume) {
      return training;
    }
    Path file = folder.resolve(name + ".checkpoint");
    Training saved = training.checkpoint(file, every == null ? 1 : every);
    if (resume && files.isEmpty() && !Files.exists(file)) {
      spec.commandLine()
          .getErr()
          .printf("retort: note: there is no %s: the run starts from its beginning%n", file);
    }
    files.add(file);
    return resume ? saved.resume() : saved;
  }

  /** Deletes the checkpoints of a run whose results are there. */
  void delete() throws IOException {
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
