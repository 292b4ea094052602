package dev.retort.cli;

import module java.base;
import dev.retort.model.Checkpoint;
import dev.retort.model.ModelInfo;
import dev.retort.nn.Network;
import dev.retort.train.Epoch;
import dev.retort.train.Evaluation;
import dev.retort.train.Trained;

/**
 * A network that was trained, or came from a file.
 *
 * @param name as in "student alone"
 * @param test its evaluation on the test samples
 * @param sha256 of its file, if it is saved
 */
record NetworkResult(String name, Trained trained, Evaluation test, Optional<String> sha256) {
  /** The same after it is written. */
  NetworkResult saved(ResultFolder results, String file, ModelInfo info) throws IOException {
    String digest = results.write(file, path -> Checkpoint.save(path, network(), info));
    return new NetworkResult(name, trained, test, Optional.of(digest));
  }

  Network network() {
    return trained.network();
  }

  /** As people read them: 784-16-10. */
  String sizes() {
    return HiddenLayers.text(network().sizes());
  }

  /** Its fields in JSON; the loss of the last epoch and its parts are there unless it came from a file. */
  Map<String, Object> fields() {
    return JsonValues.object(
        "sizes", network().sizes(), "parameters", network().parameterCount(), "testErrors", test.errors(),
        "testAccuracy", test.accuracy(), "trainSeconds", trained.seconds(), "trainLoss",
        trained.epochs().reversed().stream().findFirst().map(NetworkResult::losses), "modelSha256", sha256);
  }

  private static Map<String, Object> losses(Epoch epoch) {
    Map<String, Object> losses = JsonValues.object("total", epoch.loss());
    losses.putAll(epoch.parts());
    return losses;
  }
}
