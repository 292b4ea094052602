package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.model.Checkpoint;
import dev.retort.model.ModelInfo;
import dev.retort.nn.Network;
import dev.retort.train.Epoch;
import dev.retort.train.Evaluation;
import dev.retort.train.Trained;

/**
 * A network that was trained, or came from a file.
 *
 * @param test its evaluation on the test samples
 * @param sha256 of its file, if it is saved
 */
record NetworkResult(Trained trained, Evaluation test, Optional<String> sha256) {
  /** The same after it is written, with the recipe by which it was trained. */
  NetworkResult saved(ResultFolder results, String name, RunOptions run, ModelRecipe recipe, Dataset train)
      throws IOException {
    return saved(results, name, run.info(recipe, trained, train));
  }

  /** The same after it is written. */
  NetworkResult saved(ResultFolder results, String name, ModelInfo info) throws IOException {
    String digest = results.write(name, file -> Checkpoint.save(file, trained.network(), info));
    return new NetworkResult(trained, test, Optional.of(digest));
  }

  /** The network as a report shows it. */
  ReportPage.Run shown(String name) {
    return new ReportPage.Run(name, trained, sha256.orElseThrow());
  }

  /** Its fields in JSON; the loss of the last epoch and its parts are there unless it came from a file. */
  Map<String, Object> fields() {
    Network network = trained.network();
    return JsonValues.object(
        "sizes", network.sizes(), "parameters", network.parameterCount(), "testErrors", test.errors(),
        "testAccuracy", test.accuracy(), "trainSeconds", trained.seconds(), "trainLoss",
        trained.epochs().reversed().stream().findFirst().map(NetworkResult::losses), "modelSha256", sha256);
  }

  private static Map<String, Object> losses(Epoch epoch) {
    Map<String, Object> losses = JsonValues.object("total", epoch.loss());
    losses.putAll(epoch.parts());
    return losses;
  }
}
