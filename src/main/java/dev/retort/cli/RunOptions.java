package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import dev.retort.data.DataFiles;
import dev.retort.data.Dataset;
import dev.retort.data.Digits;
import dev.retort.data.TrainTest;
import dev.retort.model.Layout;
import dev.retort.model.ModelInfo;
import dev.retort.nn.Network;
import dev.retort.train.Trained;
import picocli.CommandLine.Option;

/** What every long command takes: output, seed, threads, samples, how their files are read, folder of the results. */
final class RunOptions extends OutputOptions {
  /** Key of the digests of the weights in the metadata of a model file. */
  static final String EPOCHS = "epochs_crc32c";

  @Option(names = "--seed", defaultValue = "1") long seed;
  @Option(names = "--threads") private Integer threads;
  @Option(names = "--data", paramLabel = "PATH") private Path data;
  @Option(names = "--labels-from", defaultValue = "0") private int labelsFrom;
  @Option(names = "--ignore-label", paramLabel = "N") private Integer ignored;
  @Option(names = "--transpose") private boolean transpose;
  @Option(names = "--label-column", defaultValue = "label") private String label;
  @Option(names = "--divide-by") private Float divisor;
  @Option(names = "--out", paramLabel = "DIR") private Path out;

  /** Sets the threads, reads the samples, and warns of classes without any. */
  TrainTest load() {
    Retort.setThreads(threads == null ? Retort.threads() : threads);
    if (data == null) {
      return Digits.load();
    }
    DataFiles files = DataFiles.at(data).labelsFrom(labelsFrom).labelColumn(label);
    if (transpose) {
      files.transposed();
    }
    Optional.ofNullable(ignored).ifPresent(files::ignoring);
    Optional.ofNullable(divisor).ifPresent(files::divisor);
    TrainTest parts = files.load();
    List<String> empty = parts.train().emptyClasses();
    if (!empty.isEmpty()) {
      spec.commandLine().getErr().printf(
          "retort: warning: no training sample of class %s%s%n", String.join(", ", empty),
          empty.contains("0") ? "; labels that begin at 1 need --labels-from 1" : "");
    }
    return parts;
  }

  /** A network that was saved; a file that cannot be read is bad input. */
  static Network model(Path file) {
    return ModelOptions.read(file, Layout.AUTO).network();
  }

  /** What identifies samples in the file of a network trained on them. */
  static SortedMap<String, String> identity(Dataset train) {
    return new TreeMap<>(
        Map.of("training_features_sha256", train.featuresSha256(), "training_labels_sha256", train.labelsSha256()));
  }

  /** What the file of a network says that was trained by a recipe on these samples. */
  ModelInfo info(ModelRecipe recipe, Trained trained, Dataset train) {
    Map<String, String> texts = identity(train);
    texts.put("seed", Long.toString(seed));
    texts.put("version", Retort.version());
    texts.put(ModelRecipe.KEY, recipe.text());
    texts.put(EPOCHS, String.join(" ", epochs(trained)));
    return ModelInfo.of(train, texts);
  }

  /** The digest of the weights after each epoch, so that one can be named in which they begin to differ. */
  static List<String> epochs(Trained trained) {
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
    Path folder = out == null ? defaultOut(command) : out;
    try (ResultFolder results = ResultFolder.take(folder, spec.commandLine().getErr())) {
      work.with(results);
    }
    return 0;
  }

  /** Lets all results appear, the JSON one as the last, and prints it if that is asked for. */
  void finish(ResultFolder results, String name, TrainTest samples, Map<String, Object> fields) throws IOException {
    Map<String, Object> all =
        JsonValues.object(
            "version", Retort.version(), "backend", Retort.backend(), "seed", seed, "threads", Retort.threads());
    all.putAll(fields);
    all.put(
        "data",
        JsonValues.object(
            "name", samples.train().name(), "trainRows", samples.train().rows(), "testRows", samples.test().rows()));
    String text = JsonValues.text(all);
    results.write(name, text);
    results.appear();
    json(text);
  }
}
