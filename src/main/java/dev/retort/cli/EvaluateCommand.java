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
    int[][] confusion = test.confusion();
    List<String> names = saved.info().classNames().isEmpty() ? data.test().classNames() : saved.info().classNames();
    List<Map<String, Object>> classes =
        IntStream.range(0, confusion.length)
            .mapToObj(
                i ->
                    JsonValues.object(
                        "name", i < names.size() ? names.get(i) : Integer.toString(i), "samples",
                        Arrays.stream(confusion[i]).sum(), "precision", test.precision(i), "recall", test.recall(i)))
            .toList();
    if (logits) {
      write(results, "train-logits.npy", network.logits(data.train()));
      write(results, "test-logits.npy", network.logits(data.test()));
    }
    run.finish(results, ResultFolder.RESULT, data,
        JsonValues.object(
            "model", model.toString(), "testErrors", test.errors(), "testAccuracy", test.accuracy(), "testLoss",
            test.loss(), "classes", classes, "confusion", confusion));
    run.text().printf(
        "%s: %d errors of %d test samples, accuracy %.2f%%, cross entropy %.4f%n%n",
        HiddenLayers.text(network.sizes()), test.errors(), test.rows(), 100 * test.accuracy(), test.loss());
    print(classes, confusion);
  }

  private static void write(ResultFolder results, String name, Tensor tensor) throws IOException {
    results.write(
        name,
        file -> {
          Npy.write(file, tensor);
          return file;
        });
  }

  /** Precision and recall of each class, and what the network takes it for. */
  private void print(List<Map<String, Object>> classes, int[][] confusion) {
    List<String> names = classes.stream().map(each -> each.get("name").toString()).toList();
    List<String> columns = List.of("samples", "precision", "recall");
    Table.of(
            "class", names, columns,
            (i, j) -> (j == 0 ? "%d" : "%.4f").formatted(classes.get(i).get(columns.get(j))))
        .print(run.text());
    if (names.size() <= EvaluationFigures.MOST_CLASSES) {
      run.text().println();
      Table.of("class \\ answer", names, names, (i, j) -> Integer.toString(confusion[i][j])).print(run.text());
    }
  }
}
