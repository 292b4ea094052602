package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import dev.retort.data.TrainTest;
import dev.retort.format.Sha256;
import dev.retort.model.Layout;
import dev.retort.model.SavedModel;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import dev.retort.train.Trained;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code retort reproduce}: train a model again by the recipe in its file, and compare. */
@Command(name = "reproduce")
final class ReproduceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private OutputOptions output;
  @Parameters(paramLabel = "MODEL") private Path model;
  @Option(names = "--data", paramLabel = "PATH") private Path data;
  @Option(names = "--with", arity = "1..*", paramLabel = "FILE") private List<Path> files = List.of();
  @Option(names = "--threads") private Integer threads;

  private final Map<String, Path> filesBySha256 = new HashMap<>();

  /** Those trained already: a teacher is one of the models, and needed for another. */
  private final Map<ModelRecipe, Trained> trained = new HashMap<>();

  @Override
  public Integer call() throws IOException {
    for (Path file : files) {
      filesBySha256.put(Sha256.of(file), file);
    }
    List<Map<String, Object>> all = new ArrayList<>();
    boolean reproduced = true;
    for (Path file : models()) {
      String sha256 = Sha256.of(file);
      Optional<String> difference = difference(file);
      reproduced &= difference.isEmpty();
      all.add(
          JsonValues.object(
              "model", file.toString(), "modelSha256", sha256, "reproduced", difference.isEmpty(), "difference",
              difference));
      output.text().println(
          file + ": " + difference.map(what -> "differs: " + what).orElse("reproduced, SHA-256 " + sha256));
    }
    output.result(JsonValues.object("version", Retort.version(), "backend", Retort.backend(), "models", all));
    return reproduced ? 0 : Main.FAILURE;
  }

  private List<Path> models() throws IOException {
    if (!Files.isDirectory(model)) {
      return List.of(model);
    }
    try (Stream<Path> all = Files.list(model)) {
      List<Path> models =
          all.filter(file -> file.toString().endsWith(".safetensors"))
              .filter(file -> read(file).info().more().containsKey(ModelRecipe.KEY)).sorted().toList();
      if (models.isEmpty()) {
        throw new IllegalArgumentException(model + ": no model in this folder has a recipe");
      }
      return models;
    }
  }

  private static SavedModel read(Path file) {
    return ModelOptions.read(file, Layout.AUTO);
  }

  /** What differs first, if anything does. */
  private Optional<String> difference(Path file) {
    SavedModel saved = read(file);
    Map<String, String> texts = saved.info().more();
    if (!texts.containsKey(ModelRecipe.KEY)) {
      throw new IllegalArgumentException(
          file + ": it has no recipe; models of 'retort train' and 'retort distill' have one");
    }
    ModelRecipe recipe = ModelRecipe.read(texts.get(ModelRecipe.KEY), filesBySha256);
    TrainTest samples = command(recipe).run.load();
    Map<String, String> given = RunOptions.identity(samples.train());
    return given.keySet().stream()
        .filter(key -> !given.get(key).equals(texts.get(key)))
        .map(
            key ->
                key.replace('_', ' ') + " " + texts.get(key) + " in the file, " + given.get(key) + " of "
                    + samples.train().name())
        .findFirst()
        .or(() -> difference(saved, trained(recipe, samples)))
        .map(
            what ->
                Retort.version().equals(texts.get("version"))
                    ? what
                    : what + "; version " + texts.get("version") + " made it, this is version " + Retort.version());
  }

  private TrainingCommand command(ModelRecipe recipe) {
    List<String> more = new ArrayList<>();
    if (data != null) {
      more.add("--data=" + data);
    }
    if (threads != null) {
      more.add("--threads=" + threads);
    }
    TrainingCommand command = recipe.command(more);
    command.spec.commandLine().setErr(spec.commandLine().getErr());
    return command;
  }

  private Trained trained(ModelRecipe recipe, TrainTest samples) {
    if (!trained.containsKey(recipe)) {
      TrainingCommand command = command(recipe);
      Optional<Network> teacher = command.teacherRecipe().map(teachers -> trained(teachers, samples).network());
      try (Progress.Bar bar = output.progress(recipe.words().getFirst())) {
        trained.put(recipe, command.again(samples, teacher, training -> training.listener(bar)));
      }
    }
    return trained.get(recipe);
  }

  /** The first of the weights that differ, how many do, and since which epoch, if the file says so. */
  private static Optional<String> difference(SavedModel saved, Trained again) {
    String digests = saved.info().more().get(RunOptions.EPOCHS);
    return difference(saved.network(), again.network())
        .map(what -> digests == null ? what : what + since(digests.split(" ", -1), RunOptions.epochs(again)));
  }

  private static String since(String[] file, List<String> again) {
    int same = Arrays.mismatch(file, again.toArray());
    return same < 0 ? ", though after each epoch they were as the file says" : ", from epoch " + (same + 1) + " on";
  }

  private static Optional<String> difference(Network file, Network again) {
    if (!Arrays.equals(file.sizes(), again.sizes())) {
      return Optional.of(
          "sizes " + HiddenLayers.text(file.sizes()) + " in the file, " + HiddenLayers.text(again.sizes())
              + " trained again");
    }
    String first = null;
    int count = 0;
    for (int i = 0; i < file.parameters().size(); i++) {
      Tensor a = file.parameters().get(i).value();
      float[] b = again.parameters().get(i).value().toArray();
      for (int j = 0; j < b.length; j++) {
        float was = a.data()[a.offset() + j];
        if (Float.floatToRawIntBits(was) != Float.floatToRawIntBits(b[j]) && count++ == 0) {
          String at = i % 2 == 0 ? ".weight[" + j / a.rowSize() + ", " + j % a.rowSize() : ".bias[" + j;
          first = i / 2 + at + "] is " + was + " in the file, " + b[j] + " trained again";
        }
      }
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(first + "; " + count + " of " + file.parameterCount() + " numbers differ");
  }
}
