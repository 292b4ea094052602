package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.derivation.Explanation;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/**
 * What the playground shows: a teacher's and its students' answers for one image, and the gradient on a
 * student's logits. Questions are the fields of a form, answers fragments of the page by their id.
 */
final class Playground {
  private static final int MOST_POINTS = 10_000;
  private static final int WARM_UP = 100;

  /** A network as the page names it. */
  record Named(String name, Network network) {}

  private final List<Named> networks;
  private final Dataset test;
  private final List<String> classes;
  private final int firstSample;

  /**
   * A playground of networks that take the test samples' features and have the same classes.
   *
   * @param networks a teacher, then its students
   * @throws IllegalArgumentException if they do not
   */
  Playground(List<Named> networks, Dataset test) {
    this.networks = networks;
    this.test = test;
    Named teacher = networks.getFirst();
    this.classes = Chart.classes(teacher.network.outputs());
    for (Named each : networks) {
      Network network = each.network;
      if (network.inputs() != test.rowSize()
          || network.outputs() != classes.size()
          || test.classes() > classes.size()) {
        throw new IllegalArgumentException(
            "the %s takes %d features and has %d classes, but %s has %d and %d, and the %s has %d classes".formatted(
                each.name, network.inputs(), network.outputs(), test.name(), test.rowSize(), test.classes(),
                teacher.name, classes.size()));
      }
    }
    test.width(); // Data that are not images cannot be drawn.
    firstSample = new Answers(teacher.name, teacher.network.logits(test), test).informative();
  }

  /** The page, with a nonce that its own style and script are allowed by. */
  String page(String nonce) {
    List<String> students = networks.stream().skip(1).map(Named::name).toList();
    return Html.page(
        "playground.html",
        Map.of(
            "nonce", nonce,
            "script", Html.resource("playground.js"),
            "width", Integer.toString(test.width()),
            "height", Integer.toString(test.height()),
            "sample", Integer.toString(firstSample),
            "lastSample", Integer.toString(test.rows() - 1),
            "labels", options(classes, -1),
            "students", options(students, students.size() - 1)));
  }

  private static String options(List<String> names, int selected) {
    return IntStream.range(0, names.size())
        .mapToObj(
            i ->
                "<option value='%d'%s>%s</option>".formatted(
                    i, i == selected ? " selected" : "", Html.escape(names.get(i))))
        .collect(Collectors.joining());
  }

  /** Answers some questions, so that the code is compiled before a user's first. */
  void warmUp() {
    for (int i = 0; i < WARM_UP; i++) {
      answer(
          Map.of(
              "strokes", "", "sample", Integer.toString(firstSample), "label", "-1", "student", "0",
              "temperature", "4", "hardWeight", "0.5", "softWeight", "0.5"));
    }
  }

  /**
   * Answers a question: {@code strokes} (x,y pairs, or nothing: then {@code sample}), {@code label} (-1
   * for the sample's own, or the teacher's answer to a drawing), {@code student}, {@code temperature},
   * {@code hardWeight}, {@code softWeight}.
   *
   * @throws IllegalArgumentException if a field is missing or out of range
   */
  synchronized Map<String, String> answer(Map<String, String> question) {
    List<double[]> strokes = strokes(field(question, "strokes"));
    int sample = index(question, "sample", 0, test.rows());
    float[] image =
        strokes.isEmpty()
            ? test.features(sample, sample + 1).toArray()
            : DrawnDigit.image(strokes, test.width(), test.height());
    Dataset one = new Dataset("image", Tensor.of(image, 1, image.length), new int[1], classes.size());
    List<Answers> answers =
        networks.stream().map(each -> new Answers(each.name, each.network.logits(one), one)).toList();
    Answers student = answers.get(1 + index(question, "student", 0, networks.size() - 1));
    int given = index(question, "label", -1, classes.size());
    int ownLabel = strokes.isEmpty() ? test.labels()[sample] : answers.getFirst().answer(0);
    int label = given < 0 ? ownLabel : given;
    double temperature = number(question, "temperature");
    Explanation explanation =
        new Explanation(
            student.logits, answers.getFirst().logits, label, temperature, number(question, "hardWeight"),
            number(question, "softWeight"));
    String seen = strokes.isEmpty() ? "test image " + sample + ", a " + ownLabel : "the drawing, centred";
    return Map.of(
        "seen", Chart.image(image, test.width(), seen),
        "answer",
        answers.stream().map(Playground::sentence).collect(Collectors.joining("; ", "", ". Label: " + label + ".")),
        "charts",
        probabilities(temperature, answers) + (temperature == 1 ? "" : probabilities(1, answers))
            + bars("Logits", "logit", series(answers, each -> j -> each.logits.get(0, j)))
            + gradients(student.name, explanation, temperature),
        "steps", explanation.steps().stream().map(step -> step(step, label)).collect(Collectors.joining()));
  }

  private static String sentence(Answers answers) {
    return "%s: <b>%d</b>, %.1f%% sure".formatted(
        Html.escape(Html.capital(answers.name)), answers.answer(0), 100 * answers.confidence(0));
  }

  private String probabilities(double temperature, List<Answers> answers) {
    List<Chart.Series> series =
        series(
            answers,
            each -> {
              SoftTargets soft = each.soft(0, temperature);
              return j -> soft.get(0, j);
            });
    return Chart.bars(
        "Probabilities at T = " + Scale.number(temperature), "class", classes, Scale.linear("probability", 0, 1),
        series);
  }

  /** One for each network, of a value for each class. */
  private static List<Chart.Series> series(List<Answers> answers, Function<Answers, IntToDoubleFunction> values) {
    return answers.stream().map(each -> Chart.Series.of(each.name, each.classes(), values.apply(each))).toList();
  }

  /** On a scale that has all values and 0. */
  private String bars(String title, String unit, List<Chart.Series> series) {
    double[] all = DoubleStream.concat(DoubleStream.of(0), Arrays.stream(Chart.values(series))).toArray();
    return Chart.bars(title, "class", classes, Scale.linear(unit, all), series);
  }

  /** The gradient in its parts, weighted, and as the engine adds them; then what T^2 does to one. */
  private String gradients(String name, Explanation explanation, double temperature) {
    List<Double> soft = column(explanation, "w soft");
    List<Double> bare = soft.stream().map(value -> value / (temperature * temperature)).toList();
    return bars(
            "Gradient on the logits of the " + name, "dL/dz",
            List.of(
                new Chart.Series("hard part", column(explanation, "w hard")), new Chart.Series("soft part", soft),
                new Chart.Series("sum", column(explanation, "float32"))))
        + bars(
            "Its soft part, with and without T\u00b2", "dL/dz, soft part",
            List.of(new Chart.Series("with T\u00b2", soft), new Chart.Series("without T\u00b2", bare)));
  }

  private static List<Double> column(Explanation explanation, String name) {
    return explanation.steps().stream()
        .flatMap(step -> step.columns().stream())
        .filter(column -> column.name().equals(name))
        .findFirst().orElseThrow().values();
  }

  /** A step, its equations with links into the notes. */
  private static String step(Explanation.Step step, int label) {
    return "<figure><figcaption>%s</figcaption>%s</figure>\n".formatted(
        Html.escape(step.text()),
        ExplanationView.table(step, label).html().replaceAll("\\((E\\d+)\\)", "<a href='notes#$1'>($1)</a>"));
  }

  private static List<double[]> strokes(String text) {
    List<double[]> strokes =
        Pattern.compile(";").splitAsStream(text).filter(each -> !each.isEmpty()).map(Playground::stroke).toList();
    int points = strokes.stream().mapToInt(each -> each.length / 2).sum();
    if (points > MOST_POINTS) {
      throw new IllegalArgumentException("a drawing of " + points + " points; at most " + MOST_POINTS + " are read");
    }
    return strokes;
  }

  private static double[] stroke(String text) {
    double[] at = Arrays.stream(text.split("[ ,]", -1)).mapToDouble(v -> number("strokes", v)).toArray();
    if (at.length % 2 != 0 || !Arrays.stream(at).allMatch(v -> v >= 0 && v <= 1)) {
      throw new IllegalArgumentException("strokes must be x,y pairs from 0 to 1, not " + text);
    }
    return at;
  }

  private static String field(Map<String, String> question, String name) {
    return Optional.ofNullable(question.get(name))
        .orElseThrow(() -> new IllegalArgumentException("no field '" + name + "'"));
  }

  private static double number(Map<String, String> question, String name) {
    return number(name, field(question, name));
  }

  private static double number(String name, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ": '" + text + "' is not a number", e);
    }
  }

  private static int index(Map<String, String> question, String name, int from, int end) {
    double value = number(question, name);
    if (!(value >= from && value < end && value == Math.rint(value))) {
      throw new IllegalArgumentException(
          name + " must be a whole number from " + from + " to " + (end - 1) + ", not " + field(question, name));
    }
    return (int) value;
  }
}
