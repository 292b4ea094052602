package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.derivation.Explanation;
import dev.retort.loss.Loss;
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

  private final Named teacher;
  private final List<Named> students;
  private final Dataset test;
  private final String[] classes;
  private final int firstSample;

  /**
   * A playground of networks that take the test samples' features and have the same classes.
   *
   * @throws IllegalArgumentException if they do not
   */
  Playground(Named teacher, List<Named> students, Dataset test) {
    this.teacher = teacher;
    this.students = List.copyOf(students);
    this.test = test;
    this.classes = SoftTargetFigures.classes(teacher.network().outputs());
    for (Named each : all()) {
      if (each.network().inputs() != test.rowSize()
          || each.network().outputs() != classes.length
          || test.classes() > classes.length) {
        throw new IllegalArgumentException(
            "the " + each.name() + " takes " + each.network().inputs() + " features and has "
                + each.network().outputs() + " classes, but " + test.name() + " has "
                + test.rowSize() + " features and " + test.classes() + " classes, and the "
                + teacher.name() + " has " + classes.length + " classes");
      }
    }
    test.width(); // Data that are not images cannot be drawn.
    firstSample = SoftTargetView.informative(teacher.network(), test);
  }

  private List<Named> all() {
    List<Named> all = new ArrayList<>(List.of(teacher));
    all.addAll(students);
    return all;
  }

  /** The page, with a nonce that its own style and script are allowed by. */
  String page(String nonce) {
    return Html.page(
        "playground.html",
        Map.of(
            "nonce", nonce,
            "script", Html.resource("playground.js"),
            "width", Integer.toString(test.width()),
            "height", Integer.toString(test.height()),
            "sample", Integer.toString(firstSample),
            "lastSample", Integer.toString(test.rows() - 1),
            "labels", options(classes, 0),
            "students",
                options(
                    students.stream().map(Named::name).toArray(String[]::new), students.size() - 1)));
  }

  /** Answers some questions that nobody asked, so that the code is compiled when somebody does. */
  void warmUp() {
    for (int i = 0; i < WARM_UP; i++) {
      answer(
          Map.of(
              "strokes", "", "sample", Integer.toString(firstSample), "label", "-1", "student", "0",
              "temperature", "4", "hardWeight", "0.5", "softWeight", "0.5"));
    }
  }

  private static String options(String[] names, int selected) {
    StringBuilder html = new StringBuilder();
    for (int i = 0; i < names.length; i++) {
      html.append("<option value='").append(i).append(i == selected && i > 0 ? "' selected>" : "'>")
          .append(Html.escape(names[i])).append("</option>");
    }
    return html.toString();
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
    int sample = index(question, "sample", test.rows());
    float[] image =
        strokes.isEmpty()
            ? test.features(sample, sample + 1).toArray()
            : DrawnDigit.image(strokes, test.width(), test.height());
    Tensor x = Tensor.of(image, 1, image.length);
    List<Tensor> logits = all().stream().map(each -> logits(each.network(), x)).toList();
    int chosen = index(question, "student", students.size());
    int given = field(question, "label").equals("-1") ? -1 : index(question, "label", classes.length);
    int ownLabel =
        strokes.isEmpty() ? test.labels()[sample] : logits.getFirst().argmax(0);
    int label = given < 0 ? ownLabel : given;
    double temperature = number(question, "temperature");
    double hardWeight = number(question, "hardWeight");
    double softWeight = number(question, "softWeight");
    Explanation explanation =
        new Explanation(
            logits.get(1 + chosen), logits.getFirst(), label, temperature, hardWeight, softWeight);
    Map<String, String> fragments = new LinkedHashMap<>();
    fragments.put(
        "seen",
        Chart.image(
            image, test.width(),
            strokes.isEmpty() ? "test image " + sample + ", a " + ownLabel : "the drawing, centred"));
    fragments.put("answer", sentence(logits, label));
    fragments.put(
        "charts",
        answers("Probabilities at T = " + Scale.number(temperature), temperature, logits)
            + (temperature == 1 ? "" : answers("Probabilities at T = 1", 1, logits))
            + bars("Logits", "logit", series(logits, Playground::row))
            + gradients(
                students.get(chosen).name(), logits.get(1 + chosen), logits.getFirst(), label,
                temperature, hardWeight, softWeight));
    fragments.put("steps", steps(explanation));
    return fragments;
  }

  private static Tensor logits(Network network, Tensor x) {
    return Tensor.of(network.forward(x).toArray(), 1, network.outputs());
  }

  private String sentence(List<Tensor> logits, int label) {
    StringJoiner sentence = new StringJoiner("; ", "", ". Label: " + label + ".");
    for (int i = 0; i < logits.size(); i++) {
      int best = logits.get(i).argmax(0);
      sentence.add(
          String.format(
              "%s: <b>%d</b>, %.1f%% sure", Html.escape(Html.capital(all().get(i).name())), best,
              100 * SoftTargets.fromLogits(logits.get(i), 1).get(0, best)));
    }
    return sentence.toString();
  }

  private String answers(String title, double temperature, List<Tensor> logits) {
    List<Chart.Series> series =
        series(logits, each -> row(SoftTargets.fromLogits(each, temperature)));
    return bars(title, Scale.linear("probability", 0, 1), series);
  }

  /** One for each network. */
  private List<Chart.Series> series(List<Tensor> logits, Function<Tensor, double[]> values) {
    return IntStream.range(0, logits.size())
        .mapToObj(i -> new Chart.Series(all().get(i).name(), values.apply(logits.get(i)))).toList();
  }

  private String bars(String title, Scale scale, List<Chart.Series> series) {
    return Chart.bars(title, "class", classes, scale, series);
  }

  /** On a scale that has all values and 0. */
  private String bars(String title, String unit, List<Chart.Series> series) {
    DoubleSummaryStatistics all = Arrays.stream(Chart.values(series)).summaryStatistics();
    return bars(title, Scale.linear(unit, Math.min(0, all.getMin()), Math.max(0, all.getMax())), series);
  }

  /** The gradient in its parts, as the engine computes each, weighted; then what T^2 does to one. */
  private String gradients(
      String name, Tensor z, Tensor v, int label, double temperature, double hardWeight,
      double softWeight) {
    SoftTargets soft = SoftTargets.fromLogits(v, temperature);
    double[] hardPart = scaled(gradient(z, label, Loss.crossEntropy()), hardWeight);
    double[] softPart = scaled(gradient(z, label, Loss.distillation(soft, 0, 1)), softWeight);
    double[] sum = gradient(z, label, Loss.distillation(soft, hardWeight, softWeight));
    List<Chart.Series> parts =
        List.of(
            new Chart.Series("hard part", hardPart), new Chart.Series("soft part", softPart),
            new Chart.Series("sum", sum));
    List<Chart.Series> squares =
        List.of(
            new Chart.Series("with T\u00b2", softPart),
            new Chart.Series("without T\u00b2", scaled(softPart, 1 / (temperature * temperature))));
    return bars("Gradient on the logits of the " + name, "dL/dz", parts)
        + bars("Its soft part, with and without T\u00b2", "dL/dz, soft part", squares);
  }

  private static double[] gradient(Tensor z, int label, Loss loss) {
    Tensor gradient = Tensor.zeros(1, z.rowSize());
    loss.apply(z, new int[] {label}, gradient);
    return row(gradient);
  }

  private static double[] scaled(double[] values, double factor) {
    return Arrays.stream(values).map(value -> value * factor).toArray();
  }

  private static double[] row(Tensor tensor) {
    return IntStream.range(0, tensor.rowSize()).mapToDouble(j -> tensor.get(0, j)).toArray();
  }

  private static double[] row(SoftTargets soft) {
    return IntStream.range(0, soft.classes()).mapToDouble(j -> soft.get(0, j)).toArray();
  }

  private static String steps(Explanation explanation) {
    StringBuilder html = new StringBuilder();
    for (Explanation.Step step : explanation.steps()) {
      List<List<String>> rows = new ArrayList<>();
      rows.add(cells("class", step, column -> Html.escape(column.name()) + "<br>" + equation(column.equation())));
      for (int i = 0; i < step.columns().getFirst().values().size(); i++) {
        int row = i;
        rows.add(cells(Integer.toString(i), step, column -> Scale.number(column.values().get(row))));
      }
      html.append("<figure><figcaption>").append(Html.escape(step.text())).append("</figcaption>")
          .append(Html.tableOfHtml(rows)).append("</figure>\n");
    }
    return html.toString();
  }

  private static List<String> cells(
      String first, Explanation.Step step, Function<Explanation.Column, String> others) {
    return Stream.concat(Stream.of(first), step.columns().stream().map(others)).toList();
  }

  private static String equation(String number) {
    return number.isEmpty()
        ? "&nbsp;"
        : "<a href='notes#" + number.toLowerCase(Locale.ROOT) + "'>(" + number + ")</a>";
  }

  private static List<double[]> strokes(String text) {
    List<double[]> strokes = new ArrayList<>();
    int points = 0;
    for (String stroke : text.split(";", -1)) {
      if (!stroke.isEmpty()) {
        double[] at =
            Arrays.stream(stroke.split("[ ,]", -1)).mapToDouble(v -> number("strokes", v)).toArray();
        if (at.length % 2 != 0 || !Arrays.stream(at).allMatch(v -> v >= 0 && v <= 1)) {
          throw new IllegalArgumentException("strokes must be x,y pairs from 0 to 1, not " + stroke);
        }
        points += at.length / 2;
        strokes.add(at);
      }
    }
    if (points > MOST_POINTS) {
      throw new IllegalArgumentException(
          "a drawing of " + points + " points; at most " + MOST_POINTS + " are read");
    }
    return strokes;
  }

  private static String field(Map<String, String> question, String name) {
    String value = question.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no field '" + name + "'");
    }
    return value;
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

  private static int index(Map<String, String> question, String name, int end) {
    double value = number(question, name);
    if (!(value >= 0 && value < end && value == Math.rint(value))) {
      throw new IllegalArgumentException(
          name + " must be a whole number from 0 to " + (end - 1) + ", not " + field(question, name));
    }
    return (int) value;
  }
}
