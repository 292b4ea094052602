package dev.retort.cli;

import module java.base;
import dev.retort.data.DataFiles;
import dev.retort.model.Classifier;
import dev.retort.model.ModelInfo;
import dev.retort.model.SavedModel;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code retort predict}: a saved network's answers for samples in files. */
@Command(
    name = "predict",
    description = "Classify images or rows of numbers with a saved network.",
    footer = {
      "  retort predict retort-out/distill/student-distilled.safetensors digit.png",
      "  retort predict model.safetensors x_test.npy --top 3 --json"
    })
final class PredictCommand implements Callable<Integer> {
  @Mixin private ModelOptions models;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A .safetensors file.")
  private Path model;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "INPUT",
      description = "Images such as PNG, grey or colour, of any size; NPY or IDX arrays, [samples, ...];"
          + " CSV files with a header, every column a feature.")
  private List<Path> inputs;

  @Option(names = "--top", defaultValue = "1") private int top;
  @Mixin private OutputOptions output;

  /** The answer for one of the samples in a file: the most probable classes, the probabilities of all. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this class; never compared.
  private record Answer(Path file, int sample, int samples, int[] best, float[] probabilities) {}

  @Override
  public Integer call() throws IOException {
    if (top < 1) {
      throw new IllegalArgumentException("--top must be at least 1, not " + top);
    }
    SavedModel saved = models.read(model);
    List<Answer> answers = inputs.stream().flatMap(file -> answers(saved, file).stream()).toList();
    PrintWriter text = output.text();
    answers.forEach(answer -> text.println(line(answer, saved.info())));
    output.result(answers.stream().map(answer -> guesses(answer, saved.info())).toList());
    return 0;
  }

  private List<Answer> answers(SavedModel saved, Path file) {
    Network network = saved.network();
    Tensor features = features(saved, file);
    if (features.rowSize() != network.inputs()) {
      throw new IllegalArgumentException(
          file + ": samples of " + features.rowSize() + " features, where the network takes "
              + network.inputs());
    }
    Classifier classifier = Classifier.of(network);
    int count = Math.min(top, network.outputs());
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < features.rows(); i++) {
      float[] sample = features.rows(i, i + 1).toArray();
      answers.add(
          new Answer(
              file, i, features.rows(), classifier.top(count, sample), classifier.probabilities(sample)));
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
    int height = shape.size() == 2 ? shape.get(0) : side;
    int width = shape.size() == 2 ? shape.get(1) : side;
    byte[] pixels = Picture.read(file, height, width);
    float[] features = new float[pixels.length];
    for (int i = 0; i < features.length; i++) {
      features[i] = Byte.toUnsignedInt(pixels[i]) / (divisor == 1 ? 255 : divisor);
    }
    return Tensor.of(features, 1, features.length);
  }

  private String line(Answer answer, ModelInfo info) {
    StringBuilder line = new StringBuilder(answer.file().toString());
    if (answer.samples() > 1) {
      line.append('#').append(answer.sample());
    }
    for (int label : answer.best()) {
      line.append("  ").append(info.className(label)).append(" %.4f".formatted(answer.probabilities()[label]));
    }
    return line.toString();
  }

  /** An answer as JSON. */
  private record Guesses(String file, int sample, List<Map<String, Object>> top) {}

  private Guesses guesses(Answer answer, ModelInfo info) {
    return new Guesses(
        answer.file().toString(), answer.sample(),
        Arrays.stream(answer.best()).mapToObj(label -> guess(answer, label, info)).toList());
  }

  private static Map<String, Object> guess(Answer answer, int label, ModelInfo info) {
    Map<String, Object> guess = new LinkedHashMap<>();
    guess.put("class", label);
    guess.put("name", info.className(label));
    guess.put("probability", answer.probabilities()[label]);
    return guess;
  }
}
