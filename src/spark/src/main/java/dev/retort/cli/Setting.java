package dev.retort.cli;

import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.loss.Loss;
import dev.retort.model.Checkpoint;
import dev.retort.tensor.Tensor;
import dev.retort.train.Recipe;
import dev.retort.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The options of {@code retort distill} as it parses them, and the same work step by step. */
@Command(name = "distill")
public final class Setting {
  @Mixin private RunOptions run;
  @Mixin private DistillOptions options;

  private Setting() {}

  /**
   * Parses and checks options.
   *
   * @param arguments options of {@code retort distill}, such as {@code --temperature 4}
   * @return what they set
   * @throws IllegalArgumentException if one is unknown or out of range
   */
  public static Setting parse(List<String> arguments) {
    Setting setting = new Setting();
    try {
      new CommandLine(setting).setCaseInsensitiveEnumValuesAllowed(true)
          .parseArgs(arguments.toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    setting.options.check();
    return setting;
  }

  /** {@return the training and test samples; sets the number of threads} */
  public TrainTest load() {
    return run.load();
  }

  /** {@return the seed of everything random} */
  public long seed() {
    return run.seed;
  }

  /**
   * Trains the teacher.
   *
   * @param train samples with hard labels
   * @return its logits of them, [samples, classes]
   */
  public Tensor teacherLogits(Dataset train) {
    Recipe.Trained teacher =
        options.teacher(train).train(train, Loss.crossEntropy(), run.seed, new TrainingListener() {});
    return teacher.network().logits(train);
  }

  /**
   * Trains the distilled student.
   *
   * @param train samples with hard labels
   * @param teacher its logits of them, [samples, classes]
   * @return the student
   */
  public Recipe.Trained student(Dataset train, Tensor teacher) {
    return options
        .student(train, options.distilledRate, options.distilledDecay)
        .train(train, options.loss(teacher), run.seed, new TrainingListener() {});
  }

  /**
   * Saves a student as {@code retort distill} does.
   *
   * @param file written, or written over
   * @param student as {@link #student} trained it
   * @param train what it was trained on
   * @return the SHA-256 of the file
   * @throws IOException if it cannot be written
   */
  public String save(Path file, Recipe.Trained student, Dataset train) throws IOException {
    return Checkpoint.save(file, student.network(), run.info(train));
  }
}
