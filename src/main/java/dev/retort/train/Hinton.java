package dev.retort.train;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.optim.Schedule;
import dev.retort.tensor.Tensor;

/**
 * The MNIST experiment of Hinton, Vinyals and Dean 2015, section 3: which networks are trained, and how. The numbers of
 * the recipes are in {@code hinton.properties}; NOTES says where they come from.
 */
public final class Hinton {
  private static final ResourceBundle RECIPES = ResourceBundle.getBundle("dev.retort.train.hinton");
  private static final List<String> NAMES =
      RECIPES.keySet().stream().filter(key -> !key.contains(".")).sorted().toList();
  private static final Set<String> COUNTS = Set.of("units", "epochs", "batch", "jitter");
  private static final Set<String> OF_SOFT_TARGETS = Set.of("temperature", "hard-weight", "soft-weight");
  private static final Pattern SPACES = Pattern.compile(" +");
  private static final String NUMBER = "\\d+(\\.\\d+)?";
  private static final Map<String, String> KINDS =
      Map.of("a number", NUMBER, "numbers", NUMBER + "( +" + NUMBER + ")*", "a whole number", "\\d{1,9}");

  private final String size;
  private final Map<String, String> changes;

  private Hinton(String size, Map<String, String> changes) {
    this.size = size;
    this.changes = Map.copyOf(changes);
    changes.forEach(this::require);
  }

  /**
   * The experiment with all its epochs and temperatures.
   *
   * @param changes of the recipes: a number by its name, such as {@code teacher.epochs}
   * @return the experiment
   * @throws IllegalArgumentException if a name is none of the recipes', or its value no such number
   */
  public static Hinton paper(Map<String, String> changes) {
    return new Hinton("", changes);
  }

  /**
   * The experiment with fewer epochs and temperatures.
   *
   * @param changes of the recipes: a number by its name, such as {@code teacher.epochs}
   * @return the experiment
   * @throws IllegalArgumentException if a name is none of the recipes', or its value no such number
   */
  public static Hinton quick(Map<String, String> changes) {
    return new Hinton("quick.", changes);
  }

  private void require(String name, String value) {
    String number = name.substring(name.indexOf('.') + 1);
    Row row =
        Arrays.stream(Row.values())
            .filter(each -> name.equals(each + "." + number) && recipe(each).containsKey(number))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no number of a recipe is called " + name + "; it is a row, a point and one of "
                            + String.join(", ", NAMES)));
    String kind =
        row.isSweep() && number.equals("temperature")
            ? "numbers" : COUNTS.contains(number) ? "a whole number" : "a number";
    if (!value.matches(KINDS.get(kind))) {
      throw new IllegalArgumentException(name + " must be " + kind + ", not " + value);
    }
  }

  /**
   * The recipe of a row.
   *
   * @param row any
   * @return its numbers by their names, as text; several temperatures with spaces between them
   */
  public SortedMap<String, String> recipe(Row row) {
    SortedMap<String, String> recipe = new TreeMap<>();
    for (String name : NAMES) {
      if (row.isTaught() || !OF_SOFT_TARGETS.contains(name)) {
        String own = row + "." + name;
        String usual = Stream.of(size + own, own, name).filter(RECIPES::containsKey).findFirst().orElseThrow();
        recipe.put(name, changes.getOrDefault(own, RECIPES.getString(usual)));
      }
    }
    return recipe;
  }

  /** What is reported of the experiment, one or more networks each. */
  @SuppressWarnings("ImmutableEnumChecker") // immutable lists, and functions without state
  public enum Row {
    /** The large network, on shifted images and hard labels. */
    TEACHER("teacher"),
    /** The student on hard labels, without any regularisation. */
    ALONE("student alone"),
    /** The student on the teacher's soft targets. */
    DISTILLED("student distilled"),
    /** Students of 300 units a layer, at several temperatures. */
    WIDE("students of 300 units"),
    /** Students of 30 units a layer, at several temperatures. */
    NARROW("students of 30 units"),
    /** The student distilled without images of a 3. */
    NO3("no threes", 3),
    /** The student distilled with images of a 7 or an 8 alone. */
    ONLY78("only 7 and 8", 7, 8);

    private final String label;
    private final List<Integer> mended;

    Row(String label, Integer... mended) {
      this.label = label;
      this.mended = List.of(mended);
    }

    /** {@return the row's name as people read it} */
    public String label() {
      return label;
    }

    /** {@return the row's name in files and options} */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** {@return the classes whose biases are mended afterwards; none if all classes are transferred} */
    public List<Integer> mended() {
      return mended;
    }

    /** {@return whether the networks of this row differ in their temperature} */
    public boolean isSweep() {
      return this == WIDE || this == NARROW;
    }

    /** Whether its networks are trained on images of a class. */
    private boolean transfers(int of) {
      return this == NO3 ? !mended.contains(of) : mended.isEmpty() || mended.contains(of);
    }

    /** Whether its networks learn from the teacher. */
    private boolean isTaught() {
      return this != TEACHER && this != ALONE;
    }
  }

  /**
   * One network of the experiment.
   *
   * @param row what it is a part of
   * @param numbers of its recipe, by their names
   * @param temperature of the soft targets; none if it learns hard labels
   * @param seed of everything random
   */
  public record Job(Row row, SortedMap<String, String> numbers, Optional<Double> temperature, long seed) {
    /** {@return a name for its files, such as distilled-t20.0-seed1} */
    public String name() {
      return row + temperature.map(t -> "-t" + t).orElse("") + "-seed" + seed;
    }

    private double number(String name) {
      return Double.parseDouble(numbers.get(name));
    }

    private int count(String name) {
      return (int) number(name);
    }

    /**
     * What of the training samples it is trained on.
     *
     * @param train all of them
     * @return those of the classes that are transferred
     */
    public Dataset transfer(Dataset train) {
      return row.mended.isEmpty() ? train : train.selectClasses(row::transfers);
    }

    /**
     * What it learns.
     *
     * @param answers the teacher's logits of what it is trained on; not asked for if it learns hard labels
     * @return the distillation loss at the job's temperature, or cross entropy with the labels if it has none
     */
    public Loss loss(Supplier<Tensor> answers) {
      return temperature
          .map(
              t ->
                  Loss.distillation(
                      SoftTargets.fromLogits(answers.get(), t), number("hard-weight"), number("soft-weight")))
          .orElseGet(Loss::crossEntropy);
    }

    /**
     * How it is made.
     *
     * @param data what it is trained on
     * @return network and training, without their seed
     */
    public Recipe recipe(Dataset data) {
      int units = count("units");
      Training training =
          Training.sgd(number("rate")).nesterov(number("momentum")).schedule(Schedule.cosine().withWarmUp(0.02))
              .epochs(count("epochs")).batchSize(count("batch")).jitter(count("jitter"));
      return new Recipe(
          Network.mlp(data.rowSize(), units, units, data.classes())
              .inputDropout(number("input-dropout")).dropout(number("dropout")),
          number("max-norm") < Double.POSITIVE_INFINITY ? training.maxNorm(number("max-norm")) : training);
    }

    /**
     * A measure of its work, to compare it with others'.
     *
     * @param train all training samples
     * @return numbers that are read and learned, and what a sample costs beside its products
     */
    public double work(Dataset train) {
      double inputs = train.rowSize();
      double units = number("units");
      long samples = Arrays.stream(train.labels()).filter(row::transfers).count();
      return number("epochs") * samples * (inputs * units + units * units + 50 * inputs);
    }
  }

  /**
   * The networks of some rows, in the order in which they are trained. The teacher is there if another needs it; it has
   * the first seed alone.
   *
   * @param train what they are trained on
   * @param rows what is wanted
   * @param seed the first
   * @param seeds of each student, counted up from the first, at least 1
   * @return teacher first
   * @throws IllegalArgumentException if a class that a row is about has no samples, or a number of a recipe is out of range
   */
  public List<Job> jobs(Dataset train, Set<Row> rows, long seed, int seeds) {
    List<Job> jobs = new ArrayList<>();
    for (Row row : Row.values()) {
      if (rows.contains(row)) {
        requireClasses(train, row);
      }
      if (rows.contains(row) || (row == Row.TEACHER && rows.stream().anyMatch(Row::isTaught))) {
        SortedMap<String, String> recipe = recipe(row);
        for (int i = 0; i < (row == Row.TEACHER ? 1 : seeds); i++) {
          for (Optional<Double> t : temperatures(recipe)) {
            jobs.add(new Job(row, recipe, t, seed + i));
          }
        }
      }
    }
    for (Job job : jobs) { // what is out of range is refused before anything is trained
      job.recipe(train);
      job.loss(() -> Tensor.zeros(1, train.classes()));
    }
    return jobs;
  }

  /** One network each: with soft targets at this temperature, or without any. */
  private static List<Optional<Double>> temperatures(Map<String, String> recipe) {
    return recipe.containsKey("temperature")
        ? SPACES.splitAsStream(recipe.get("temperature")).map(t -> Optional.of(Double.valueOf(t))).toList()
        : List.of(Optional.empty());
  }

  private static void requireClasses(Dataset train, Row row) {
    for (int label : row.mended) {
      if (Arrays.stream(train.labels()).noneMatch(y -> y == label)) {
        throw new IllegalArgumentException(
            "row " + row + " needs samples of class " + label + ", which " + train.name()
                + " has not; name the other rows with --rows");
      }
    }
  }
}
