package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.loss.Loss;
import dev.retort.nn.Network;
import dev.retort.train.Evaluation;
import dev.retort.train.Trained;
import dev.retort.train.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code retort train}: one network on hard labels. */
@Command(name = "train")
final class TrainCommand extends TrainingCommand {
  private static final String MODEL = "model.safetensors";

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
  @Option(names = "--from", paramLabel = "FILE") private Path from;

  private enum OptimizerName { SGD, ADAM }

  /** The command of a recipe. */
  static TrainCommand of(ModelRecipe recipe) {
    return (TrainCommand) recipe.command(List.of());
  }

  private Training training() {
    Training training = switch (optimizer) {
      case SGD -> Training.sgd(rate).nesterov(momentum);
      case ADAM -> Training.adam(rate);
    };
    training = options.of(training).weightDecay(decay).epochs(epochs).batchSize(batch).jitter(jitter).seed(run.seed);
    return patience == 0 ? training : training.patience(patience);
  }

  private Network network(Dataset train) {
    Network.Builder made = options.network(train, hidden).inputDropout(inputDropout).dropout(dropout);
    if (from == null) {
      return made.seed(run.seed).build();
    }
    if (inputDropout != 0 || dropout != 0) {
      throw new IllegalArgumentException("a saved network has no dropout: --from goes without");
    }
    return models.read(from, train).network();
  }

  /** Trains the network on a part of the samples and any loss, which gets their weights. */
  Trained fit(Dataset all, UnaryOperator<Dataset> part, Loss loss, UnaryOperator<Training> more) {
    Dataset train = part.apply(all);
    Network network = network(train);
    Loss weighted = options.weighted(loss, all, part);
    return new Trained(network, more.apply(training()).fit(network, train, weighted));
  }

  @Override
  Trained again(TrainTest data, Optional<Network> teacher, UnaryOperator<Training> more) {
    Dataset all = data.train();
    Loss loss = Loss.crossEntropy(smoothing);
    if (validation == 0) {
      return fit(all, UnaryOperator.identity(), loss, more);
    }
    Dataset held = all.split(validation, run.seed).test();
    return fit(
        all, samples -> samples.split(validation, run.seed).train(), loss,
        training -> more.apply(training.validation(held)));
  }

  @Override
  void check() {
    training();
    Network.mlp(1, 1).inputDropout(inputDropout).dropout(dropout);
  }

  @Override
  void run(TrainTest data, ResultFolder results) throws IOException {
    Path checkpoint = results.path().resolve("model.checkpoint");
    NetworkResult network = network("network", checkpoint, data, more -> again(data, Optional.empty(), more));
    Evaluation test = network.test();
    Trained trained = network.trained();
    network = network.saved(results, MODEL, run.info(ModelRecipe.of(spec), trained, data.train()));
    String summary =
        String.format(
            "%s: %d errors of %d test samples, accuracy %.2f%%, trained in %.1f s, %d epochs", network.sizes(),
            test.errors(), test.rows(), 100 * test.accuracy(), trained.seconds(), trained.epochs().size());
    results.write("report.html", ReportPage.train(summary, network, data.test(), spec));
    run.finish(results, ResultFolder.RESULT, data, Map.of("network", network.fields()));
    run.text().printf("%s%n%s%n", summary, results.path().resolve(MODEL));
  }
}
