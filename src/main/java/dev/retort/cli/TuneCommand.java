package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;
import dev.retort.train.Evaluation;
import dev.retort.train.Trained;
import dev.retort.train.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code retort tune}: the settings of both students, chosen on a split of the training samples. */
@Command(name = "tune")
final class TuneCommand implements Callable<Integer> {
  @Mixin private RunOptions run;
  @Mixin private DistillOptions options;
  @Option(names = "--share", defaultValue = "0.2") private double share;
  @Option(names = "--runs", defaultValue = "5") private int runs;
  @Option(names = "--rates", split = ",", defaultValue = "0.2,0.4,0.6") private List<Double> rates;
  @Option(names = "--decays", split = ",", defaultValue = "0.001,0.003") private List<Double> decays;
  @Option(names = "--temperatures", split = ",", defaultValue = "2,4") private List<Double> temperatures;
  @Option(names = "--hard-weights", split = ",", defaultValue = "0.1,0.3") private List<Double> hardWeights;

  /** A setting and its errors on the held-back samples, mean over the seeds. */
  private record Trial(String setting, double validationErrors) {}

  @Override
  public Integer call() throws IOException {
    OutputOptions.atLeastOne("--runs", runs);
    options.check();
    distillations(Tensor.zeros(1, 2));
    rates.forEach(rate -> decays.forEach(decay -> TrainCommand.of(options.student(rate, decay, run.seed)).check()));
    return run.in("tune", this::tune);
  }

  private void tune(ResultFolder results) throws IOException {
    TrainTest data = run.load();
    TrainTest parts = data.train().split(share, run.seed);
    Trained teacher;
    try (Progress.Bar bar = run.progress("teacher")) {
      ModelRecipe recipe = options.recipe(Role.TEACHER, run.seed);
      teacher = trained(recipe, data.train(), Loss.crossEntropy(), training -> training.listener(bar));
    }
    Evaluation held = teacher.evaluate(parts.test());
    run.text().printf("teacher: %d errors of %d%n", held.errors(), held.rows());
    Map<String, Loss> losses = distillations(teacher.network().logits(parts.train()));
    Trial alone = best("alone", data.train(), parts.test(), Map.of("", Loss.crossEntropy()));
    Trial distilled = best("distilled", data.train(), parts.test(), losses);
    run.finish(results, ResultFolder.RESULT, data, JsonValues.object("alone", alone, "distilled", distilled));
  }

  private Trained trained(ModelRecipe recipe, Dataset all, Loss loss, UnaryOperator<Training> more) {
    return TrainCommand.of(recipe).fit(all, samples -> samples.split(share, run.seed).train(), loss, more);
  }

  /** The losses to try, by the options that choose them. */
  private Map<String, Loss> distillations(Tensor logits) {
    Map<String, Loss> losses = new LinkedHashMap<>();
    for (double temperature : temperatures) {
      SoftTargets targets = SoftTargets.fromLogits(logits, temperature);
      for (double hard : hardWeights) {
        losses.put(
            "--temperature %s --hard-weight %s --soft-weight %s ".formatted(temperature, hard, 1 - hard),
            Loss.distillation(targets, hard, 1 - hard));
      }
    }
    return losses;
  }

  /** Tries every loss at every rate and decay. */
  private Trial best(String who, Dataset all, Dataset held, Map<String, Loss> losses) {
    List<Trial> trials = new ArrayList<>();
    losses.forEach(
        (setting, loss) -> {
          for (double rate : rates) {
            for (double decay : decays) {
              double errors = 0;
              for (int i = 0; i < runs; i++) {
                ModelRecipe student = options.student(rate, decay, run.seed + i);
                errors += trained(student, all, loss, UnaryOperator.identity()).evaluate(held).errors();
              }
              String words = "%s--%s-rate %s --%s-decay %s".formatted(setting, who, rate, who, decay);
              trials.add(new Trial(words, errors / runs));
              run.text().printf("%8.1f  %s%n", errors / runs, words);
            }
          }
        });
    Trial best = trials.stream().min(Comparator.comparingDouble(Trial::validationErrors)).orElseThrow();
    run.text().printf("best %s: %.1f validation errors with %s%n", who, best.validationErrors(), best.setting());
    return best;
  }
}
