package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import dev.retort.cli.DistillResults.Result;
import dev.retort.cli.ResultFile.TrainedNetwork;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.loss.Loss;
import dev.retort.model.Checkpoint;
import dev.retort.model.ModelInfo;
import dev.retort.nn.Network;
import dev.retort.train.Evaluation;
import dev.retort.train.Recipe;
import dev.retort.train.Training;
import dev.retort.train.TrainingListener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code retort distill}: the main job. */
@Command(
    name = "distill",
    description = "Train a teacher; train a student alone and distilled; evaluate all three at T = 1.",
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
  @Option(names = "--runs", defaultValue = "1") private int runs;

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
        all.add(new Run(data, run.seed + i, results.path(), unfinished).results());
      }
      finish(results, data, new DistillResults(all));
      unfinished.finish();
    }
    checkpoints.delete();
  }

  /** One run of the job. Students start from the same weights; nothing is learned or chosen from the test samples. */
  private final class Run {
    private final TrainTest data;
    private final long seed;
    private final Path folder;
    private final Unfinished unfinished;

    Run(TrainTest data, long seed, Path folder, Unfinished unfinished) {
      this.data = data;
      this.seed = seed;
      this.folder = folder;
      this.unfinished = unfinished;
    }

    /** With a teacher trained, or the one that is given; an ensemble and mere answers are no network. */
    Map<Role, Result> results() {
      Dataset train = data.train();
      Loss hard = weighted(Loss.crossEntropy(), train);
      Map<Role, Result> results = new EnumMap<>(Role.class);
      Optional<Network> trained = Optional.empty();
      if (teacher.isGiven()) {
        teacher.model().ifPresent(
            model ->
                results.put(
                    Role.TEACHER,
                    new Result(
                        new Recipe.Trained(model.network(), List.of()),
                        Evaluation.of(model.network(), data.test()))));
      } else {
        results.put(Role.TEACHER, train(Role.TEACHER, options.teacher(train), hard));
        trained = Optional.of(results.get(Role.TEACHER).trained().network());
      }
      Loss soft = soft(train, trained);
      results.put(Role.STUDENT_ALONE, train(Role.STUDENT_ALONE, options.alone(train), hard));
      results.put(Role.STUDENT_DISTILLED, train(Role.STUDENT_DISTILLED, options.distilled(train), soft));
      return results;
    }

    /** Trains a network and shows it, saved as it is trained if that is asked for. */
    private Result train(Role role, Recipe recipe, Loss loss) {
      Training training = checkpoints.of(recipe.training(), folder, role.dashed() + "-seed-" + seed);
      Recipe.Trained trained;
      try (TrainingBar bar = output.progress(role.label())) {
        trained = new Recipe(recipe.network(), training).train(data.train(), loss, seed, bar);
      }
      Result result = new Result(trained, trained.evaluate(data.test()));
      if (seed == run.seed) { // only the networks of the first run are saved
        unfinished.add(role.file(), trained.network());
      }
      String seconds = String.format("%-18s trained in %.1f s", role.label(), trained.seconds());
      String losses = "last epoch: " + TrainingBar.losses(trained.epochs().getLast());
      boolean fits = seconds.length() + losses.length() + 2 < 80;
      output.text().println(seconds + (fits ? ", " : System.lineSeparator() + "  ") + losses);
      return result;
    }
  }

  /** What a student learns from the teacher that was trained, or else from the one that is given. */
  private Loss soft(Dataset train, Optional<Network> trained) {
    Loss loss =
        trained
            .map(network -> options.loss(network.logits(train)))
            .orElseGet(() -> teacher.loss(train, options));
    return weighted(loss, train);
  }

  private Loss weighted(Loss loss, Dataset train) {
    return options.weights(train, UnaryOperator.identity()).apply(loss);
  }

  private void finish(ResultFolder folder, TrainTest data, DistillResults results)
      throws IOException {
    PrintWriter out = output.text();
    if (results.first().containsKey(Role.TEACHER)) {
      Network network = results.first().get(Role.TEACHER).trained().network();
      List<Double> temperatures = List.of(1.0, options.temperature, Math.max(20, 5 * options.temperature));
      int sample = SoftTargetView.informative(network, data.test());
      new SoftTargetView(network, data.test(), sample, temperatures).print(out);
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

  private void save(ResultFolder folder, TrainTest data, DistillResults results)
      throws IOException {
    BiFunction<ModelRecipe, Recipe.Trained, ModelInfo> infos = run.info(data.train());
    List<ReportPage.Run> shown = new ArrayList<>();
    Map<String, TrainedNetwork> written = new LinkedHashMap<>();
    for (Map.Entry<Role, Result> each : results.first().entrySet()) {
      Role role = each.getKey();
      Recipe.Trained trained = each.getValue().trained();
      ModelInfo info =
          role == Role.TEACHER && teacher.model().isPresent()
              ? ModelInfo.of(data.train(), teacher.model().get().info().more())
              : infos.apply(recipe(role), trained);
      String sha256 = folder.write(role.file(), file -> Checkpoint.save(file, trained.network(), info));
      shown.add(new ReportPage.Run(role.label(), trained.network(), trained.epochs(), sha256));
      written.put(role.field(), TrainedNetwork.of(trained, each.getValue().test(), sha256));
    }
    folder.write(
        "report.html",
        ReportPage.distill(
            sentence(results), results.networks().rows(), shown, options.temperature, data.test(),
            spec));
    ResultFile.write(
        output, folder, run.seed, data,
        json -> {
          json.writeNumberField("temperature", options.temperature);
          json.writeNumberField("hardWeight", options.hardWeight);
          json.writeNumberField("softWeight", options.softWeight);
          for (Map.Entry<String, TrainedNetwork> network : written.entrySet()) {
            json.writeObjectField(network.getKey(), network.getValue());
          }
          if (runs > 1) {
            json.writeObjectField("runs", results.errorsByField());
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
    return options.distilled(train).train(train, soft(train, trained), run.seed, listener);
  }

  /** The first run in one sentence. */
  private static String sentence(DistillResults results) {
    Map<Role, Result> first = results.first();
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
}
