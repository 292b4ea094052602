package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import dev.retort.data.Dataset;
import dev.retort.nn.Network;
import dev.retort.train.Epoch;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code report.html}: one file that needs nothing else, for light and dark screens and for print. */
final class ReportPage {
  private static final int MISTAKES = 8;

  private static final String TEACHER_NOTE =
      "The teacher learns with dropout and shifted images, so it looks worse in training than it is. ";

  /**
   * A trained network as a report shows it.
   *
   * @param name as in "student alone"
   * @param network what was trained
   * @param epochs its losses
   * @param sha256 of its file
   */
  record Run(String name, Network network, List<Epoch> epochs, String sha256) {}

  private final Map<String, String> slots = new HashMap<>();
  private final List<Run> runs;
  private final List<Answers> answers;

  private ReportPage(String title, String summary, List<Run> runs, Dataset test, CommandSpec spec) {
    this.runs = runs;
    this.answers = runs.stream().map(run -> Answers.of(run.name, run.network, test)).toList();
    slots.put("title", Html.escape(title));
    slots.put("summary", Html.escape(summary));
    slots.put("results", "");
    slots.put("columns", "figures");
    slots.put("training", training());
    slots.put("confusions", EvaluationFigures.confusions(answers));
    slots.put("mistakes", mistakes());
    slots.put("calibration", EvaluationFigures.calibration(answers));
    slots.put("repeat", repeat(spec));
  }

  /** The page of one network. */
  static String train(String summary, Run run, Dataset test, CommandSpec spec) {
    String title = HiddenLayers.text(run.network.sizes());
    return new ReportPage("Training: " + title, summary, List.of(run), test, spec).page("", "");
  }

  /**
   * The page of a distillation.
   *
   * @param runs teacher, if there is one network that is it, student alone, student distilled
   * @param results the table of them: its head, then a row for each
   */
  static String distill(
      String summary, List<List<String>> results, List<Run> runs, double temperature, Dataset test,
      CommandSpec spec) {
    boolean hasTeacher = runs.size() == 3;
    String title =
        "Distillation: " + (hasTeacher ? HiddenLayers.text(runs.get(0).network.sizes()) + " into " : "")
            + HiddenLayers.text(runs.getLast().network.sizes());
    ReportPage page = new ReportPage(title, summary, runs, test, spec);
    page.slots.put("results", "<div class='results'>" + Html.table(transposed(results)) + "</div>");
    if (!hasTeacher) {
      return page.page("", "");
    }
    page.slots.put("columns", "pair");
    return page.page(Html.page("distill.html", page.softTargets(temperature)), TEACHER_NOTE);
  }

  /** The page of the paper's experiment; runs are the networks with the first seed, without those of the sweeps. */
  static String hinton(
      String summary, HintonResults results, List<Run> runs, Dataset test, CommandSpec spec) {
    ReportPage page =
        new ReportPage("Distilling the knowledge in a neural network", summary, runs, test, spec);
    page.slots.put(
        "results",
        results.tables().stream().map(table -> Html.table(table.rows())).collect(Collectors.joining()));
    return page.page(
        Html.page("hinton.html", Map.of("sweeps", results.charts())),
        TEACHER_NOTE);
  }

  /** A page with sections after the results, and a note on the curves. */
  private String page(String sections, String note) {
    slots.put("sections", sections);
    slots.put("note", note);
    return Html.page("report.html", slots);
  }

  /** Rows as columns: three narrow columns fit a narrow screen. */
  private static List<List<String>> transposed(List<List<String>> rows) {
    return IntStream.range(0, rows.getFirst().size())
        .mapToObj(j -> rows.stream().map(row -> row.get(j)).toList())
        .toList();
  }

  /** The slots of the sections on what the student learns from. */
  private Map<String, String> softTargets(double temperature) {
    Answers teacher = answers.get(0);
    SoftTargetFigures figures = new SoftTargetFigures(teacher);
    int[] labels = teacher.data().labels();
    int sample = SoftTargetView.informative(runs.get(0).network, teacher.data());
    double[] temperatures = DoubleStream.of(1, 2, 4, 20, temperature).sorted().distinct().toArray();
    Optional<SoftTargetFigures.Pair> found = figures.pair();
    return Map.of(
        "sampleName", "Sample " + sample + ", a " + labels[sample],
        "sample", figures.sample(sample, temperatures),
        "softening", figures.entropies() + figures.gradientNorms(answers.get(1)),
        "pairSentence",
        found
            .map(
                pair ->
                    String.format(
                        "Here are two of a %d: sample %d looks a little like a %d, sample %d like a %d.",
                        labels[pair.one()], pair.one(), pair.oneLike(), pair.two(), pair.twoLike()))
            .orElse("These samples have no such pair."),
        "pair",
        found
            .map(pair -> figures.half(pair.one(), temperature) + figures.half(pair.two(), temperature))
            .orElse(""));
  }

  /** Curves over the epochs: of all networks, and what the last learns besides hard labels. */
  private String training() {
    String curves =
        curves("Cross entropy with the labels, while training", "nats", epoch -> epoch.parts().get("hard"))
            + curves("Errors while training", "share wrong", epoch -> 1 - epoch.accuracy());
    List<Epoch> last = runs.getLast().epochs;
    List<Chart.Series> soft =
        last.getFirst().parts().keySet().stream()
            .filter(part -> !part.equals("hard"))
            .map(part -> series(part, last, epoch -> epoch.parts().get(part)))
            .toList();
    return soft.isEmpty()
        ? curves
        : curves + lines("What the teacher adds to the loss: " + runs.getLast().name, "nats", soft);
  }

  private String curves(String title, String unit, ToDoubleFunction<Epoch> value) {
    return lines(
        title, unit,
        runs.stream()
            .filter(run -> !run.epochs.isEmpty())
            .map(run -> series(run.name, run.epochs, value))
            .toList());
  }

  private static Chart.Series series(
      String name, List<Epoch> epochs, ToDoubleFunction<Epoch> value) {
    return new Chart.Series(name, epochs.stream().mapToDouble(value).toArray());
  }

  /** On a logarithmic scale, where the end can be seen. */
  private static String lines(String title, String unit, List<Chart.Series> series) {
    int longest = series.stream().mapToInt(each -> each.values().size()).max().orElseThrow();
    double[] epochs = IntStream.rangeClosed(1, longest).asDoubleStream().toArray();
    return Chart.lines(
        title, Scale.linear("epoch", 1, longest), Scale.logarithmic(unit, Chart.values(series)), epochs, series);
  }

  private String mistakes() {
    StringBuilder html = new StringBuilder();
    for (Answers each : answers) {
      html.append("<h3>Most confident mistakes of the ").append(Html.escape(each.name()))
          .append("</h3>\n").append(EvaluationFigures.mistakes(each, MISTAKES));
    }
    return html.toString();
  }

  /** What the command ran with, every option given or not, and what must come out again. */
  private String repeat(CommandSpec spec) {
    List<List<String>> models = new ArrayList<>();
    models.add(List.of("model", "SHA-256"));
    runs.forEach(run -> models.add(List.of(run.name, run.sha256)));
    List<List<String>> options = new ArrayList<>();
    options.add(List.of("option", "value"));
    for (OptionSpec option : spec.options()) {
      String value =
          option.stringValues().isEmpty()
              ? option.defaultValue()
              : String.join(",", option.stringValues());
      if (value != null && !option.inherited() && !option.usageHelp() && !option.versionHelp()) {
        options.add(List.of(option.longestName(), value));
      }
    }
    return "<p>The same options give the same models, whatever the backend and the threads. This run: Retort "
        + Html.escape(Retort.version() + ", " + Retort.backend()) + ", threads: " + Retort.threads()
        + ".</p>\n" + Html.table(models) + "<h3>Options of " + spec.qualifiedName() + "</h3>\n"
        + Html.table(options);
  }
}
