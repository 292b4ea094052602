package dev.retort.cli;

import dev.retort.Retort;
import dev.retort.data.TrainTest;
import dev.retort.loss.SoftTargets;
import dev.retort.model.Checkpoint;
import dev.retort.nn.Network;
import dev.retort.train.Distiller;
import dev.retort.train.Evaluation;
import dev.retort.train.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code retort distill}: the main job. */
@Command(
    name = "distill",
    description = "Train a teacher; train a student alone and distilled; judge all three at T = 1.")
final class DistillCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions run;
  @Mixin private DistillOptions options;

  @Option(
      names = "--runs",
      defaultValue = "1",
      description = "Runs, with seeds counted up from --seed; mean and spread are shown.")
  private int runs;

  @Override
  public Integer call() throws IOException {
    if (runs < 1) {
      throw new IllegalArgumentException("--runs must be at least 1, not " + runs);
    }
    Distiller distiller = options.distiller();
    Path folder = run.out("distill");
    TrainTest data = run.load();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "Retort %s, %s, threads: %d%n", Retort.version(), Retort.backend(), Retort.threads());
    out.printf(
        "Data: %s, %d training and %d test samples%n",
        data.train().name(), data.train().rows(), data.test().rows());
    List<Distiller.Report> reports = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      if (runs > 1) {
        out.printf("%nSeed %d%n", run.seed + i);
      }
      reports.add(
          distiller.run(data.train(), data.test(), run.seed + i, new ShownStages(out)));
    }
    Distiller.Report first = reports.getFirst();
    Network teacher = first.teacher().trained().network();
    SoftTargetView shown =
        new SoftTargetView(
            teacher, data.test(), SoftTargetView.telling(teacher, data.test()),
            List.of(1.0, options.temperature, Math.max(20, 5 * options.temperature)));
    shown.print(out);
    out.println();
    table(out, first);
    if (runs > 1) {
      out.println();
      RunTable.print(out, reports);
    }
    save(folder, data, reports);
    page(first, shown).write(folder);
    out.printf("%nModels, result.json and report.html are in %s%n", folder);
    return 0;
  }

  private static void table(PrintWriter out, Distiller.Report report) {
    out.printf(
        "%-18s  %-16s %10s  %11s  %8s  %8s%n",
        "judged at T = 1", "sizes", "parameters", "test errors", "accuracy", "training");
    for (Distiller.Role role : Distiller.Role.values()) {
      row(out, role.label(), report.of(role));
    }
  }

  private static void row(PrintWriter out, String name, Distiller.Result result) {
    var network = result.trained().network();
    Evaluation test = result.test();
    out.printf(
        "%-18s  %-16s %10d  %4d / %-5d %8.2f%%  %6.1f s%n",
        name, HiddenLayers.text(network.sizes()), network.parameterCount(), test.errors(),
        test.rows(), 100 * test.accuracy(), result.trained().seconds());
  }

  private void save(Path folder, TrainTest data, List<Distiller.Report> reports)
      throws IOException {
    Distiller.Report first = reports.getFirst();
    Map<Distiller.Role, String> sha256 = new EnumMap<>(Distiller.Role.class);
    for (Distiller.Role role : Distiller.Role.values()) {
      String file = role.name().toLowerCase(Locale.ROOT).replace('_', '-');
      sha256.put(
          role,
          Checkpoint.save(
              folder.resolve(file + ".safetensors"), first.of(role).trained().network()));
    }
    ResultFile.write(
        folder, run.seed, data,
        json -> {
          json.writeNumberField("temperature", options.temperature);
          json.writeNumberField("hardWeight", options.hardWeight);
          json.writeNumberField("softWeight", options.softWeight);
          for (Distiller.Role role : Distiller.Role.values()) {
            Distiller.Result result = first.of(role);
            ResultFile.network(
                json, role.field(), result.trained(), result.test(), sha256.get(role));
          }
          if (runs > 1) {
            RunTable.write(json, reports);
          }
        });
  }

  private ReportPage page(Distiller.Report report, SoftTargetView shown) {
    ReportPage page = new ReportPage("Distillation");
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of("judged at T = 1", "sizes", "parameters", "test errors", "accuracy", "training"));
    List<Svg.Series> losses = new ArrayList<>();
    for (Distiller.Role role : Distiller.Role.values()) {
      Distiller.Result result = report.of(role);
      var trained = result.trained();
      Evaluation test = result.test();
      rows.add(
          List.of(
              role.label(), HiddenLayers.text(trained.network().sizes()),
              Integer.toString(trained.network().parameterCount()),
              test.errors() + " / " + test.rows(), "%.2f%%".formatted(100 * test.accuracy()),
              "%.1f s".formatted(trained.seconds())));
      double floor = role == Distiller.Role.STUDENT_DISTILLED ? floor(report) : 0;
      losses.add(ReportPage.losses(role.label(), trained.epochs(), floor));
    }
    page.table(rows);
    shown.show(page);
    page.heading("Training loss");
    page.chart(Svg.lines("training loss of each epoch", "epoch", losses));
    page.paragraph(
        "The distilled student's loss is shown less what no student can take away: its weight times"
            + " T\u00b2 times the mean entropy of the teacher's soft targets.");
    page.settings(spec);
    return page;
  }

  /** The least value that the soft part of the loss can have. */
  private double floor(Distiller.Report report) {
    SoftTargets soft = SoftTargets.fromLogits(report.teacherLogits(), options.temperature);
    double entropy = IntStream.range(0, soft.rows()).mapToDouble(soft::entropy).average().orElse(0);
    return options.softWeight * options.temperature * options.temperature * entropy;
  }

  /** Shows each stage's progress, and its judgement when it is done. */
  private static final class ShownStages implements Distiller.Stages {
    private final PrintWriter out;
    private TrainingBar bar;

    ShownStages(PrintWriter out) {
      this.out = out;
    }

    @Override
    public Progress begin(Distiller.Role role) {
      bar = new TrainingBar(role.label(), out);
      return bar;
    }

    @Override
    public void end(Distiller.Role role, Distiller.Result result) {
      bar.close();
      out.printf(
          "%-18s trained in %.1f s%n", role.label(), result.trained().seconds());
    }
  }
}
