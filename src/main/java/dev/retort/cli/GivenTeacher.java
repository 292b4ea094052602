package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.Npy;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.model.SavedModel;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A teacher from files, in place of one that is trained. */
final class GivenTeacher {
  @Mixin private ModelOptions models;
  @Option(names = "--teacher-model", arity = "1..*", paramLabel = "FILE") private List<Path> files = List.of();
  @Option(names = "--teacher-logits", paramLabel = "FILE") private Path logits;
  @Option(names = "--teacher-probabilities", paramLabel = "FILE") private Path probabilities;
  @Option(names = "--normalise") private boolean normalise;

  private List<SavedModel> read;

  private long kinds() {
    return Stream.of(!files.isEmpty(), logits != null, probabilities != null).filter(isGiven -> isGiven).count();
  }

  /** Whether there is one. */
  boolean isGiven() {
    return kinds() > 0;
  }

  /** Refuses more than one. */
  void check() {
    if (kinds() > 1) {
      throw new IllegalArgumentException(
          "give one of --teacher-model, --teacher-logits and --teacher-probabilities, not " + kinds());
    }
    if (normalise && probabilities == null) {
      throw new IllegalArgumentException("--normalise needs --teacher-probabilities");
    }
  }

  /** The models, read once. */
  private List<SavedModel> models(Dataset train) {
    if (read == null) {
      read = files.stream().map(file -> model(file, train)).toList();
    }
    return read;
  }

  private SavedModel model(Path file, Dataset train) {
    SavedModel model = models.read(file, train);
    Network network = model.network();
    if (network.inputs() != train.rowSize() || network.outputs() != train.classes()) {
      throw new IllegalArgumentException(
          file + ": a network of " + network.inputs() + " features and " + network.outputs() + " classes cannot teach "
              + train.name() + ", which has " + train.rowSize() + " features and " + train.classes() + " classes");
    }
    return model;
  }

  /** The only model, if there is one. */
  Optional<SavedModel> model(Dataset train) {
    return files.size() == 1 ? Optional.of(models(train).getFirst()) : Optional.empty();
  }

  /** What a student learns from this teacher of the training samples. */
  Loss loss(Dataset train, DistillOptions options) {
    if (probabilities != null) {
      Tensor p = answers(probabilities, train);
      return options.loss(
          SoftTargets.fromProbabilities(normalise ? SoftTargets.normalised(p) : p, options.temperature));
    }
    if (logits != null) {
      return options.loss(answers(logits, train));
    }
    List<Tensor> all = models(train).stream().map(model -> model.network().logits(train)).toList();
    return all.size() == 1
        ? options.loss(all.getFirst()) : options.loss(SoftTargets.fromEnsemble(all, options.temperature));
  }

  /** A teacher's answers for the training samples, in their order. */
  private static Tensor answers(Path file, Dataset train) {
    Tensor tensor = Npy.read(file);
    if (!Arrays.equals(tensor.shape(), new int[] {train.rows(), train.classes()})) {
      throw new IllegalArgumentException(
          file + ": its shape is " + Arrays.toString(tensor.shape()) + ", where the training samples"
              + " of " + train.name() + " have the shape [" + train.rows() + ", " + train.classes()
              + "], a row each and a column a class");
    }
    return tensor;
  }
}
