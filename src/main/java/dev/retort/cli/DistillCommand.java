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
import dev.retort.train.Trained;
import dev.retort.train.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code retort distill}: the main job. */
@Command(name = "distill")
final class DistillCommand extends TrainingCommand {
  @Mixin private DistillOptions options;
  @Mixin private GivenTeacher teacher;
  @Option(names = "--runs", defaultValue = "1") private int runs;

  @Override
  void check() {
    OutputOptions.atLeastOne("--runs", runs);
    options.check();
    teacher.check();
  }

  @Override
  void run(TrainTest data, ResultFolder results) throws IOException {
    PrintWriter out = run.text();
    out.printf("Retort %s, %s, threads: %d%n", Retort.version(), Retort.backend(), Retort.threads());
    out.printf(
        "Data: %s, %d training and %d test samples%n",
        data.train().name(), data.train().rows(), data.test().rows());
    Optional<Loss> taught = teacher.isGiven() ? Optional.of(teacher.loss(data.train(), options)) : Optional.empty();
    List<Map<Role, NetworkResult>> all = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      if (runs > 1) {
        out.printf("%nSeed %d%n", run.seed + i);
      }
      all.add(networks(data, taught, run.seed + i, results));
    }
    Optional<SavedModel> given = teacher.model(data.train());
    if (given.isPresent()) {
      Network network = given.get().network();
      Evaluation test = Evaluation.of(network, data.test());
      NetworkResult same =
          new NetworkResult(Role.TEACHER.label, new Trained(network, List.of()), test, Optional.empty())
              .saved(results, Role.TEACHER.file(), ModelInfo.of(data.train(), given.get().info().more()));
      all.forEach(networks -> networks.put(Role.TEACHER, same));
    }
    show(data.test(), new DistillResults(all));
    save(results, data, new DistillResults(all));
    out.printf("%nModels, result.json and report.html are in %s%n", results.path());
  }

  /**
   * One run of the job. Students start from the same weights; nothing is learned or chosen from the test samples.
   *
   * @param taught what a student learns from the teacher that is given; without one, the teacher is trained
   */
  private Map<Role, NetworkResult> networks(TrainTest data, Optional<Loss> taught, long seed, ResultFolder results)
      throws IOException {
    Loss hard = Loss.crossEntropy();
    Map<Role, NetworkResult> networks = new EnumMap<>(Role.class);
    if (taught.isEmpty()) {
      networks.put(Role.TEACHER, network(Role.TEACHER, hard, data, seed, results));
    }
    Loss soft = taught.orElseGet(() -> options.loss(networks.get(Role.TEACHER).network().logits(data.train())));
    networks.put(Role.STUDENT_ALONE, network(Role.STUDENT_ALONE, hard, data, seed, results));
    networks.put(Role.STUDENT_DISTILLED, network(Role.STUDENT_DISTILLED, soft, data, seed, results));
    return networks;
  }

  /** Trains a network and shows it; those of the first run are saved. */
  private NetworkResult network(Role role, Loss loss, TrainTest data, long seed, ResultFolder results)
      throws IOException {
    Path checkpoint = results.path().resolve(role.dashed() + "-seed-" + seed + ".checkpoint");
    TrainCommand command = TrainCommand.of(options.recipe(role, seed));
    NetworkResult network =
        network(role.label, checkpoint, data, more -> command.fit(data.train(), UnaryOperator.identity(), loss, more));
    Trained trained = network.trained();
    if (seed == run.seed) {
      network = network.saved(results, role.file(), run.info(recipe(role), trained, data.train()));
    }
    String seconds = String.format("%-18s trained in %.1f s", role.label, trained.seconds());
    String losses = "last epoch: " + Progress.losses(trained.epochs().getLast());
    boolean fits = seconds.length() + losses.length() + 2 < 80;
    run.text().println(seconds + (fits ? ", " : System.lineSeparator() + "  ") + losses);
    return network;
  }

  private void show(Dataset test, DistillResults results) {
    PrintWriter out = run.text();
    NetworkResult taught = results.first().get(Role.TEACHER);
    if (taught != null) {
      List<Double> temperatures = List.of(1.0, options.temperature, Math.clamp(5 * options.temperature, 20, 1e6));
      Answers answers = new Answers(taught.name(), taught.network().logits(test), test);
      new SoftTargetView(answers, answers.informative(), temperatures).print(out);
    }
    out.println();
    results.networks().print(out);
    if (runs > 1) {
      out.println();
      results.errors().print(out);
    }
  }

  private void save(ResultFolder folder, TrainTest data, DistillResults results) throws IOException {
    List<NetworkResult> networks = List.copyOf(results.first().values());
    folder.write(
        "report.html",
        ReportPage.distill(results.sentence(), results.networks(), networks, options.temperature, data.test(), spec));
    Map<String, Object> fields =
        JsonValues.object(
            "temperature", options.temperature, "hardWeight", options.hardWeight, "softWeight", options.softWeight);
    results.first().forEach((role, network) -> fields.put(role.field, network.fields()));
    if (runs > 1) {
      fields.put("runs", results.errorsByField());
    }
    run.finish(folder, ResultFolder.RESULT, data, fields);
  }

  /** The recipe of one of the networks; those that learn from labels only are made by {@code retort train} too. */
  private ModelRecipe recipe(Role role) {
    return role == Role.STUDENT_DISTILLED ? ModelRecipe.of(spec) : options.recipe(role, run.seed);
  }

  @Override
  Optional<ModelRecipe> teacherRecipe() {
    return teacher.isGiven() ? Optional.empty() : Optional.of(recipe(Role.TEACHER));
  }

  @Override
  Trained again(TrainTest data, Optional<Network> trained, UnaryOperator<Training> more) {
    Dataset train = data.train();
    Loss soft =
        trained.map(network -> options.loss(network.logits(train))).orElseGet(() -> teacher.loss(train, options));
    return TrainCommand.of(options.recipe(Role.STUDENT_DISTILLED, run.seed))
        .fit(train, UnaryOperator.identity(), soft, more);
  }
}
