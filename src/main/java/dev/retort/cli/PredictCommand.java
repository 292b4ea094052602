package dev.retort.cli;

import module java.base;
import dev.retort.data.DataFiles;
import dev.retort.model.Classifier;
import dev.retort.model.SavedModel;
import dev.retort.tensor.Tensor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code retort predict}: a saved network's answers for samples in files. */
@Command(name = "predict")
final class PredictCommand implements Callable<Integer> {
  @Mixin private ModelOptions models;

  @Parameters(index = "0", paramLabel = "MODEL") private Path model;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "INPUT") private List<Path> inputs;

  @Option(names = "--top", defaultValue = "1") private int top;
  @Mixin private OutputOptions output;

  /** The answer for one of the samples in a file, as JSON; the most probable class is the first. */
  private record Answer(String file, int sample, List<Map<String, Object>> top) {}

  @Override
  public Integer call() throws IOException {
    OutputOptions.atLeastOne("--top", top);
    SavedModel saved = models.read(model);
    List<List<Answer>> byFile = inputs.stream().map(file -> answers(saved, file)).toList();
    for (List<Answer> answers : byFile) {
      for (Answer answer : answers) {
        output.text().print(answer.file + (answers.size() > 1 ? "#" + answer.sample : ""));
        answer.top.forEach(
            guess -> output.text().printf("  %s %.4f", guess.get("name"), (Float) guess.get("probability")));
        output.text().println();
      }
    }
    output.result(byFile.stream().flatMap(List::stream).toList());
    return 0;
  }

  private List<Answer> answers(SavedModel saved, Path file) {
    Tensor features = features(saved, file);
    int inputs = saved.network().inputs();
    if (features.rowSize() != inputs) {
      throw new IllegalArgumentException(
          file + ": samples of " + features.rowSize() + " features, where the network takes " + inputs);
    }
    Classifier classifier = Classifier.of(saved.network());
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < features.rows(); i++) {
      float[] sample = features.rows(i, i + 1).toArray();
      float[] probabilities = classifier.probabilities(sample);
      List<Map<String, Object>> guesses = new ArrayList<>();
      for (int label : classifier.top(Math.min(top, probabilities.length), sample)) {
        guesses.add(
            JsonValues.object(
                "class", label, "name", saved.info().className(label), "probability", probabilities[label]));
      }
      answers.add(new Answer(file.toString(), i, guesses));
    }
    return answers;
  }

  private static Tensor features(SavedModel saved, Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    float divisor = saved.info().divisor();
    if (name.matches(".*\\.(npy|csv)(\\.gz)?|.*[-.]idx\\d-\\w+(\\.gz)?")) {
      return DataFiles.samples(file, divisor);
    }
    List<Integer> shape = saved.info().inputShape();
    int side = (int) Math.round(Math.sqrt(saved.network().inputs()));
    List<Integer> size = shape.size() == 2 ? shape : List.of(side, side);
    byte[] pixels = Picture.read(file, size.get(0), size.get(1));
    Tensor features = Tensor.zeros(1, pixels.length);
    for (int i = 0; i < pixels.length; i++) {
      features.data()[i] = Byte.toUnsignedInt(pixels[i]) / (divisor == 1 ? 255 : divisor);
    }
    return features;
  }
}
