package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;

/**
 * The MNIST experiment of Hinton, Vinyals and Dean 2015, section 3: which networks are trained, and how. The numbers of
 * the recipes are in {@code hinton.properties}; NOTES says where they come from.
 *
 * @param size paper, or quick for fewer epochs and temperatures
 * @param changes of the recipes: a number by its name, such as {@code teacher.epochs}
 */
record Hinton(String size, Map<String, String> changes) {
  private static final ResourceBundle RECIPES = ResourceBundle.getBundle("dev.retort.cli.hinton");
  private static final List<String> NAMES =
      RECIPES.keySet().stream().filter(key -> !key.contains(".")).sorted().toList();
  private static final Set<String> OF_SOFT_TARGETS = Set.of("temperature", "hard-weight", "soft-weight");
  private static final String NUMBER = "\\d+(\\.\\d+)?";
  private static final Map<String, String> KINDS =
      Map.of(
          "a number", NUMBER, "numbers", NUMBER + "( +" + NUMBER + ")*", "a whole number", "\\d{1,9}",
          "a layer size from 1 to 999999", "[1-9]\\d{0,5}");

  /** Refuses changes of what is no number of a recipe, or to what is no such number. */
  Hinton {
    changes.forEach(Hinton::require);
  }

  private static void require(String name, String value) {
    String number = name.substring(name.indexOf('.') + 1);
    Row row =
        Arrays.stream(Row.values())
            .filter(each -> name.equals(each + "." + number) && each.numbers().contains(number))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no number of a recipe is called " + name + "; it is a row, a point and one of "
                            + String.join(", ", NAMES)));
    String kind = switch (number) {
      case "units" -> "a layer size from 1 to 999999";
      case "temperature" -> row.isSweep() ? "numbers" : "a number";
      case "epochs", "batch", "jitter" -> "a whole number";
      default -> "a number";
    };
    if (!value.matches(KINDS.get(kind))) {
      throw new IllegalArgumentException(name + " must be " + kind + ", not " + value);
    }
  }

  /** The numbers of a row's recipe by their names, as text; several temperatures with spaces between them. */
  SortedMap<String, String> recipe(Row row) {
    SortedMap<String, String> recipe = new TreeMap<>();
    for (String name : row.numbers()) {
      String own = row + "." + name;
      String usual = Stream.of(size + "." + own, own, name).filter(RECIPES::containsKey).findFirst().orElseThrow();
      recipe.put(name, changes.getOrDefault(own, RECIPES.getString(usual)));
    }
    return recipe;
  }

  /** What is reported of the experiment, one or more networks each. */
  @SuppressWarnings("ImmutableEnumChecker") // immutable lists
  enum Row {
    TEACHER("teacher"),
    ALONE("student alone"),
    DISTILLED("student distilled"),
    WIDE("students of 300 units"),
    NARROW("students of 30 units"),
    NO3("no threes", 3),
    ONLY78("only 7 and 8", 7, 8);

    /** The row's name as people read it. */
    final String label;

    /** The classes whose biases are mended afterwards; none if all classes are transferred. */
    final List<Integer> mended;

    Row(String label, Integer... mended) {
      this.label = label;
      this.mended = List.of(mended);
    }

    /** The row's name in files and options. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the networks of this row differ in their temperature. */
    boolean isSweep() {
      return this == WIDE || this == NARROW;
    }

    /** Whether its networks learn from the teacher. */
    boolean isTaught() {
      return this != TEACHER && this != ALONE;
    }

    private List<String> numbers() {
      return NAMES.stream().filter(name -> isTaught() || !OF_SOFT_TARGETS.contains(name)).toList();
    }

    /** What of the training samples its networks are trained on. */
    private Dataset transfer(Dataset train) {
      return mended.isEmpty() ? train : train.selectClasses(label -> mended.contains(label) != (this == NO3));
    }
  }

  /**
   * One network of the experiment.
   *
   * @param transfer what of the training samples it is trained on
   * @param numbers of its row's recipe
   * @param temperature of the soft targets; none if it learns hard labels
   */
  record Job(
      Row row, Dataset transfer, SortedMap<String, String> numbers, Optional<Double> temperature, long seed) {
    /** A name for its files, such as distilled-t20.0-seed1. */
    String name() {
      return row + temperature.map(t -> "-t" + t).orElse("") + "-seed" + seed;
    }

    private double number(String name) {
      return Double.parseDouble(numbers.get(name));
    }

    /** The {@code retort train} that makes the network, except for what it learns. */
    TrainCommand command() {
      List<String> words = new ArrayList<>(List.of("hinton"));
      numbers.forEach((name, number) -> words.add("--" + name + "=" + number));
      words.remove("--max-norm=Infinity"); // no limit
      String units = numbers.get("units");
      return TrainCommand.of(
          new ModelRecipe(words).train(
              Map.of("--hidden", units + "-" + units, "--warm-up", 0.02, "--decay", 0, "--seed", seed)));
    }

    /** What it learns: the labels, or the teacher's logits of what it is trained on. */
    Loss loss(Supplier<Tensor> answers) {
      return temperature
          .map(
              t ->
                  Loss.distillation(
                      SoftTargets.fromLogits(answers.get(), t), number("hard-weight"), number("soft-weight")))
          .orElseGet(Loss::crossEntropy);
    }

    /** A measure of its work: numbers that are read and learned, and what a sample costs beside its products. */
    double work() {
      double inputs = transfer.rowSize();
      double units = number("units");
      return number("epochs") * transfer.rows() * (inputs * units + units * units + 50 * inputs);
    }
  }

  /**
   * The networks of some rows, in the order in which they are trained. The teacher is there if another needs it; it has
   * the first seed alone.
   *
   * @param seeds of each student, counted up from the first
   * @throws IllegalArgumentException if a class that a row is about has no samples, or a number is out of range
   */
  List<Job> jobs(Dataset train, Set<Row> rows, long seed, int seeds) {
    List<Job> jobs = new ArrayList<>();
    for (Row row : Row.values()) {
      if (rows.contains(row) || (row == Row.TEACHER && rows.stream().anyMatch(Row::isTaught))) {
        requireClasses(train, row);
        Dataset transfer = row.transfer(train);
        SortedMap<String, String> recipe = recipe(row);
        for (int i = 0; i < (row == Row.TEACHER ? 1 : seeds); i++) {
          for (String t : recipe.getOrDefault("temperature", "").split(" +", -1)) {
            Optional<Double> temperature = t.isEmpty() ? Optional.empty() : Optional.of(Double.valueOf(t));
            jobs.add(new Job(row, transfer, recipe, temperature, seed + i));
          }
        }
      }
    }
    for (Job job : jobs) { // what is out of range is refused before anything is trained
      job.command().check();
      job.loss(() -> Tensor.zeros(1, train.classes()));
    }
    return jobs;
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
