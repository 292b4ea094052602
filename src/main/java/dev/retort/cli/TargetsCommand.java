package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code retort targets}: hard target beside soft targets. */
@Command(name = "targets")
final class TargetsCommand implements Callable<Integer> {
  @Mixin private RunOptions run;
  @Option(names = "--model") private Path model;
  @Option(names = "--samples", split = ",") private List<Integer> samples;
  @Option(names = "--temperatures", split = ",", defaultValue = "1,4,20") private List<Double> temperatures;

  @Override
  public Integer call() throws IOException {
    Dataset test = run.load().test();
    Path file = model == null ? RunOptions.defaultOut("distill").resolve(Role.TEACHER.file()) : model;
    Answers teacher = new Answers("teacher", RunOptions.model(file).logits(test), test);
    List<Integer> chosen = samples == null ? List.of(teacher.informative()) : samples;
    List<SoftTargetView> views =
        chosen.stream().map(sample -> new SoftTargetView(teacher, sample, temperatures)).toList();
    views.forEach(view -> view.print(run.text()));
    run.result(Map.of("samples", views.stream().map(SoftTargetView::numbers).toList()));
    return 0;
  }
}
