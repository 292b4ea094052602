package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.model.Layout;
import dev.retort.model.ModelInfo;
import dev.retort.nn.Network;
import dev.retort.train.Recipe;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every long command takes. */
final class RunOptions {
  /** Key of the digests of the weights in the metadata of a model file. */
  static final String EPOCHS = "epochs_crc32c";

  @Option(names = "--seed", defaultValue = "1") long seed;
  @Option(names = "--threads") private Integer threads;
  @Mixin private DataOptions data;
  @Option(names = "--out", paramLabel = "DIR") private Path out;

  /** Sets the threads and loads the data. */
  TrainTest load() {
    Retort.setThreads(threads == null ? Retort.threads() : threads);
    return data.load();
  }

  /** A network that was saved; a file that cannot be read is bad input. */
  static Network model(Path file) {
    return ModelOptions.read(file, Layout.AUTO).network();
  }

  /** What identifies samples in the file of a network trained on them. */
  static SortedMap<String, String> identity(Dataset train) {
    return new TreeMap<>(
        Map.of(
            "training_features_sha256", train.featuresSha256(),
            "training_labels_sha256", train.labelsSha256()));
  }

  /** What the files of networks trained on these samples say beside their weights. */
  BiFunction<ModelRecipe, Recipe.Trained, ModelInfo> info(Dataset train) {
    Map<String, String> texts = new HashMap<>(identity(train));
    texts.put("seed", Long.toString(seed));
    texts.put("version", Retort.version());
    return (recipe, trained) -> {
      texts.put(ModelRecipe.KEY, recipe.text());
      texts.put(EPOCHS, String.join(" ", epochs(trained)));
      return ModelInfo.of(train, texts);
    };
  }

  /** The digest of the weights after each epoch, so that one can be named in which they begin to differ. */
  static List<String> epochs(Recipe.Trained trained) {
    return trained.epochs().stream().map(epoch -> "%08x".formatted(epoch.weights())).toList();
  }

  /** The folder of a command's results unless {@code --out} names another; the build sets the property. */
  static Path defaultOut(String command) {
    return Path.of(System.getProperty("retort.out", "retort-out"), command);
  }

  /** What is done with the folder of the results. */
  interface Work {
    void with(ResultFolder results) throws IOException;
  }

  /** Does a command's work after its folder is taken and proven writable, and gives the exit code. */
  int in(String command, Work work) throws IOException {
    try (ResultFolder results = ResultFolder.take(out == null ? defaultOut(command) : out)) {
      work.with(results);
    }
    return 0;
  }
}
