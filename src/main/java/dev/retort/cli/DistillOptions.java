package dev.retort.cli;

import module java.base;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of the distillation itself. Defaults were tuned on a split of the training images. */
final class DistillOptions {
  @Spec(Spec.Target.MIXEE) private CommandSpec spec;
  @Option(names = "--temperature", defaultValue = "4") double temperature;
  @Option(names = "--hard-weight", defaultValue = "0.3") double hardWeight;
  @Option(names = "--soft-weight", defaultValue = "0.7") double softWeight;
  @Option(names = "--teacher", defaultValue = "256-256", converter = HiddenLayers.class) private List<Integer> teacher;
  @Option(names = "--student", defaultValue = "128", converter = HiddenLayers.class) private List<Integer> student;
  @Option(names = "--teacher-epochs", defaultValue = "40") private int teacherEpochs;
  @Option(names = "--teacher-jitter", defaultValue = "2") private int teacherJitter;
  @Option(names = "--epochs", defaultValue = "60") private int epochs;
  @Option(names = "--batch", defaultValue = "100") private int batch;
  @Option(names = "--alone-rate", defaultValue = "0.4") private double aloneRate;
  @Option(names = "--alone-decay", defaultValue = "0.001") private double aloneDecay;
  @Option(names = "--distilled-rate", defaultValue = "0.2") private double distilledRate;
  @Option(names = "--distilled-decay", defaultValue = "0.001") private double distilledDecay;
  @Option(names = "--loss", defaultValue = "distillation") private LossName loss;
  @Option(names = "--other-weight", defaultValue = "2") private double otherWeight;
  @Option(names = "--top", defaultValue = "3") private int top;
  @Mixin TrainingOptions training;

  /** The losses that a student can be distilled with. */
  enum LossName { DISTILLATION, MATCHING, DECOUPLED, STANDARDISED, TOP }

  /** Refuses what is out of range, before anything is loaded or trained. */
  void check() {
    Tensor logits = Tensor.zeros(1, 2);
    SoftTargets.fromLogits(logits, temperature); // shown whatever the loss
    loss(logits);
    for (Role role : Role.values()) {
      TrainCommand.of(recipe(role, 1)).check();
    }
  }

  /** The recipe of a network that learns from labels only; the distilled student's has all except what it learns. */
  ModelRecipe recipe(Role role, long seed) {
    if (role != Role.TEACHER) {
      boolean alone = role == Role.STUDENT_ALONE;
      return student(alone ? aloneRate : distilledRate, alone ? aloneDecay : distilledDecay, seed);
    }
    return ModelRecipe.of(spec).train(
        Map.of(
            "--hidden", HiddenLayers.text(teacher), "--epochs", teacherEpochs, "--jitter", teacherJitter,
            "--dropout", 0.2, "--rate", 0.1, "--decay", 1e-4, "--momentum", 0.9, "--seed", seed));
  }

  /** The recipe of a student that learns from labels only. */
  ModelRecipe student(double rate, double decay, long seed) {
    return ModelRecipe.of(spec).train(
        Map.of(
            "--hidden", HiddenLayers.text(student), "--epochs", epochs, "--batch", batch, "--rate", rate,
            "--decay", decay, "--momentum", 0.9, "--seed", seed));
  }

  /** What the distilled student learns from a teacher's logits of the training samples. */
  Loss loss(Tensor logits) {
    return switch (loss) {
      case DISTILLATION, TOP -> loss(SoftTargets.fromLogits(logits, temperature));
      case MATCHING -> Loss.logitMatching(logits, hardWeight, softWeight);
      case DECOUPLED -> Loss.decoupled(logits, temperature, hardWeight, softWeight, otherWeight);
      case STANDARDISED -> Loss.standardised(logits, temperature, hardWeight, softWeight);
    };
  }

  /** The same from a teacher's probabilities, which are less than its logits. */
  Loss loss(SoftTargets soft) {
    return switch (loss) {
      case DISTILLATION -> Loss.distillation(soft, hardWeight, softWeight);
      case TOP -> Loss.topTargets(soft, top, hardWeight, softWeight);
      default ->
          throw new IllegalArgumentException(
              "--loss " + loss.name().toLowerCase(Locale.ROOT) + " needs the logits of one teacher, not probabilities");
    };
  }
}
