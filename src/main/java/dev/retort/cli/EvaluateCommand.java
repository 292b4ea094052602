package dev.retort.cli;

import module java.base;
import dev.retort.data.Npy;
import dev.retort.data.TrainTest;
import dev.retort.model.SavedModel;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import dev.retort.train.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code retort evaluate}: evaluate a saved network. */
@Command(name = "evaluate")
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private RunOptions run;
  @Mixin private ModelOptions models;

  @Parameters(paramLabel = "MODEL") private Path model;

  @Option(names = "--logits") private boolean logits;

  @Override
  public Integer call() throws IOException {
    return run.in("evaluate", this::evaluate);
  }

  private void evaluate(ResultFolder results) throws IOException {
    TrainTest data = run.load();
    SavedModel saved = models.read(model, data.test());
    Network network = saved.network();
    Evaluation test = Evaluation.of(network, data.test());
    List<String> names = saved.info().classNames();
    ConfusionTable confusion = new ConfusionTable(test, names.isEmpty() ? data.test().classNames() : names);
    if (logits) {
      write(results, "train-logits.npy", network.logits(data.train()));
      write(results, "test-logits.npy", network.logits(data.test()));
    }
    run.finish(results, ResultFolder.RESULT, data,
        JsonValues.object(
            "model", model.toString(), "testErrors", test.errors(), "testAccuracy", test.accuracy(), "testLoss",
            test.loss(), "classes", confusion.classes(), "confusion", test.confusion()));
    run.text().printf(
        "%s: %d errors of %d test samples, accuracy %.2f%%, cross entropy %.4f%n%n",
        HiddenLayers.text(network.sizes()), test.errors(), test.rows(), 100 * test.accuracy(), test.loss());
    confusion.print(run.text());
  }

  private static void write(ResultFolder results, String name, Tensor tensor) throws IOException {
    results.write(
        name,
        file -> {
          Npy.write(file, tensor);
          return file;
        });
  }
}
