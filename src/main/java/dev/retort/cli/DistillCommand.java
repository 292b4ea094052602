package dev.retort.cli;

import dev.retort.Retort;
import dev.retort.cli.ResultFile.TrainedNetwork;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.loss.Loss;
import dev.retort.model.Checkpoint;
import dev.retort.model.ModelInfo;
import dev.retort.nn.Network;
import dev.retort.train.Distiller.Result;
import dev.retort.train.Distiller.Role;
import dev.retort.train.Distiller;
import dev.retort.train.Evaluation;
import dev.retort.train.Recipe;
import dev.retort.train.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code retort distill}: the main job. */
@Command(
    name = "distill",
    description = "Train a teacher; train a student alone and distilled; evaluate all three at T = 1.",
    footerHeading = Main.EXAMPLES,
    footer = {
      "  retort distill",
      "  retort distill --data mnist --temperature 8 --student 32 --out runs/t8",
      "  retort distill --runs 5 --json"
    })
final class DistillCommand implements Callable<Integer>, Reproducible {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions run;
  @Mixin private OutputOptions output;
  @Mixin private DistillOptions options;
  @Mixin private GivenTeacher teacher;
  @Mixin private CheckpointOptions checkpoints;

  @Option(names = "--runs", defaultValue = "1",
      description = "Runs, with seeds counted up from --seed; mean and deviation are shown.")
  private int runs;

  @Override
  public Integer call() throws IOException {
    if (runs < 1) {
      throw new IllegalArgumentException("--runs must be at least 1, not " + runs);
    }
    options.check();
    teacher.check();
    return run.in("distill", this::distill);
  }

  private void distill(ResultFolder results) throws IOException {
    TrainTest data = load();
    PrintWriter out = output.text();
    out.printf(
        "Retort %s, %s, threads: %d%n", Retort.version(), Retort.backend(), Retort.threads());
    out.printf(
        "Data: %s, %d training and %d test samples%n",
        data.train().name(), data.train().rows(), data.test().rows());
    try (Unfinished unfinished = new Unfinished(results.path(), spec.commandLine().getErr())) {
      List<Map<Role, Result>> all = new ArrayList<>();
      for (int i = 0; i < runs; i++) {
        if (runs > 1) {
          out.printf("%nSeed %d%n", run.seed + i);
        }
        Stages stages = new Stages(output, unfinished, i == 0);
        all.add(results(distiller(data, run.seed + i, results.path()), data, run.seed + i, stages));
      }
      finish(results, data, new DistillResults(all));
      unfinished.finish();
    }
    checkpoints.delete();
  }

  /** The job, each network saved as it is trained if that is asked for. */
  private Distiller distiller(TrainTest data, long seed, Path folder) {
    Distiller plain = options.distiller(data.train());
    return new Distiller(
        teacher.isGiven() ? plain.teacher() : saved(plain.teacher(), Role.TEACHER, seed, folder),
        saved(plain.alone(), Role.STUDENT_ALONE, seed, folder),
        saved(plain.distilled(), Role.STUDENT_DISTILLED, seed, folder), plain.hard(),
        plain.loss());
  }

  private Recipe saved(Recipe recipe, Role role, long seed, Path folder) {
    String name = DistillResults.name(role) + "-seed-" + seed;
    return new Recipe(recipe.network(), checkpoints.of(recipe.training(), folder, name));
  }

  private void finish(ResultFolder folder, TrainTest data, DistillResults results)
      throws IOException {
    PrintWriter out = output.text();
    if (results.runs().getFirst().containsKey(Role.TEACHER)) {
      Network network = results.runs().getFirst().get(Role.TEACHER).trained().network();
      SoftTargetView shown =
          new SoftTargetView(
              network, data.test(), SoftTargetView.informative(network, data.test()),
              List.of(1.0, options.temperature, Math.max(20, 5 * options.temperature)));
      shown.print(out);
    }
    out.println();
    results.networks().print(out);
    if (runs > 1) {
      out.println();
      results.errors().print(out);
    }
    save(folder, data, results);
    out.printf("%nModels, result.json and report.html are in %s%n", folder.path());
  }

  /** With a teacher trained, or the one that is given; an ensemble and mere answers are no network. */
  private Map<Role, Result> results(
      Distiller distiller, TrainTest data, long seed, Distiller.Stages stages) {
    if (!teacher.isGiven()) {
      return distiller.run(data, seed, stages);
    }
    Map<Role, Result> results = new EnumMap<>(Role.class);
    teacher.model().ifPresent(
        model ->
            results.put(
                Role.TEACHER,
                new Result(
                    new Recipe.Trained(model.network(), List.of()),
                    Evaluation.of(model.network(), data.test()))));
    results.putAll(distiller.students(data, given(data.train()), seed, stages));
    return results;
  }

  /** What a student learns from the teacher that is given. */
  private Loss given(Dataset train) {
    return options.weighted(teacher.loss(train, options), train);
  }

  private void save(ResultFolder folder, TrainTest data, DistillResults results)
      throws IOException {
    Map<Role, Result> first = results.runs().getFirst();
    Map<Role, String> sha256 = new EnumMap<>(Role.class);
    BiFunction<ModelRecipe, Recipe.Trained, ModelInfo> infos = run.info(data.train());
    for (Role role : first.keySet()) {
      Recipe.Trained trained = first.get(role).trained();
      ModelInfo info =
          role == Role.TEACHER && teacher.model().isPresent()
              ? ModelInfo.of(data.train(), teacher.model().get().info().more())
              : infos.apply(recipe(role), trained);
      sha256.put(
          role,
          folder.write(
              DistillResults.file(role),
              file -> Checkpoint.save(file, trained.network(), info)));
    }
    List<ReportPage.Run> saved =
        first.entrySet().stream()
            .map(each -> shown(each.getKey(), each.getValue().trained(), sha256.get(each.getKey())))
            .toList();
    folder.write(
        "report.html",
        ReportPage.distill(
            sentence(results), results.networks().rows(), saved, options.temperature, data.test(),
            spec));
    ResultFile.write(
        output, folder, run.seed, data,
        json -> {
          json.writeNumberField("temperature", options.temperature);
          json.writeNumberField("hardWeight", options.hardWeight);
          json.writeNumberField("softWeight", options.softWeight);
          for (Role role : first.keySet()) {
            Result result = first.get(role);
            json.writeObjectField(
                DistillResults.field(role), TrainedNetwork.of(result.trained(), result.test(), sha256.get(role)));
          }
          if (runs > 1) {
            results.writeErrors(json);
          }
        });
  }

  /** The recipe of one of the networks; those that learn from labels only are made by {@code retort train} too. */
  private ModelRecipe recipe(Role role) {
    ModelRecipe all = ModelRecipe.of(spec);
    return switch (role) {
      case TEACHER -> all.as("train", options.teacherAsTrained());
      case STUDENT_ALONE -> all.as("train", options.aloneAsTrained());
      case STUDENT_DISTILLED -> all.without("--alone-rate", "--alone-decay");
    };
  }

  @Override
  public TrainTest load() {
    return run.load();
  }

  @Override
  public Optional<ModelRecipe> teacherRecipe() {
    return teacher.isGiven() ? Optional.empty() : Optional.of(recipe(Role.TEACHER));
  }

  @Override
  public Recipe.Trained again(
      TrainTest data, Optional<Network> trained, TrainingListener listener) {
    Dataset train = data.train();
    Distiller distiller = options.distiller(train);
    Loss soft =
        trained
            .map(network -> distiller.loss().apply(network.logits(train)))
            .orElseGet(() -> given(train));
    return distiller.distilled().train(train, soft, run.seed, listener);
  }

  private static ReportPage.Run shown(Role role, Recipe.Trained trained, String sha256) {
    return new ReportPage.Run(
        DistillResults.label(role), trained.network(), trained.epochs(), sha256);
  }

  /** The first run in one sentence. */
  private static String sentence(DistillResults results) {
    Map<Role, Result> first = results.runs().getFirst();
    Result distilled = first.get(Role.STUDENT_DISTILLED);
    int rows = distilled.test().rows();
    String teacher =
        Optional.ofNullable(first.get(Role.TEACHER))
            .map(
                result ->
                    String.format(
                        "A teacher of %,d parameters with %d errors on %,d test samples",
                        result.trained().network().parameterCount(), result.test().errors(), rows))
            .orElse("A teacher from files");
    return String.format(
        "%s was distilled into a student of %,d parameters, which makes %d errors on %,d test"
            + " samples; trained alone, on the labels only, it makes %d.",
        teacher, distilled.trained().network().parameterCount(), distilled.test().errors(), rows,
        first.get(Role.STUDENT_ALONE).test().errors());
  }

  /** Shows the progress of each stage, and keeps what the first run has trained. */
  private static final class Stages implements Distiller.Stages {
    private final OutputOptions output;
    private final Unfinished unfinished;
    private final boolean first;
    private TrainingBar bar;

    Stages(OutputOptions output, Unfinished unfinished, boolean first) {
      this.output = output;
      this.unfinished = unfinished;
      this.first = first;
    }

    @Override
    public TrainingListener begin(Role role) {
      bar = output.progress(DistillResults.label(role));
      return bar;
    }

    @Override
    public void end(Role role, Result result) {
      bar.close();
      if (first) {
        unfinished.add(DistillResults.file(role), result.trained().network());
      }
      String seconds =
          String.format(
              "%-18s trained in %.1f s", DistillResults.label(role), result.trained().seconds());
      String losses = "last epoch: " + TrainingBar.losses(result.trained().epochs().getLast());
      boolean fits = seconds.length() + losses.length() + 2 < 80;
      output.text().println(seconds + (fits ? ", " : System.lineSeparator() + "  ") + losses);
    }
  }
}
