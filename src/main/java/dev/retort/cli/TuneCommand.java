package dev.retort.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.loss.Distillation;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;
import dev.retort.train.Evaluation;
import dev.retort.train.Objective;
import dev.retort.train.Progress;
import dev.retort.train.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code retort tune}: the settings of both students, chosen on a split of the training samples. */
@Command(
    name = "tune",
    description = "Try settings of the student, alone and distilled, on a split of the training"
        + " samples; the test samples are not looked at.")
final class TuneCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions run;
  @Mixin private DistillOptions options;

  @Option(
      names = "--share",
      defaultValue = "0.2",
      description = "Share of the training samples held back (default ${DEFAULT-VALUE}).")
  private double share;

  @Option(
      names = "--runs",
      defaultValue = "5",
      description = "Seeds each setting is tried with (default ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--rates",
      split = ",",
      defaultValue = "0.2,0.4,0.6",
      description = "Learning rates of either student (default ${DEFAULT-VALUE}).")
  private List<Double> rates;

  @Option(
      names = "--decays",
      split = ",",
      defaultValue = "0.001,0.003",
      description = "Weight decays of either student (default ${DEFAULT-VALUE}).")
  private List<Double> decays;

  @Option(
      names = "--temperatures",
      split = ",",
      defaultValue = "2,4",
      description = "Temperatures (default ${DEFAULT-VALUE}).")
  private List<Double> temperatures;

  @Option(
      names = "--hard-weights",
      split = ",",
      defaultValue = "0.1,0.3",
      description = "Hard weights; the soft weight is the rest of 1 (default ${DEFAULT-VALUE}).")
  private List<Double> hardWeights;

  /** A setting and its errors on the held-back samples, mean over the seeds. */
  private record Trial(String setting, double errors) {
    void write(JsonGenerator json, String field) throws IOException {
      json.writeObjectFieldStart(field);
      json.writeStringField("setting", setting);
      json.writeNumberField("validationErrors", errors);
      json.writeEndObject();
    }
  }

  @Override
  public Integer call() throws IOException {
    if (runs < 1) {
      throw new IllegalArgumentException("--runs must be at least 1, not " + runs);
    }
    Path folder = run.out("tune");
    TrainTest data = run.load();
    TrainTest parts = data.train().split(share, run.seed);
    PrintWriter out = spec.commandLine().getOut();
    Dataset train = parts.train();
    Recipe.Trained teacher;
    try (TrainingBar bar = new TrainingBar("teacher", out)) {
      teacher =
          options.teacherRecipe().train(train, Objective.labels(train, 0), null, run.seed, bar);
    }
    out.printf(
        "teacher: %d errors of %d%n",
        Evaluation.of(teacher.network(), parts.test()).errors(), parts.test().rows());
    Tensor logits = Evaluation.logits(teacher.network(), train);
    Trial alone = best("alone", alone(parts, out), out);
    Trial distilled = best("distilled", distilled(parts, logits, out), out);
    ResultFile.write(
        folder, run.seed, data,
        json -> {
          alone.write(json, "alone");
          distilled.write(json, "distilled");
        });
    return 0;
  }

  private List<Trial> alone(TrainTest parts, PrintWriter out) {
    List<Trial> trials = new ArrayList<>();
    for (double rate : rates) {
      for (double decay : decays) {
        String setting = String.format("--alone-rate %s --alone-decay %s", rate, decay);
        trials.add(trial(setting, parts, rate, decay, Objective.labels(parts.train(), 0), out));
      }
    }
    return trials;
  }

  private List<Trial> distilled(TrainTest parts, Tensor logits, PrintWriter out) {
    List<Trial> trials = new ArrayList<>();
    for (double temperature : temperatures) {
      SoftTargets targets = SoftTargets.fromLogits(logits, temperature);
      for (double hard : hardWeights) {
        Objective objective =
            Objective.distillation(parts.train(), targets, new Distillation(hard, 1 - hard));
        for (double rate : rates) {
          for (double decay : decays) {
            String setting =
                String.format(
                    "--temperature %s --hard-weight %s --soft-weight %s --distilled-rate %s"
                        + " --distilled-decay %s",
                    temperature, hard, 1 - hard, rate, decay);
            trials.add(trial(setting, parts, rate, decay, objective, out));
          }
        }
      }
    }
    return trials;
  }

  private Trial trial(
      String setting, TrainTest parts, double rate, double decay, Objective objective,
      PrintWriter out) {
    double errors = 0;
    for (int i = 0; i < runs; i++) {
      Recipe.Trained student =
          options
              .studentRecipe(rate, decay)
              .train(parts.train(), objective, null, run.seed + i, Progress.NONE);
      errors += Evaluation.of(student.network(), parts.test()).errors();
    }
    Trial trial = new Trial(setting, errors / runs);
    out.printf("%8.1f  %s%n", trial.errors(), trial.setting());
    return trial;
  }

  private static Trial best(String who, List<Trial> trials, PrintWriter out) {
    Trial best = trials.stream().min(Comparator.comparingDouble(Trial::errors)).orElseThrow();
    out.printf("best %s: %.1f validation errors with %s%n", who, best.errors(), best.setting());
    return best;
  }
}
