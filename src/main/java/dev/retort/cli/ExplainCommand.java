package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.derivation.Explanation;
import dev.retort.derivation.Explanation.Quantity;
import dev.retort.derivation.Explanation.Step;
import dev.retort.loss.Loss;
import dev.retort.nn.Network;
import dev.retort.optim.Schedule;
import dev.retort.tensor.Tensor;
import dev.retort.train.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code retort explain}: one sample's gradient, every step of the derivation with its numbers. */
@Command(name = "explain")
final class ExplainCommand implements Callable<Integer> {
  /** What networks that are trained on the spot see, once: enough for an example, and a second's work. */
  private static final int MOST_SAMPLES = 2000;

  @Mixin private RunOptions run;
  @Option(names = "--teacher", paramLabel = "FILE") private Path teacher;
  @Option(names = "--student", paramLabel = "FILE") private Path student;
  @Option(names = "--sample") private Integer sample;
  @Option(names = "--student-logits", split = ",", paramLabel = "Z") private List<Float> studentLogits;
  @Option(names = "--teacher-logits", split = ",", paramLabel = "V") private List<Float> teacherLogits;
  @Option(names = "--label", paramLabel = "Y") private Integer label;
  @Option(names = "--temperature", defaultValue = "4") private double temperature;
  @Option(names = "--hard-weight", defaultValue = "0.5") private double hardWeight;
  @Option(names = "--soft-weight", defaultValue = "0.5") private double softWeight;

  /** What is explained, and where it comes from. */
  private record Given(String source, Tensor student, Tensor teacher, int label) {}

  @Override
  public Integer call() throws IOException {
    Given given = studentLogits == null && teacherLogits == null && label == null ? sample() : logits();
    Explanation explanation =
        new Explanation(given.student, given.teacher, given.label, temperature, hardWeight, softWeight);
    PrintWriter text = run.text();
    String head =
        String.format(
            "%s Label %d (*), T = %s, hard weight %s, soft weight %s."
                + " Numbers in brackets are equations of NOTES.md.",
            given.source, given.label, Scale.precise(temperature), Scale.precise(hardWeight),
            Scale.precise(softWeight));
    text.println(Table.wrapped(head));
    text.println();
    for (Step step : explanation.steps()) {
      text.println(Table.wrapped(step.text()).replace("\n", "\n   "));
      ExplanationView.table(step, given.label).print(text);
      text.println();
    }
    for (Quantity quantity : explanation.quantities()) {
      text.printf("%-32s (%s) %s%n", quantity.name(), quantity.equation(), ExplanationView.number(quantity.value()));
    }
    run.result(
        JsonValues.object(
            "source", given.source, "label", given.label, "temperature", temperature, "hardWeight", hardWeight,
            "softWeight", softWeight, "steps", explanation.steps(), "quantities", explanation.quantities()));
    return 0;
  }

  private Given logits() {
    if (studentLogits == null || teacherLogits == null || label == null) {
      throw new IllegalArgumentException(
          "--student-logits, --teacher-logits and --label belong together: give all three");
    }
    if (sample != null || student != null || teacher != null) {
      throw new IllegalArgumentException(
          "--student-logits and --teacher-logits take the place of --student, --teacher and --sample");
    }
    if (studentLogits.size() != teacherLogits.size()) {
      throw new IllegalArgumentException(
          studentLogits.size() + " student logits, " + teacherLogits.size() + " teacher logits");
    }
    return new Given("Logits as given.", row(studentLogits), row(teacherLogits), label);
  }

  private static Tensor row(List<Float> logits) {
    Tensor row = Tensor.zeros(1, logits.size());
    for (int i = 0; i < logits.size(); i++) {
      if (!Float.isFinite(logits.get(i))) {
        throw new IllegalArgumentException("logits must be finite, not " + logits.get(i));
      }
      row.set(0, i, logits.get(i));
    }
    return row;
  }

  private Given sample() {
    TrainTest data = run.load();
    Dataset test = data.test();
    Dataset train = spread(data.train());
    Network taught = network(teacher, train, 64);
    Network learning = network(student, train, 16);
    if (taught.outputs() != learning.outputs()) {
      throw new IllegalArgumentException(
          "the teacher has " + taught.outputs() + " classes, the student " + learning.outputs());
    }
    Answers answers = new Answers("teacher", taught.logits(test), test);
    int chosen = sample == null ? answers.informative() : sample;
    answers.requireSample(chosen);
    String source =
        "Test sample " + chosen + "; teacher: " + name(teacher, taught, train) + "; student: "
            + name(student, learning, train) + ".";
    Tensor logits = learning.forward(test.features(chosen, chosen + 1));
    return new Given(source, logits, answers.logits.rows(chosen, chosen + 1), answers.label(chosen));
  }

  /** Samples spread over the whole set, whose order may go by class. */
  private static Dataset spread(Dataset train) {
    int rows = Math.min(train.rows(), MOST_SAMPLES);
    return train.select(IntStream.range(0, rows).map(i -> (int) ((long) i * train.rows() / rows)).toArray());
  }

  private static String name(Path file, Network network, Dataset train) {
    return file == null
        ? HiddenLayers.text(network.sizes()) + " units, trained here, once over " + train.rows() + " samples"
        : file.getFileName().toString();
  }

  private Network network(Path file, Dataset train, int hidden) {
    if (file != null) {
      return RunOptions.model(file);
    }
    Network network = Network.mlp(train.rowSize(), hidden, train.classes()).seed(run.seed).build();
    Training.sgd(0.05).nesterov(0.9).schedule(Schedule.cosine().withWarmUp(0.05))
        .epochs(1).batchSize(32).seed(run.seed).fit(network, train, Loss.crossEntropy());
    return network;
  }
}
