package dev.retort.train;

import dev.retort.data.TrainTest;
import dev.retort.loss.Loss;
import dev.retort.tensor.Tensor;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The main job: a teacher is trained on hard labels; the same student is trained twice from the same weights, alone on
 * hard labels, and distilled from the teacher's logits. All three are evaluated on the test samples.
 *
 * @param teacher how the teacher is made
 * @param alone how the student is made from hard labels
 * @param distilled how the student is made with the teacher's logits
 * @param hard what teacher and student alone learn
 * @param loss what the distilled student learns, given the teacher's logits of the training samples
 */
public record Distiller(
    Recipe teacher, Recipe alone, Recipe distilled, Loss hard, Function<Tensor, Loss> loss) {

  /** One of the three networks. */
  public enum Role {
    /** The large network, trained on hard labels. */
    TEACHER,
    /** The small network, trained on hard labels. */
    STUDENT_ALONE,
    /** The small network, trained on hard labels and the teacher's logits. */
    STUDENT_DISTILLED
  }

  /** Is notified when the training of each network begins and ends. */
  public interface Stages {
    /**
     * A training run is about to begin.
     *
     * @param role of the network
     * @return the listener of that run
     */
    TrainingListener begin(Role role);

    /**
     * A network has been trained and evaluated.
     *
     * @param role of the network
     * @param result the network and its evaluation
     */
    void end(Role role, Result result);
  }

  /**
   * A trained network and its evaluation.
   *
   * @param trained the network and its epochs
   * @param test its evaluation on the test samples
   */
  public record Result(Recipe.Trained trained, Evaluation test) {}

  /**
   * Trains and evaluates the three.
   *
   * @param data what they are trained on, and tested on; nothing is learned or chosen from the test samples
   * @param seed of everything random
   * @param stages is notified of each of the three
   * @return the result of each role
   */
  public Map<Role, Result> run(TrainTest data, long seed, Stages stages) {
    Map<Role, Result> results = new EnumMap<>(Role.class);
    stage(Role.TEACHER, teacher, hard, data, seed, stages, results);
    Tensor logits = results.get(Role.TEACHER).trained().network().logits(data.train());
    results.putAll(students(data, loss.apply(logits), seed, stages));
    return results;
  }

  /**
   * Trains and evaluates the students of a teacher that is there already.
   *
   * @param data as in {@link #run}
   * @param soft what the distilled student learns
   * @param seed of everything random
   * @param stages is notified of each of the two
   * @return the result of each student
   */
  public Map<Role, Result> students(TrainTest data, Loss soft, long seed, Stages stages) {
    Map<Role, Result> results = new EnumMap<>(Role.class);
    stage(Role.STUDENT_ALONE, alone, hard, data, seed, stages, results);
    stage(Role.STUDENT_DISTILLED, distilled, soft, data, seed, stages, results);
    return results;
  }

  private static void stage(
      Role role, Recipe recipe, Loss loss, TrainTest data, long seed, Stages stages,
      Map<Role, Result> results) {
    Recipe.Trained trained = recipe.train(data.train(), loss, seed, stages.begin(role));
    Result result = new Result(trained, trained.evaluate(data.test()));
    stages.end(role, result);
    results.put(role, result);
  }
}
