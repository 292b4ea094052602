package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.loss.Loss;
import dev.retort.model.ModelInfo;
import dev.retort.model.SavedModel;
import dev.retort.nn.Network;
import dev.retort.train.Evaluation;
import dev.retort.train.Recipe;
import dev.retort.train.Training;
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
    out.printf("Retort %s, %s, threads: %d%n", Retort.version(), Retort.backend(), Retort.threads());
    out.printf(
        "Data: %s, %d training and %d test samples%n",
        data.train().name(), data.train().rows(), data.test().rows());
    List<Map<Role, NetworkResult>> all = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      if (runs > 1) {
        out.printf("%nSeed %d%n", run.seed + i);
      }
      all.add(networks(data, run.seed + i, results));
    }
    finish(results, data, new DistillResults(all));
    checkpoints.delete();
  }

  /**
   * One run of the job. Students start from the same weights; nothing is learned or chosen from the test samples. The
   * teacher is trained, or it is the one that is given; an ensemble and mere answers are no network.
   */
  private Map<Role, NetworkResult> networks(TrainTest data, long seed, ResultFolder results) throws IOException {
    Dataset train = data.train();
    Loss hard = Loss.crossEntropy();
    Map<Role, NetworkResult> networks = new EnumMap<>(Role.class);
    Optional<Network> trained = Optional.empty();
    if (!teacher.isGiven()) {
      networks.put(Role.TEACHER, network(Role.TEACHER, hard, data, seed, results));
      trained = Optional.of(networks.get(Role.TEACHER).trained().network());
    }
    Loss soft = soft(train, trained);
    networks.put(Role.STUDENT_ALONE, network(Role.STUDENT_ALONE, hard, data, seed, results));
    networks.put(Role.STUDENT_DISTILLED, network(Role.STUDENT_DISTILLED, soft, data, seed, results));
    Optional<SavedModel> given = teacher.model(train);
    if (given.isPresent()) {
      Network network = given.get().network();
      networks.put(
          Role.TEACHER,
          new NetworkResult(
                  new Recipe.Trained(network, List.of()), Evaluation.of(network, data.test()), Optional.empty())
              .saved(results, Role.TEACHER.file(), ModelInfo.of(train, given.get().info().more())));
    }
    return networks;
  }

  /** Trains a network and shows it; those of the first run are saved. */
  private NetworkResult network(Role role, Loss loss, TrainTest data, long seed, ResultFolder results)
      throws IOException {
    String checkpoint = role.dashed() + "-seed-" + seed;
    Recipe.Trained trained;
    try (TrainingBar bar = output.progress(role.label())) {
      trained =
          TrainCommand.of(options.recipe(role, seed))
              .fit(
                  data.train(), UnaryOperator.identity(), loss,
                  training -> checkpoints.of(training.listener(bar), results.path(), checkpoint));
    }
    NetworkResult network = new NetworkResult(trained, trained.evaluate(data.test()), Optional.empty());
    if (seed == run.seed) {
      network = network.saved(results, role.file(), run.info(recipe(role), trained, data.train()));
    }
    String seconds = String.format("%-18s trained in %.1f s", role.label(), trained.seconds());
    String losses = "last epoch: " + TrainingBar.losses(trained.epochs().getLast());
    boolean fits = seconds.length() + losses.length() + 2 < 80;
    output.text().println(seconds + (fits ? ", " : System.lineSeparator() + "  ") + losses);
    return network;
  }

  /** What a student learns from the teacher that was trained, or else from the one that is given. */
  private Loss soft(Dataset train, Optional<Network> trained) {
    return trained
        .map(network -> options.loss(network.logits(train)))
        .orElseGet(() -> teacher.loss(train, options));
  }

  private void finish(ResultFolder results, TrainTest data, DistillResults all) throws IOException {
    PrintWriter out = output.text();
    Map<Role, NetworkResult> first = all.first();
    if (first.containsKey(Role.TEACHER)) {
      Network network = first.get(Role.TEACHER).trained().network();
      List<Double> temperatures = List.of(1.0, options.temperature, Math.max(20, 5 * options.temperature));
      Answers answers = new Answers(Role.TEACHER.label(), network, data.test());
      new SoftTargetView(answers, answers.informative(), temperatures).print(out);
    }
    out.println();
    all.networks().print(out);
    if (runs > 1) {
      out.println();
      all.errors().print(out);
    }
    List<ReportPage.Run> shown = new ArrayList<>();
    first.forEach((role, network) -> shown.add(network.shown(role.label())));
    results.write(
        "report.html",
        ReportPage.distill(
            all.sentence(), all.networks(), shown, options.temperature, data.test(), spec));
    run.finish(
        output, results, data,
        json -> {
          json.writeNumberField("temperature", options.temperature);
          json.writeNumberField("hardWeight", options.hardWeight);
          json.writeNumberField("softWeight", options.softWeight);
          for (Map.Entry<Role, NetworkResult> each : first.entrySet()) {
            json.writeObjectField(each.getKey().field(), each.getValue().fields());
          }
          if (runs > 1) {
            json.writeObjectField("runs", all.errorsByField());
          }
        });
    out.printf("%nModels, result.json and report.html are in %s%n", results.path());
  }

  /** The recipe of one of the networks; those that learn from labels only are made by {@code retort train} too. */
  private ModelRecipe recipe(Role role) {
    return role == Role.STUDENT_DISTILLED
        ? ModelRecipe.of(spec).without("--alone-rate", "--alone-decay") : options.recipe(role, run.seed);
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
  public Recipe.Trained again(TrainTest data, Optional<Network> trained, UnaryOperator<Training> more) {
    return TrainCommand.of(options.recipe(Role.STUDENT_DISTILLED, run.seed))
        .fit(data.train(), UnaryOperator.identity(), soft(data.train(), trained), more);
  }
}
