package dev.retort.train;

import dev.retort.data.Dataset;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.optim.Schedule;
import dev.retort.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * The MNIST experiment of Hinton, Vinyals and Dean 2015, section 3: which networks are trained, and how. NOTES says where
 * the recipes come from.
 */
public final class Hinton {
  private static final List<Double> HIGH = List.of(20.0);
  private static final List<Double> SWEEP = List.of(1.0, 2.0, 2.5, 3.0, 4.0, 8.0, 12.0, 20.0);
  private static final List<Double> SHORT_SWEEP = List.of(1.0, 3.0, 8.0, 20.0);

  private Hinton() {}

  /** What is reported of the experiment, one or more networks each. */
  @SuppressWarnings("ImmutableEnumChecker") // immutable lists, and functions without state
  public enum Row {
    /** The large network, on shifted images and hard labels. */
    TEACHER("teacher", 1200, 25, 250, List.of(), List.of(), label -> true),
    /** The student on hard labels, without any regularisation. */
    ALONE("student alone", 800, 15, 30, List.of(), List.of(), label -> true),
    /** The student on the teacher's soft targets. */
    DISTILLED("student distilled", 800, 20, 80, HIGH, List.of(), label -> true),
    /** Students of 300 units a layer, at several temperatures. */
    WIDE("students of 300 units", 300, 10, 30, SWEEP, List.of(), label -> true),
    /** Students of 30 units a layer, at several temperatures. */
    NARROW("students of 30 units", 30, 20, 100, SWEEP, List.of(), label -> true),
    /** The student distilled without images of a 3. */
    NO3("no threes", 800, 15, 50, HIGH, List.of(3), label -> label != 3),
    /** The student distilled with images of a 7 or an 8 alone. */
    ONLY78("only 7 and 8", 800, 50, 150, HIGH, List.of(7, 8), label -> label == 7 || label == 8);

    private final String label;
    private final int units;
    private final int quickEpochs;
    private final int epochs;
    private final List<Double> temperatures;
    private final List<Integer> mended;
    private final IntPredicate transfers;

    Row(
        String label, int units, int quickEpochs, int epochs, List<Double> temperatures,
        List<Integer> mended, IntPredicate transfers) {
      this.label = label;
      this.units = units;
      this.quickEpochs = quickEpochs;
      this.epochs = epochs;
      this.temperatures = temperatures;
      this.mended = mended;
      this.transfers = transfers;
    }

    /** {@return the row's name as people read it} */
    public String label() {
      return label;
    }

    /** {@return the classes whose biases are mended afterwards; none if all classes are transferred} */
    public List<Integer> mended() {
      return mended;
    }

    /** {@return whether the networks of this row differ in their temperature} */
    public boolean isSweep() {
      return temperatures.size() > 1;
    }
  }

  /**
   * One network of the experiment.
   *
   * @param row what it is a part of
   * @param temperature of the soft targets; none if it learns hard labels
   * @param seed of everything random
   * @param quick whether it is to have fewer epochs, for which the teacher has a weaker dropout
   */
  public record Job(Row row, OptionalDouble temperature, long seed, boolean quick) {
    /** {@return a name for its files, such as distilled-t20.0-seed1} */
    public String name() {
      String t = temperature.isPresent() ? "-t" + temperature.getAsDouble() : "";
      return row.name().toLowerCase(Locale.ROOT) + t + "-seed" + seed;
    }

    /**
     * What of the training samples it is trained on.
     *
     * @param train all of them
     * @return those of the classes that are transferred
     */
    public Dataset transfer(Dataset train) {
      return row.mended.isEmpty() ? train : train.selectClasses(row.transfers);
    }

    /**
     * What it learns.
     *
     * @param answers the teacher's logits of what it is trained on; not asked for if it learns hard labels
     * @return cross entropy with the soft targets at the job's temperature, or with the labels if it has none
     */
    public Loss loss(Supplier<Tensor> answers) {
      return temperature.isPresent()
          ? Loss.distillation(
              SoftTargets.fromLogits(answers.get(), temperature.getAsDouble()), 0, 1)
          : Loss.crossEntropy();
    }

    /**
     * How it is made.
     *
     * @param data what it is trained on
     * @return network and training, without their seed
     */
    public Recipe recipe(Dataset data) {
      Network.Builder network =
          Network.mlp(data.rowSize(), row.units, row.units, data.classes());
      if (row == Row.TEACHER) {
        return new Recipe(
            network.inputDropout(0.1).dropout(quick ? 0.2 : 0.3),
            training(0.1, 0.95).maxNorm(3).jitter(2).batchSize(200));
      }
      return new Recipe(network, training(temperature.isPresent() ? 0.02 : 0.1, 0.9).batchSize(100));
    }

    private Training training(double rate, double momentum) {
      return Training.sgd(rate).nesterov(momentum).schedule(Schedule.cosine().withWarmUp(0.02))
          .epochs(epochs());
    }

    private int epochs() {
      return quick ? row.quickEpochs : row.epochs;
    }

    /**
     * A measure of its work, to compare it with others'.
     *
     * @param train all training samples
     * @return numbers that are read and learned, and what a sample costs beside its products
     */
    public long work(Dataset train) {
      long inputs = train.rowSize();
      long products = inputs * row.units + (long) row.units * row.units;
      long samples = Arrays.stream(train.labels()).filter(row.transfers).count();
      return epochs() * samples * (products + 50 * inputs);
    }
  }

  /**
   * The networks of some rows, in the order in which they are trained. The teacher is there if another needs it; it has
   * the first seed alone.
   *
   * @param train what they are trained on
   * @param rows what is wanted
   * @param quick fewer epochs and temperatures
   * @param seed the first
   * @param seeds of each student, counted up from the first, at least 1
   * @return teacher first
   * @throws IllegalArgumentException if a class that a row is about has no samples
   */
  public static List<Job> jobs(
      Dataset train, Set<Row> rows, boolean quick, long seed, int seeds) {
    List<Job> jobs = new ArrayList<>();
    for (Row row : Row.values()) {
      if (rows.contains(row)) {
        requireClasses(train, row);
      }
      boolean teaches = row == Row.TEACHER && rows.stream().anyMatch(r -> !r.temperatures.isEmpty());
      if (rows.contains(row) || teaches) {
        for (int i = 0; i < (row == Row.TEACHER ? 1 : seeds); i++) {
          if (row.temperatures.isEmpty()) {
            jobs.add(new Job(row, OptionalDouble.empty(), seed + i, quick));
          }
          for (double t : quick && row.isSweep() ? SHORT_SWEEP : row.temperatures) {
            jobs.add(new Job(row, OptionalDouble.of(t), seed + i, quick));
          }
        }
      }
    }
    return jobs;
  }

  private static void requireClasses(Dataset train, Row row) {
    int[] labels = train.labels();
    for (int label : row.mended) {
      if (Arrays.stream(labels).noneMatch(y -> y == label)) {
        throw new IllegalArgumentException(
            "row " + row.name().toLowerCase(Locale.ROOT) + " needs samples of class " + label + ", which "
                + train.name() + " has not; name the other rows with --rows");
      }
    }
  }
}
