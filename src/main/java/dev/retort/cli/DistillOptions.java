package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;
import dev.retort.train.Recipe;
import dev.retort.train.Training;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the distillation itself. Defaults were tuned on a split of the training images. */
final class DistillOptions {
  private static final double MOMENTUM = 0.9;
  private static final double TEACHER_RATE = 0.1;
  private static final double TEACHER_DECAY = 1e-4;
  private static final double TEACHER_DROPOUT = 0.2;

  @Option(names = "--temperature", defaultValue = "4") double temperature;
  @Option(names = "--hard-weight", defaultValue = "0.3") double hardWeight;
  @Option(names = "--soft-weight", defaultValue = "0.7") double softWeight;
  @Option(names = "--teacher", defaultValue = "256-256", converter = HiddenLayers.class) List<Integer> teacher;
  @Option(names = "--student", defaultValue = "128", converter = HiddenLayers.class) List<Integer> student;
  @Option(names = "--teacher-epochs", defaultValue = "40") int teacherEpochs;
  @Option(names = "--teacher-jitter", defaultValue = "2") int teacherJitter;
  @Option(names = "--epochs", defaultValue = "60") int epochs;
  @Option(names = "--batch", defaultValue = "100") int batch;
  @Option(names = "--alone-rate", defaultValue = "0.4") double aloneRate;
  @Option(names = "--alone-decay", defaultValue = "0.001") double aloneDecay;
  @Option(names = "--distilled-rate", defaultValue = "0.2") double distilledRate;
  @Option(names = "--distilled-decay", defaultValue = "0.001") double distilledDecay;
  @Option(names = "--loss", defaultValue = "distillation") private LossName loss;

  /** The losses that a student can be distilled with. */
  enum LossName { DISTILLATION, MATCHING, DECOUPLED, STANDARDISED, TOP }

  @Option(names = "--other-weight", defaultValue = "2") private double otherWeight;
  @Option(names = "--top", defaultValue = "3") private int top;
  @Mixin private TrainingOptions training;

  /** As {@link TrainingOptions#weights}. */
  UnaryOperator<Loss> weights(Dataset all, UnaryOperator<Dataset> part) {
    return training.weights(all, part);
  }

  /** Refuses what is out of range, before anything is loaded or trained. */
  void check() {
    loss(Tensor.zeros(1, 2));
    teacherTraining();
    studentTraining(aloneRate, aloneDecay);
    studentTraining(distilledRate, distilledDecay);
  }

  Recipe teacher(Dataset data) {
    return new Recipe(
        training.network(data, teacher).dropout(TEACHER_DROPOUT), teacherTraining());
  }

  /** The options of {@code retort train} that make the same teacher, where they are not those of both commands. */
  Map<String, Object> teacherAsTrained() {
    return Map.of(
        "--hidden", HiddenLayers.text(teacher), "--epochs", teacherEpochs, "--jitter",
        teacherJitter, "--dropout", TEACHER_DROPOUT, "--rate", TEACHER_RATE, "--decay",
        TEACHER_DECAY, "--momentum", MOMENTUM);
  }

  /** The options of {@code retort train} that make the same student on its own, likewise. */
  Map<String, Object> aloneAsTrained() {
    return Map.of(
        "--hidden", HiddenLayers.text(student), "--rate", aloneRate, "--decay", aloneDecay,
        "--momentum", MOMENTUM);
  }

  Recipe alone(Dataset data) {
    return student(data, aloneRate, aloneDecay);
  }

  Recipe distilled(Dataset data) {
    return student(data, distilledRate, distilledDecay);
  }

  Recipe student(Dataset data, double rate, double decay) {
    return new Recipe(training.network(data, student), studentTraining(rate, decay));
  }

  private Training teacherTraining() {
    return training.of(Training.sgd(TEACHER_RATE).nesterov(MOMENTUM).weightDecay(TEACHER_DECAY))
        .epochs(teacherEpochs).batchSize(batch).jitter(teacherJitter);
  }

  /** How a student is trained; refuses numbers out of range. */
  Training studentTraining(double rate, double decay) {
    return training.of(Training.sgd(rate).nesterov(MOMENTUM).weightDecay(decay))
        .epochs(epochs).batchSize(batch);
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
              "--loss " + loss.name().toLowerCase(Locale.ROOT)
                  + " needs the logits of one teacher, not probabilities");
    };
  }
}
