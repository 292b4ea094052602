package dev.retort.cli;

import module java.base;

/** How networks do on the samples they are evaluated on, as figures. */
final class EvaluationFigures {
  private static final int BINS = 10;
  private static final int MISTAKES = 8;

  /** Above this many classes a matrix of numbers cannot be read. */
  static final int MOST_CLASSES = 20;

  private EvaluationFigures() {}

  /** Counts, a row for what is true and a column for what was answered; the more mistakes, the darker. */
  static String confusion(String name, int[][] counts) {
    if (counts.length > MOST_CLASSES) {
      return "<p>" + counts.length + " classes are too many for a matrix of numbers.</p>";
    }
    List<String> classes = Chart.classes(counts.length);
    int most =
        IntStream.range(0, counts.length)
            .flatMap(i -> IntStream.range(0, counts.length).filter(j -> j != i).map(j -> counts[i][j]))
            .max().orElse(0);
    Table table = Table.of("label", classes, classes, (i, j) -> Integer.toString(counts[i][j]));
    Table.Cell shade =
        (i, j) ->
            i == j ? " class='right'"
                : counts[i][j] == 0 ? ""
                    : " class='wrong' style='--share:%d%%'".formatted(5 + 35 * counts[i][j] / most);
    return "<figure class='confusion'><figcaption>%s</figcaption>%s</figure>%n".formatted(
        Html.escape(Html.capital(name)), table.html(shade));
  }

  /** The samples that a network got wrong and was surest of, with their images if they are images. */
  static String mistakes(Answers answers) {
    String name = Html.escape(answers.name);
    String mistakes =
        answers.mistakes().stream()
            .limit(MISTAKES)
            .map(
                sample ->
                    "<li>%s<span>a %d, taken for a <b>%d</b>, %.1f%% sure; sample %d</span></li>%n".formatted(
                        answers.image(sample), answers.label(sample), answers.answer(sample),
                        100 * answers.confidence(sample), sample))
            .collect(Collectors.joining());
    return "<h3>Most confident mistakes of the " + name + "</h3>\n"
        + (mistakes.isEmpty()
            ? "<p>The " + name + " makes no mistake.</p>\n" : "<ul class='mistakes'>\n" + mistakes + "</ul>\n");
  }

  /** A reliability diagram at T = 1: how often an answer is right, by how sure the network is. */
  static String calibration(List<Answers> all) {
    List<String> bins = IntStream.range(0, BINS).mapToObj(b -> Scale.number((double) b / BINS) + "+").toList();
    List<Chart.Series> series = new ArrayList<>();
    series.add(Chart.Series.of("perfect", BINS, b -> (b + 0.5) / BINS));
    all.forEach(answers -> series.add(reliability(answers)));
    return Chart.bars(
        "Share of right answers by confidence, at T = 1", "confidence", bins,
        Scale.linear("share right", 0, 1), series);
  }

  /**
   * The share of right answers in each bin. The expected calibration error is the difference of mean confidence and
   * share of right answers in each bin, weighted by the samples in it (Guo et al. 2017, eq. 3).
   */
  private static Chart.Series reliability(Answers answers) {
    int[] count = new int[BINS];
    double[] right = new double[BINS];
    double[] confidence = new double[BINS];
    for (int i = 0; i < answers.data.rows(); i++) {
      int bin = Math.min(BINS - 1, (int) (answers.confidence(i) * BINS));
      count[bin]++;
      right[bin] += answers.isRight(i) ? 1 : 0;
      confidence[bin] += answers.confidence(i);
    }
    double error =
        IntStream.range(0, BINS).mapToDouble(b -> Math.abs(confidence[b] - right[b])).sum() / answers.data.rows();
    return Chart.Series.of(
        "%s, off by %.1f%%".formatted(answers.name, 100 * error), BINS, b -> right[b] / Math.max(1, count[b]));
  }
}
