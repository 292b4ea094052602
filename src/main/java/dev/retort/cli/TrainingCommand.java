package dev.retort.cli;

import module java.base;
import dev.retort.data.TrainTest;
import dev.retort.nn.Network;
import dev.retort.train.Trained;
import dev.retort.train.Training;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that trains networks, saved as it goes if that is asked for; its {@link ModelRecipe} makes one again. */
abstract sealed class TrainingCommand implements Callable<Integer> permits TrainCommand, DistillCommand {
  @Spec CommandSpec spec;
  @Mixin RunOptions run;
  @Option(names = "--checkpoint-every", paramLabel = "N") private Integer every;
  @Option(names = "--resume") private boolean resume;

  private final List<Path> checkpoints = new ArrayList<>();

  /** Refuses what is out of range, before anything is loaded or trained. */
  abstract void check();

  /** Does the work. */
  abstract void run(TrainTest data, ResultFolder results) throws IOException;

  /** The recipe of the network that the command's own learns from, if there is one and it is not a file's. */
  Optional<ModelRecipe> teacherRecipe() {
    return Optional.empty();
  }

  /**
   * Trains the network of its recipe.
   *
   * @param teacher there if there is a recipe of it
   * @param more adds what decides no bits: a listener, checkpoints
   */
  abstract Trained again(TrainTest data, Optional<Network> teacher, UnaryOperator<Training> more);

  @Override
  public final Integer call() throws IOException {
    check();
    return run.in(
        spec.name(),
        results -> {
          run(run.load(), results);
          for (Path file : checkpoints) {
            Files.deleteIfExists(file);
          }
        });
  }

  /** Trains a network, with progress and checkpoints, and evaluates it. */
  final NetworkResult network(
      String label, Path checkpoint, TrainTest data, Function<UnaryOperator<Training>, Trained> work) {
    try (Progress.Bar bar = run.progress(label)) {
      Trained trained = work.apply(training -> saved(training.listener(bar), checkpoint));
      return new NetworkResult(label, trained, trained.evaluate(data.test()), Optional.empty());
    }
  }

  private Training saved(Training training, Path file) {
    if (every == null && !resume) {
      return training;
    }
    if (resume && checkpoints.isEmpty() && !Files.exists(file)) {
      spec.commandLine().getErr().printf("retort: note: there is no %s: the run starts from its beginning%n", file);
    }
    checkpoints.add(file);
    Training saved = training.checkpoint(file, every == null ? 1 : every);
    return resume ? saved.resume() : saved;
  }
}
