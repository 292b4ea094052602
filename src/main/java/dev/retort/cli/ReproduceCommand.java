package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.format.Sha256;
import dev.retort.model.Layout;
import dev.retort.model.SavedModel;
import dev.retort.nn.Network;
import dev.retort.train.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code retort reproduce}: train a model again by the recipe in its file, and compare. */
@Command(
    name = "reproduce",
    description = "Train a model of retort again by the recipe in its file; exit with 0 if every bit of"
        + " its weights comes out again, else say what differs and exit with 1.",
    footer = {
      "  retort reproduce retort-out/distill",
      "  retort reproduce student.safetensors --data mnist --threads 1"
    })
final class ReproduceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private OutputOptions output;

  @Parameters(paramLabel = "MODEL",
      description = "A model file of 'retort train' or 'retort distill', or a folder of them.")
  private Path model;

  @Option(names = "--data", paramLabel = "PATH") private Path data;
  @Option(names = "--with", arity = "1..*", paramLabel = "FILE") private List<Path> files = List.of();
  @Option(names = "--threads") private Integer threads;

  private final Map<String, Path> filesBySha256 = new HashMap<>();

  /** Those trained already: a teacher is one of the models, and needed for another. */
  private final Map<ModelRecipe, Recipe.Trained> trained = new HashMap<>();

  @Override
  public Integer call() throws IOException {
    for (Path file : files) {
      filesBySha256.put(Sha256.of(file), file);
    }
    List<Checked> all = new ArrayList<>();
    for (Path file : models()) {
      Checked checked = new Checked(file, Sha256.of(file), difference(file));
      all.add(checked);
      output.text().println(checked.text());
    }
    output.result(new Result(Retort.version(), Retort.backend(), all));
    return all.stream().allMatch(Checked::reproduced) ? 0 : Main.FAILURE;
  }

  /** A model file as JSON, and what of it did not come out again. */
  private record Checked(String model, String modelSha256, boolean reproduced, Optional<String> difference) {
    Checked(Path file, String sha256, Optional<String> difference) {
      this(file.toString(), sha256, difference.isEmpty(), difference);
    }

    String text() {
      return model + ": " + difference.map(what -> "differs: " + what).orElse("reproduced, SHA-256 " + modelSha256);
    }
  }

  private record Result(String version, String backend, List<Checked> models) {}

  private List<Path> models() throws IOException {
    if (!Files.isDirectory(model)) {
      return List.of(model);
    }
    List<Path> models = new ArrayList<>();
    try (Stream<Path> all = Files.list(model)) {
      for (Path file : all.filter(path -> path.toString().endsWith(".safetensors")).sorted().toList()) {
        if (ModelOptions.read(file, Layout.AUTO).info().more().containsKey(ModelRecipe.KEY)) {
          models.add(file);
        }
      }
    }
    if (models.isEmpty()) {
      throw new IllegalArgumentException(model + ": no model in this folder has a recipe");
    }
    return models;
  }

  /** What differs first, if anything does. */
  private Optional<String> difference(Path file) {
    SavedModel saved = ModelOptions.read(file, Layout.AUTO);
    Map<String, String> texts = saved.info().more();
    String recipe = texts.get(ModelRecipe.KEY);
    if (recipe == null) {
      throw new IllegalArgumentException(
          file + ": it has no recipe; models of 'retort train' and 'retort distill' have one");
    }
    ModelRecipe words = new ModelRecipe(List.of(recipe.split("\n", -1)));
    TrainTest samples = command(words).load();
    return difference(texts, samples.train())
        .or(() -> difference(saved, trained(words, samples)))
        .map(
            what ->
                Retort.version().equals(texts.get("version"))
                    ? what
                    : what + "; version " + texts.get("version") + " made it, this is version "
                        + Retort.version());
  }

  private static Optional<String> difference(Map<String, String> texts, Dataset train) {
    Map<String, String> given = RunOptions.identity(train);
    return given.keySet().stream()
        .filter(key -> !given.get(key).equals(texts.get(key)))
        .map(
            key ->
                key.replace('_', ' ') + " " + texts.get(key) + " in the file, " + given.get(key)
                    + " of " + train.name())
        .findFirst();
  }

  private Reproducible command(ModelRecipe recipe) {
    List<String> more = new ArrayList<>();
    if (data != null) {
      more.addAll(List.of("--data", data.toString()));
    }
    if (threads != null) {
      more.addAll(List.of("--threads", threads.toString()));
    }
    CommandSpec command = recipe.command(more, filesBySha256);
    command.commandLine().setErr(spec.commandLine().getErr());
    if (command.userObject() instanceof Reproducible trains) {
      return trains;
    }
    throw new IllegalArgumentException(
        "the recipe is of '" + recipe.words().getFirst() + "', which trains no network");
  }

  private Recipe.Trained trained(ModelRecipe recipe, TrainTest samples) {
    if (!trained.containsKey(recipe)) {
      Reproducible command = command(recipe);
      Optional<Network> teacher =
          command.teacherRecipe().map(teachers -> trained(teachers, samples).network());
      try (TrainingBar bar = output.progress(recipe.words().getFirst())) {
        trained.put(recipe, command.again(samples, teacher, bar));
      }
    }
    return trained.get(recipe);
  }

  /** The first of the weights that differ, and since which epoch they do, if the file says so. */
  private static Optional<String> difference(SavedModel saved, Recipe.Trained again) {
    return WeightDifference.of(saved.network(), again.network())
        .map(
            what ->
                Optional.ofNullable(saved.info().more().get(RunOptions.EPOCHS))
                    .map(file -> what + since(List.of(file.split(" ", -1)), RunOptions.epochs(again)))
                    .orElse(what));
  }

  private static String since(List<String> file, List<String> again) {
    int same = 0;
    while (same < Math.min(file.size(), again.size()) && file.get(same).equals(again.get(same))) {
      same++;
    }
    return same == Math.max(file.size(), again.size())
        ? ", though after each epoch they were as the file says"
        : ", from epoch " + (same + 1) + " on";
  }
}
