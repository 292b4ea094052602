package dev.retort.train;

import dev.retort.data.Dataset;
import dev.retort.loss.Distillation;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;

/**
 * The main job: a teacher is trained on hard labels and softened at a temperature; the same student
 * is trained twice from the same weights, alone on hard labels, and distilled on both.
 *
 * @param teacher how the teacher is made
 * @param alone how the student is made from hard labels alone
 * @param distilled how the student is made from hard labels and soft targets
 * @param temperature T of the soft targets
 * @param hardWeight weight of the hard labels' cross entropy
 * @param softWeight weight of T^2 times the soft targets' cross entropy
 */
public record Distiller(
    Recipe teacher, Recipe alone, Recipe distilled,
    double temperature, double hardWeight, double softWeight) {

  /** Who is being trained. */
  public enum Role {
    /** The large network, on hard labels. */
    TEACHER("teacher", "teacher"),
    /** The small network, on hard labels. */
    STUDENT_ALONE("student alone", "studentAlone"),
    /** The small network, on hard labels and the teacher's soft targets. */
    STUDENT_DISTILLED("student distilled", "studentDistilled");

    private final String label;
    private final String field;

    Role(String label, String field) {
      this.label = label;
      this.field = field;
    }

    /** {@return the name as people read it} */
    public String label() {
      return label;
    }

    /** {@return the name as a field of a result} */
    public String field() {
      return field;
    }
  }

  /** Hears of each network when its training begins and ends. */
  public interface Stages {
    /**
     * The listener of a training run that is about to begin.
     *
     * @param role whose training begins
     * @return hears of it, {@link Progress#NONE} if nobody does
     */
    Progress begin(Role role);

    /**
     * A network is trained and judged.
     *
     * @param role whose training ended
     * @param result what came of it
     */
    void end(Role role, Result result);
  }

  /**
   * A trained network and its judgement.
   *
   * @param trained the network and its epochs
   * @param test how it does on the held-out samples
   */
  public record Result(Recipe.Trained trained, Evaluation test) {}

  /**
   * The three networks.
   *
   * @param teacher the large network
   * @param studentAlone the small one, of hard labels
   * @param studentDistilled the small one, of hard labels and soft targets
   * @param teacherLogits the teacher's logits for the training samples, [rows, classes]
   */
  public record Report(
      Result teacher, Result studentAlone, Result studentDistilled, Tensor teacherLogits) {

    /**
     * The result of one role.
     *
     * @param role whose
     * @return what came of it
     */
    public Result of(Role role) {
      return switch (role) {
        case TEACHER -> teacher;
        case STUDENT_ALONE -> studentAlone;
        case STUDENT_DISTILLED -> studentDistilled;
      };
    }
  }

  /** Checks temperature and weights. */
  public Distiller {
    new Distillation(hardWeight, softWeight);
    SoftTargets.fromLogits(Tensor.zeros(1, 1), temperature);
  }

  /**
   * Trains the three and judges them at T = 1.
   *
   * @param train what they learn from
   * @param held what they are judged on; nothing is learned or chosen from it
   * @param seed of everything random
   * @param stages hears of each of the three
   * @return the three, and the teacher's logits
   */
  public Report run(Dataset train, Dataset held, long seed, Stages stages) {
    Result teach =
        stage(Role.TEACHER, teacher, train, Objective.labels(train, 0), held, seed, stages);
    Tensor logits = Evaluation.logits(teach.trained().network(), train);
    Result solo =
        stage(Role.STUDENT_ALONE, alone, train, Objective.labels(train, 0), held, seed, stages);
    Objective both =
        Objective.distillation(
            train, SoftTargets.fromLogits(logits, temperature),
            new Distillation(hardWeight, softWeight));
    Result taught = stage(Role.STUDENT_DISTILLED, distilled, train, both, held, seed, stages);
    return new Report(teach, solo, taught, logits);
  }

  private static Result stage(
      Role role, Recipe recipe, Dataset train, Objective objective, Dataset held, long seed,
      Stages stages) {
    Recipe.Trained trained = recipe.train(train, objective, null, seed, stages.begin(role));
    Result result = new Result(trained, Evaluation.of(trained.network(), held));
    stages.end(role, result);
    return result;
  }
}
