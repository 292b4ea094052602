package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.format.Sha256;
import dev.retort.loss.Loss;
import dev.retort.tensor.Tensor;
import dev.retort.train.Trained;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Options of {@code retort distill}, and parts of its work on samples of the caller's. */
@Command(name = "distill")
public final class Setting {
  private static final String STUDENT = "student-distilled.safetensors";

  @Mixin private RunOptions run;
  @Mixin private DistillOptions options;
  @Mixin private GivenTeacher teacher;

  private Setting() {}

  /**
   * Parses and checks options.
   *
   * @param arguments such as {@code --temperature 4}
   * @return what they set
   * @throws IllegalArgumentException if one is unknown or out of range
   */
  public static Setting parse(List<String> arguments) {
    Setting setting = new Setting();
    try {
      new CommandLine(setting).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments.toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    setting.options.check();
    setting.teacher.check();
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
   * Trains the teacher, or takes the one of {@code --teacher-model}.
   *
   * @param train samples with hard labels
   * @return its logits of them, [samples, classes]
   * @throws IllegalArgumentException if several teachers or only their answers are given
   */
  public Tensor teacherLogits(Dataset train) {
    if (teacher.isGiven()) {
      return teacher.model(train)
          .orElseThrow(() -> new IllegalArgumentException("a sweep trains its teacher, or takes one --teacher-model"))
          .network().logits(train);
    }
    return trained(Role.TEACHER, train, Loss.crossEntropy()).network().logits(train);
  }

  /**
   * Trains the distilled student.
   *
   * @param train samples with hard labels
   * @param logits the teacher's of them, [samples, classes]
   * @return the student
   */
  public Trained student(Dataset train, Tensor logits) {
    return trained(Role.STUDENT_DISTILLED, train, options.loss(logits));
  }

  private Trained trained(Role role, Dataset train, Loss loss) {
    return TrainCommand.of(options.recipe(role, run.seed))
        .fit(train, UnaryOperator.identity(), loss, UnaryOperator.identity());
  }

  /**
   * Runs {@code retort distill} itself.
   *
   * @param arguments its options
   * @param out folder of its results
   * @param err gets one line if it fails
   * @return the SHA-256 of the distilled student's file
   * @throws IOException if it fails
   */
  public static String distill(List<String> arguments, Path out, PrintWriter err) throws IOException {
    List<String> all = new ArrayList<>(List.of("distill", "--out", out.toString()));
    all.addAll(arguments);
    if (!all.contains("--quiet")) {
      all.add("--quiet");
    }
    if (Main.run(all.toArray(String[]::new), new PrintWriter(Writer.nullWriter()), err) != 0) {
      throw new IOException("retort distill with the best setting failed");
    }
    return Sha256.of(out.resolve(STUDENT));
  }
}
