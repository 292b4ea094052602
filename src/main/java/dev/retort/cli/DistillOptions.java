package dev.retort.cli;

import dev.retort.train.Distiller;
import dev.retort.train.Recipe;
import java.util.List;
import picocli.CommandLine.Option;

/** What the distillation itself takes. Defaults were tuned on a split of the training images. */
final class DistillOptions {
  @Option(
      names = "--temperature",
      defaultValue = "4",
      description = "T of the soft targets (default ${DEFAULT-VALUE}).")
  double temperature;

  @Option(
      names = "--hard-weight",
      defaultValue = "0.3",
      description = "Weight of the hard labels' cross entropy (default ${DEFAULT-VALUE}).")
  double hardWeight;

  @Option(
      names = "--soft-weight",
      defaultValue = "0.7",
      description = "Weight of T^2 times the soft targets' (default ${DEFAULT-VALUE}).")
  double softWeight;

  @Option(
      names = "--teacher",
      defaultValue = "256-256",
      converter = HiddenLayers.class,
      description = "Hidden layers of the teacher (default ${DEFAULT-VALUE}).")
  List<Integer> teacher;

  @Option(
      names = "--student",
      defaultValue = "128",
      converter = HiddenLayers.class,
      description = "Hidden layers of the student (default ${DEFAULT-VALUE}).")
  List<Integer> student;

  @Option(
      names = "--teacher-epochs",
      defaultValue = "40",
      description = "Epochs of the teacher (default ${DEFAULT-VALUE}).")
  int teacherEpochs;

  @Option(
      names = "--teacher-jitter",
      defaultValue = "2",
      description = "Pixels that the teacher's images are shifted by at most; 0 for samples that"
          + " are no images (default ${DEFAULT-VALUE}).")
  int teacherJitter;

  @Option(
      names = "--epochs",
      defaultValue = "60",
      description = "Epochs of the student, alone and distilled (default ${DEFAULT-VALUE}).")
  int epochs;

  @Option(
      names = "--batch",
      defaultValue = "100",
      description = "Samples a step (default ${DEFAULT-VALUE}).")
  int batch;

  @Option(
      names = "--alone-rate",
      defaultValue = "0.4",
      description = "Learning rate of the student alone (default ${DEFAULT-VALUE}).")
  double aloneRate;

  @Option(
      names = "--alone-decay",
      defaultValue = "0.001",
      description = "Weight decay of the student alone (default ${DEFAULT-VALUE}).")
  double aloneDecay;

  @Option(
      names = "--distilled-rate",
      defaultValue = "0.2",
      description = "Learning rate of the distilled student (default ${DEFAULT-VALUE}).")
  double distilledRate;

  @Option(
      names = "--distilled-decay",
      defaultValue = "0.001",
      description = "Weight decay of the distilled student (default ${DEFAULT-VALUE}).")
  double distilledDecay;

  /** The job that these options describe. */
  Distiller distiller() {
    return new Distiller(
        teacherRecipe(), studentRecipe(aloneRate, aloneDecay),
        studentRecipe(distilledRate, distilledDecay), temperature, hardWeight, softWeight);
  }

  Recipe teacherRecipe() {
    return new Recipe(teacher, teacherEpochs, batch, 0.1, 0.9, 1e-4, 0, 0.2, teacherJitter, 0);
  }

  Recipe studentRecipe(double rate, double decay) {
    return new Recipe(student, epochs, batch, rate, 0.9, decay, 0, 0, 0, 0);
  }
}
