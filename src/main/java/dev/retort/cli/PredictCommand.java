package dev.retort.cli;

import module java.base;
import dev.retort.data.DataFiles;
import dev.retort.data.Dataset;
import dev.retort.model.SavedModel;
import dev.retort.nn.Network;
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

  @Override
  public Integer call() throws IOException {
    OutputOptions.atLeastOne("--top", top);
    SavedModel saved = models.read(model);
    List<Answers> byFile = inputs.stream().map(file -> answers(saved, file)).toList();
    List<Map<String, Object>> all = new ArrayList<>();
    for (Answers answers : byFile) {
      for (int i = 0; i < answers.data.rows(); i++) {
        output.text().print(answers.name + (answers.data.rows() > 1 ? "#" + i : ""));
        List<Map<String, Object>> guesses = new ArrayList<>();
        for (int label : answers.top(i, top)) {
          String name = saved.info().className(label);
          float probability = answers.probabilities.get(i, label);
          output.text().printf("  %s %.4f", name, probability);
          guesses.add(JsonValues.object("class", label, "name", name, "probability", probability));
        }
        output.text().println();
        all.add(JsonValues.object("file", answers.name, "sample", i, "top", guesses));
      }
    }
    output.result(all);
    return 0;
  }

  private static Answers answers(SavedModel saved, Path file) {
    Network network = saved.network();
    Tensor features = features(saved, file);
    if (features.rowSize() != network.inputs()) {
      throw new IllegalArgumentException(
          file + ": samples of " + features.rowSize() + " features, where the network takes " + network.inputs());
    }
    Dataset samples = new Dataset(file.toString(), features, new int[features.rows()], network.outputs());
    Tensor logits = network.logits(samples);
    int bad = logits.firstNotFinite();
    if (bad >= 0) {
      throw new IllegalArgumentException(
          file + ": a logit of sample " + bad / network.outputs() + " is " + logits.data()[bad]
              + ": its features are too large");
    }
    return new Answers(file.toString(), logits, samples);
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
