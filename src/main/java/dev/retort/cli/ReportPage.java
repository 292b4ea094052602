package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import dev.retort.data.Dataset;
import dev.retort.train.Epoch;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code report.html}: one file that needs nothing else, for light and dark screens and for print. */
final class ReportPage {
  private static final String TEACHER_NOTE =
      "The teacher learns with dropout and shifted images, so it looks worse in training than it is. ";

  private final Map<String, String> slots = new HashMap<>();
  private final List<NetworkResult> networks;
  private final List<Answers> answers;

  private ReportPage(String title, String summary, List<NetworkResult> networks, Dataset test, CommandSpec spec) {
    this.networks = networks;
    this.answers =
        networks.stream().map(each -> new Answers(each.name(), each.network().logits(test), test)).toList();
    slots.put("title", Html.escape(title));
    slots.put("summary", Html.escape(summary));
    slots.put("results", "");
    slots.put("columns", "figures");
    slots.put("training", training());
    slots.put(
        "confusions", joined(networks, each -> EvaluationFigures.confusion(each.name(), each.test().confusion())));
    slots.put("mistakes", joined(answers, EvaluationFigures::mistakes));
    slots.put("calibration", EvaluationFigures.calibration(answers));
    slots.put("engine", Html.escape(Retort.version() + ", " + Retort.backend()));
    slots.put("threads", Integer.toString(Retort.threads()));
    slots.put("models", models().html());
    slots.put("command", spec.qualifiedName());
    slots.put("options", options(spec).html());
  }

  /** The page of one network. */
  static String train(String summary, NetworkResult network, Dataset test, CommandSpec spec) {
    return new ReportPage("Training: " + network.sizes(), summary, List.of(network), test, spec).page("", "");
  }

  /**
   * The page of a distillation.
   *
   * @param networks teacher, if there is one network that is it, student alone, student distilled
   * @param results a row for each
   */
  static String distill(
      String summary, Table results, List<NetworkResult> networks, double temperature, Dataset test,
      CommandSpec spec) {
    boolean hasTeacher = networks.size() == 3;
    String from = hasTeacher ? networks.getFirst().sizes() + " into " : "";
    ReportPage page =
        new ReportPage("Distillation: " + from + networks.getLast().sizes(), summary, networks, test, spec);
    // Three narrow columns fit a narrow screen.
    page.slots.put("results", "<div class='results'>" + results.transposed().html() + "</div>");
    if (!hasTeacher) {
      return page.page("", "");
    }
    page.slots.put("columns", "pair");
    return page.page(Html.page("distill.html", page.softTargets(temperature)), TEACHER_NOTE);
  }

  /** The page of the paper's experiment, with the networks of the first seed that are in no sweep. */
  static String hinton(
      String summary, HintonResults results, List<NetworkResult> networks, Dataset test, CommandSpec spec) {
    ReportPage page = new ReportPage("Distilling the knowledge in a neural network", summary, networks, test, spec);
    page.slots.put("results", joined(results.tables(), Table::html));
    return page.page(Html.page("hinton.html", Map.of("sweeps", results.charts())), TEACHER_NOTE);
  }

  private static <T> String joined(List<T> parts, Function<T, String> html) {
    return parts.stream().map(html).collect(Collectors.joining());
  }

  /** A page with sections after the results, and a note on the curves. */
  private String page(String sections, String note) {
    slots.put("sections", sections);
    slots.put("note", note);
    return Html.page("report.html", slots);
  }

  /** The slots of the sections on what the student learns from. */
  private Map<String, String> softTargets(double temperature) {
    Answers teacher = answers.getFirst();
    SoftTargetFigures figures = new SoftTargetFigures(teacher);
    int sample = teacher.informative();
    double[] temperatures = DoubleStream.of(1, 2, 4, 20, temperature).sorted().distinct().toArray();
    Optional<SoftTargetFigures.Pair> found = figures.pair();
    return Map.of(
        "sampleName", Html.capital(teacher.nameOf(sample)),
        "sample", figures.sample(sample, temperatures),
        "softening", figures.entropies() + figures.gradientNorms(answers.get(1)),
        "pairSentence",
        found
            .map(
                p ->
                    "Here are two of a %d: sample %d looks a little like a %d, sample %d like a %d.".formatted(
                        teacher.label(p.one()), p.one(), p.oneLike(), p.two(), p.twoLike()))
            .orElse("These samples have no such pair."),
        "pair",
        found.map(p -> figures.half(p.one(), temperature) + figures.half(p.two(), temperature)).orElse(""));
  }

  /** Curves over the epochs: of all networks, and what the last learns besides hard labels. */
  private String training() {
    String curves =
        curves("Cross entropy with the labels, while training", "nats", epoch -> epoch.parts().get("hard"))
            + curves("Errors while training", "share wrong", epoch -> 1 - epoch.accuracy());
    NetworkResult last = networks.getLast();
    List<Chart.Series> soft =
        last.trained().epochs().getFirst().parts().keySet().stream()
            .filter(part -> !part.equals("hard"))
            .map(part -> series(part, last, epoch -> epoch.parts().get(part)))
            .toList();
    return soft.isEmpty() ? curves : curves + lines("What the teacher adds to the loss: " + last.name(), "nats", soft);
  }

  private String curves(String title, String unit, ToDoubleFunction<Epoch> value) {
    return lines(
        title, unit,
        networks.stream()
            .filter(each -> !each.trained().epochs().isEmpty())
            .map(each -> series(each.name(), each, value))
            .toList());
  }

  private static Chart.Series series(String name, NetworkResult network, ToDoubleFunction<Epoch> value) {
    return new Chart.Series(name, network.trained().epochs().stream().mapToDouble(value).toArray());
  }

  /** On a logarithmic scale, where the end can be seen. */
  private static String lines(String title, String unit, List<Chart.Series> series) {
    int longest = series.stream().mapToInt(each -> each.values().size()).max().orElseThrow();
    double[] epochs = IntStream.rangeClosed(1, longest).asDoubleStream().toArray();
    return Chart.lines(
        title, Scale.linear("epoch", 1, longest), Scale.logarithmic(unit, Chart.values(series)), epochs, series);
  }

  /** What must come out again. */
  private Table models() {
    Table models = new Table("model", "SHA-256");
    networks.forEach(each -> models.row(each.name(), each.sha256().orElseThrow()));
    return models;
  }

  /** What the command ran with, every option given or not. */
  private static Table options(CommandSpec spec) {
    Table options = new Table("option", "value");
    for (OptionSpec option : spec.options()) {
      String value = option.stringValues().isEmpty() ? option.defaultValue() : String.join(",", option.stringValues());
      if (value != null && !option.inherited() && !option.usageHelp() && !option.versionHelp()) {
        options.row(option.longestName(), value);
      }
    }
    return options;
  }
}
