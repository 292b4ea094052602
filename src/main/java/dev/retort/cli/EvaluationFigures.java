package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;

/** How networks do on the samples they are evaluated on, as figures. */
final class EvaluationFigures {
  private static final int BINS = 10;

  /** Above this many classes a matrix of numbers cannot be read. */
  private static final int MOST_CLASSES = 20;

  private EvaluationFigures() {}

  /** A confusion matrix of each. */
  static String confusions(List<Answers> all) {
    StringBuilder html = new StringBuilder();
    for (Answers answers : all) {
      int classes = answers.logits().rowSize();
      html.append(
          classes > MOST_CLASSES
              ? "<p>" + classes + " classes are too many for a matrix of numbers.</p>"
              : Chart.confusion(
                  Html.capital(answers.name()), SoftTargetFigures.classes(classes), answers.evaluation().confusion()));
    }
    return html.toString();
  }

  /** The samples that a network got wrong and was surest of, with their images if they are images. */
  static String mistakes(Answers answers, int most) {
    int[] mistakes = answers.mistakes();
    if (mistakes.length == 0) {
      return "<p>The " + Html.escape(answers.name()) + " makes no mistake.</p>\n";
    }
    StringBuilder html = new StringBuilder("<ul class='mistakes'>\n");
    Dataset data = answers.data();
    for (int i = 0; i < Math.min(most, mistakes.length); i++) {
      int sample = mistakes[i];
      int label = data.labels()[sample];
      html.append("<li>");
      if (data.isImages()) {
        html.append(
            Chart.image(
                answers.pixels(sample), data.width(), "test sample " + sample + ", a " + label));
      }
      html.append(
          String.format(
              "<span>a %d, taken for a <b>%d</b>, %.1f%% sure; sample %d</span></li>%n",
              label, answers.answer(sample), 100 * answers.confidence(sample), sample));
    }
    return html.append("</ul>\n").toString();
  }

  /** A reliability diagram at T = 1: how often an answer is right, by how sure the network is. */
  static String calibration(List<Answers> all) {
    String[] bins =
        IntStream.range(0, BINS)
            .mapToObj(b -> Scale.number((double) b / BINS) + "+").toArray(String[]::new);
    List<Chart.Series> series = new ArrayList<>();
    series.add(
        new Chart.Series(
            "perfect", IntStream.range(0, BINS).mapToDouble(b -> (b + 0.5) / BINS).toArray()));
    for (Answers answers : all) {
      series.add(
          new Chart.Series(
              String.format(
                  "%s, off by %.1f%%", answers.name(), 100 * calibrationError(answers)),
              shareRight(answers)));
    }
    return Chart.bars(
        "Share of right answers by confidence, at T = 1", "confidence", bins,
        Scale.linear("share right", 0, 1), series);
  }

  private static int bin(double confidence) {
    return Math.min(BINS - 1, (int) (confidence * BINS));
  }

  private static double[] shareRight(Answers answers) {
    int[] count = new int[BINS];
    double[] right = new double[BINS];
    for (int i = 0; i < answers.data().rows(); i++) {
      int bin = bin(answers.confidence(i));
      count[bin]++;
      right[bin] += answers.isRight(i) ? 1 : 0;
    }
    return IntStream.range(0, BINS).mapToDouble(b -> right[b] / Math.max(1, count[b])).toArray();
  }

  /**
   * The expected calibration error: in each bin the difference of mean confidence and share of right
   * answers, weighted by the samples in it (Guo et al. 2017, eq. 3).
   */
  static double calibrationError(Answers answers) {
    double[] difference = new double[BINS];
    for (int i = 0; i < answers.data().rows(); i++) {
      difference[bin(answers.confidence(i))] +=
          answers.confidence(i) - (answers.isRight(i) ? 1 : 0);
    }
    return Arrays.stream(difference).map(Math::abs).sum() / answers.data().rows();
  }
}
