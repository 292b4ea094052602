package dev.retort.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.loss.Loss;
import dev.retort.nn.Initialisation;
import dev.retort.nn.Network;
import dev.retort.optim.Schedule;
import dev.retort.tensor.Tensor;
import dev.retort.train.Training;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code retort explain}: one sample's gradient, every step of the derivation with its numbers. */
@Command(
    name = "explain",
    description = "Show one sample's gradient, every step with its number in NOTES.md.",
    footerHeading = Main.EXAMPLES,
    footer = {
      "  retort explain --temperature 4",
      "  retort explain --teacher teacher.safetensors --student student.safetensors --sample 7"
    })
final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions run;

  @Option(
      names = "--teacher",
      paramLabel = "FILE",
      description = "A saved teacher (default: one trained on the spot, for one epoch).")
  private Path teacher;

  @Option(
      names = "--student",
      paramLabel = "FILE",
      description = "A saved student (default: one trained on the spot, for one epoch).")
  private Path student;

  @Option(
      names = "--sample",
      description = "Index of the test sample (default: one where the teacher is informative).")
  private Integer sample;

  @Option(
      names = "--temperature",
      defaultValue = "4",
      description = "T (default ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--hard-weight",
      defaultValue = "0.5",
      description = "Weight of the hard labels (default ${DEFAULT-VALUE}).")
  private double hardWeight;

  @Option(
      names = "--soft-weight",
      defaultValue = "0.5",
      description = "Weight of the soft targets (default ${DEFAULT-VALUE}).")
  private double softWeight;

  @Option(names = "--json", description = "Print the numbers as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    TrainTest data = run.load();
    Dataset test = data.test();
    Network taught = network(teacher, data.train(), 64);
    Network learning = network(student, data.train(), 16);
    if (taught.outputs() != learning.outputs()) {
      throw new IllegalArgumentException(
          "the teacher has " + taught.outputs() + " classes, the student " + learning.outputs());
    }
    int chosen = sample == null ? SoftTargetView.informative(taught, test) : sample;
    if (chosen < 0 || chosen >= test.rows()) {
      throw new IllegalArgumentException(
          "there is no test sample " + chosen + ", only 0 to " + (test.rows() - 1));
    }
    Tensor features = test.features(chosen, chosen + 1);
    Explanation explanation =
        new Explanation(
            learning.forward(features), taught.forward(features), test.labels()[chosen],
            temperature, hardWeight, softWeight);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      try (JsonGenerator generator = generator(out)) {
        generator.writeStartObject();
        generator.writeNumberField("sample", chosen);
        explanation.write(generator);
        generator.writeEndObject();
      }
      out.println();
    } else {
      out.printf(
          "Test sample %d, a %d (*), at T = %s. Numbers in brackets: NOTES.md.%n%n",
          chosen, test.labels()[chosen], SoftTargetView.number(temperature));
      explanation.print(out);
    }
    return 0;
  }

  /** Pretty JSON that leaves the stream open. */
  static JsonGenerator generator(PrintWriter out) throws IOException {
    return new JsonFactory()
        .createGenerator(out)
        .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
        .useDefaultPrettyPrinter();
  }

  private Network network(Path file, Dataset train, int hidden) {
    if (file != null) {
      return RunOptions.model(file);
    }
    Network network =
        TrainingOptions.network(train, List.of(hidden), Initialisation.HE).seed(run.seed).build();
    Training.sgd(0.05).nesterov(0.9).schedule(Schedule.cosine().withWarmUp(0.05))
        .epochs(1).batchSize(32).seed(run.seed).fit(network, train, Loss.crossEntropy());
    return network;
  }
}
