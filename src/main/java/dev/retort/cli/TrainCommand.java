package dev.retort.cli;

import module java.base;
import dev.retort.cli.ResultFile.TrainedNetwork;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.loss.Loss;
import dev.retort.model.Checkpoint;
import dev.retort.model.ModelInfo;
import dev.retort.nn.Network;
import dev.retort.train.Evaluation;
import dev.retort.train.Recipe;
import dev.retort.train.Training;
import dev.retort.train.TrainingListener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code retort train}: one network on hard labels. */
@Command(
    name = "train",
    description = "Train one network on hard labels and evaluate it.",
    footer = {
      "  retort train --hidden 128 --epochs 20",
      "  retort train --hidden 128 --validation 0.1 --patience 5 --dropout 0.2"
    })
final class TrainCommand implements Callable<Integer>, Reproducible {
  private static final String MODEL = "model.safetensors";

  @Spec private CommandSpec spec;
  @Mixin private RunOptions run;
  @Mixin private OutputOptions output;
  @Option(names = "--hidden", defaultValue = "32", converter = HiddenLayers.class) private List<Integer> hidden;
  @Option(names = "--epochs", defaultValue = "30") private int epochs;
  @Option(names = "--batch", defaultValue = "100") private int batch;
  @Option(names = "--rate", defaultValue = "0.1") private double rate;
  @Option(names = "--momentum", defaultValue = "0.9") private double momentum;
  @Option(names = "--decay", defaultValue = "0.0001") private double decay;
  @Option(names = "--input-dropout", defaultValue = "0") private double inputDropout;
  @Option(names = "--dropout", defaultValue = "0") private double dropout;
  @Option(names = "--jitter", defaultValue = "0") private int jitter;
  @Option(names = "--smoothing", defaultValue = "0") private double smoothing;
  @Option(names = "--validation", defaultValue = "0") private double validation;
  @Option(names = "--patience", defaultValue = "0") private int patience;
  @Option(names = "--optimizer", defaultValue = "sgd") private OptimizerName optimizer;
  @Mixin private TrainingOptions options;
  @Mixin private ModelOptions models;
  @Mixin private CheckpointOptions checkpoints;
  @Option(names = "--from", paramLabel = "FILE") private Path from;

  private enum OptimizerName { SGD, ADAM }

  private Training training() {
    Training training =
        switch (optimizer) {
          case SGD -> Training.sgd(rate).nesterov(momentum);
          case ADAM -> Training.adam(rate);
        };
    training =
        options.of(training).weightDecay(decay).epochs(epochs).batchSize(batch).jitter(jitter);
    return patience == 0 ? training : training.patience(patience);
  }

  private Network network(Dataset train) {
    Network.Builder made =
        options.network(train, hidden).inputDropout(inputDropout).dropout(dropout);
    if (from == null) {
      return made.seed(run.seed).build();
    }
    if (inputDropout != 0 || dropout != 0) {
      throw new IllegalArgumentException("a saved network has no dropout: --from goes without");
    }
    return models.read(from, train).network();
  }

  @Override
  public Integer call() throws IOException {
    Training training = training();
    return run.in(
        "train",
        results -> {
          train(results, checkpoints.of(training, results.path(), "model"));
          checkpoints.delete();
        });
  }

  private void train(ResultFolder results, Training training) throws IOException {
    TrainTest data = load();
    Recipe.Trained trained = shown(data.train(), training);
    Evaluation test = trained.evaluate(data.test());
    ModelInfo info = run.info(data.train()).apply(ModelRecipe.of(spec), trained);
    String sha256 =
        results.write(MODEL, file -> Checkpoint.save(file, trained.network(), info));
    String summary =
        String.format(
            "%s: %d errors of %d test samples, accuracy %.2f%%, trained in %.1f s, %d epochs",
            HiddenLayers.text(trained.network().sizes()), test.errors(), test.rows(),
            100 * test.accuracy(), trained.seconds(), trained.epochs().size());
    results.write(
        "report.html",
        ReportPage.train(
            summary, new ReportPage.Run("network", trained.network(), trained.epochs(), sha256),
            data.test(), spec));
    ResultFile.write(
        output, results, run.seed, data,
        json -> json.writeObjectField("network", TrainedNetwork.of(trained, test, sha256)));
    output.text().printf("%s%n%s%n", summary, results.path().resolve(MODEL));
  }

  private Recipe.Trained shown(Dataset train, Training training) {
    try (TrainingBar bar = output.progress("network")) {
      return trained(train, training.listener(bar));
    }
  }

  private Recipe.Trained trained(Dataset all, Training settings) {
    Training training = settings.seed(run.seed);
    UnaryOperator<Dataset> part = UnaryOperator.identity();
    if (validation != 0) {
      training = training.validation(all.split(validation, run.seed).test());
      part = samples -> samples.split(validation, run.seed).train();
    }
    Dataset train = part.apply(all);
    Loss loss = options.weights(all, part).apply(Loss.crossEntropy(smoothing));
    Network network = network(train);
    return new Recipe.Trained(network, training.fit(network, train, loss));
  }

  @Override
  public TrainTest load() {
    return run.load();
  }

  @Override
  public Recipe.Trained again(
      TrainTest data, Optional<Network> teacher, TrainingListener listener) {
    return trained(data.train(), training().listener(listener));
  }
}
