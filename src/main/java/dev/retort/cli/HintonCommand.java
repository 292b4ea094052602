package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import dev.retort.cli.Hinton.Job;
import dev.retort.cli.Hinton.Row;
import dev.retort.data.Mnist;
import dev.retort.data.TrainTest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code retort hinton}: section 3 of the distillation paper. */
@Command(name = "hinton")
final class HintonCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions run;
  @Option(names = "--paper") private boolean paper;
  @Option(names = "--quick") private boolean quick;
  @Option(names = "--rows", split = ",") private Set<Row> rows = EnumSet.allOf(Row.class);
  @Option(names = "--seeds") private Integer seeds;
  @Option(names = "--set", split = ",", paramLabel = "NAME=NUMBER") private Map<String, String> changes = Map.of();
  @Option(names = "--validate") private boolean validate;
  @Option(names = "--resume") private boolean resume;

  @Override
  public Integer call() throws IOException {
    if (quick && paper) {
      throw new IllegalArgumentException("give one of --quick and --paper, not both");
    }
    int count = seeds == null ? (paper ? 3 : 1) : OutputOptions.atLeastOne("--seeds", seeds);
    Hinton experiment = new Hinton(paper ? "paper" : "quick", changes);
    return run.in("hinton", results -> run(results, experiment, count));
  }

  private void run(ResultFolder folder, Hinton experiment, int count) throws IOException {
    TrainTest files = run.load();
    String name = Mnist.is(files) ? "MNIST" : files.train().name();
    TrainTest data = validate ? files.train().split(1.0 / 6, run.seed) : files;
    List<Job> jobs = experiment.jobs(data.train(), rows, run.seed, count);
    PrintWriter out = run.text();
    out.printf("Retort %s, %s, threads: %d%n", Retort.version(), Retort.backend(), Retort.threads());
    out.printf(
        "Data: %s, %d training and %d %s samples; %d networks%n", name, data.train().rows(),
        data.test().rows(), validate ? "validation" : "test", jobs.size());
    out.println("If it is interrupted, the same command with --resume goes on from the last finished epoch.");
    Map<String, Double> work =
        jobs.stream().collect(Collectors.groupingBy(job -> job.row().label, Collectors.summingDouble(Job::work)));
    List<HintonRun.Finished> finished;
    try (Progress progress = new Progress("hinton", run, 20, work)) {
      finished = new HintonRun(folder, data, resume, progress).run(jobs);
    }
    HintonResults results =
        new HintonResults(finished.stream().map(HintonRun.Finished::outcome).toList(), data.test().rows());
    for (Table table : results.tables()) {
      out.println();
      table.print(out);
    }
    folder.write("hinton.md", results.tables().stream().map(Table::markdown).collect(Collectors.joining("\n")));
    List<NetworkResult> shown =
        finished.stream()
            .filter(each -> each.outcome().seed() == run.seed && !each.outcome().row().isSweep())
            .map(HintonRun.Finished::network)
            .toList();
    folder.write("report.html", ReportPage.hinton(summary(name, results), results, shown, data.test(), spec));
    Map<Row, Map<String, String>> recipes = new EnumMap<>(Row.class);
    jobs.forEach(job -> recipes.put(job.row(), job.numbers()));
    run.finish(folder, "hinton.json", data,
        JsonValues.object(
            "set", name, "size", experiment.size(), "validation", validate, "networks", results.networks(),
            "recipes", recipes));
    out.printf("%nModels, hinton.json, hinton.md and report.html are in %s%n", folder.path());
  }

  /** The run in one sentence. */
  private static String summary(String name, HintonResults results) {
    return "The experiment of Hinton, Vinyals and Dean (2015), section 3, on " + name + ": "
        + results.table().rows().stream().skip(1)
            .map(row -> row.get(0) + " " + row.get(2)).collect(Collectors.joining("; "))
        + " errors of " + results.rows() + ".";
  }
}
