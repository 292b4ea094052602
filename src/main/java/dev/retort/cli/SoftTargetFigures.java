package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;

/** What a teacher's softened answers say, and what temperature does to them, as figures. */
final class SoftTargetFigures {
  /** From gradients as trained to the limit of high temperatures. */
  private static final double[] TEMPERATURES = {0.5, 0.7, 1, 1.5, 2, 3, 4, 6, 8, 12, 20, 30, 50};

  private static final int MOST_ROWS = 2000;

  /** Two samples of one class, and the class that each looks like. */
  record Pair(int one, int oneLike, int two, int twoLike) {}

  private final Answers teacher;
  private final int[] labels;
  private final String[] classes;

  SoftTargetFigures(Answers teacher) {
    this.teacher = teacher;
    this.labels = teacher.data().labels();
    this.classes = classes(teacher.logits().rowSize());
  }

  static String[] classes(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
  }

  /** One sample's image, if it is one, its hard target, and its soft targets at rising temperatures. */
  String sample(int sample, double[] temperatures) {
    int label = teacher.data().labels()[sample];
    StringBuilder html = new StringBuilder("<div class='sample'>").append(image(sample));
    html.append(histogram("Hard target", series("hard target", j -> j == label ? 1 : 0)));
    for (double temperature : temperatures) {
      html.append(histogram("T = " + Scale.number(temperature), soft(sample, temperature)));
    }
    return html.append("</div>\n").toString();
  }

  /** One sample's image, and its soft targets. */
  String half(int sample, double temperature) {
    String title = "Soft targets of sample " + sample + ", T = " + Scale.number(temperature);
    return "<div class='half'>" + image(sample)
        + Chart.bars(
            title, "class", classes, Scale.linear("probability", 0, 1),
            List.of(soft(sample, temperature)))
        + "</div>\n";
  }

  private String histogram(String title, Chart.Series series) {
    return Chart.histogram(title, "class", classes, Scale.linear("probability", 0, 1), series);
  }

  private String image(int sample) {
    Dataset data = teacher.data();
    String alternative = "sample " + sample + ", a " + data.labels()[sample];
    return data.isImages() ? Chart.image(teacher.pixels(sample), data.width(), alternative) : "";
  }

  private Chart.Series series(String name, IntToDoubleFunction value) {
    return new Chart.Series(name, IntStream.range(0, classes.length).mapToDouble(value).toArray());
  }

  private Chart.Series soft(int sample, double temperature) {
    SoftTargets soft =
        SoftTargets.fromLogits(teacher.logits().rows(sample, sample + 1), temperature);
    return series("soft targets", j -> soft.get(0, j));
  }

  /**
   * Two samples of one class, both answered right and about as surely, that look most like different
   * other classes: if there is one, the pair that the distillation paper tells of in its section 1, a
   * 2 that looks like a 3 and a 2 that looks like a 7.
   */
  Optional<Pair> pair() {
    return best(pair -> labels[pair.one()] == 2 && pair.oneLike() == 3 && pair.twoLike() == 7)
        .or(() -> best(pair -> true));
  }

  private Optional<Pair> best(Predicate<Pair> wanted) {
    SoftTargets soft = teacher.probabilities();
    int[] right = IntStream.range(0, labels.length).filter(teacher::isRight).toArray();
    int[] like =
        IntStream.range(0, labels.length)
            .map(i -> SoftTargetView.rival(teacher.logits(), i, labels[i])).toArray();
    Pair best = null;
    double most = Double.NEGATIVE_INFINITY;
    for (int a : right) {
      for (int b : right) {
        Pair pair = new Pair(a, like[a], b, like[b]);
        if (labels[a] == labels[b] && like[a] < like[b] && wanted.test(pair)) {
          double difference =
              Math.min(soft.get(a, like[a]) - soft.get(b, like[a]), soft.get(b, like[b]) - soft.get(a, like[b]))
                  - Math.abs(soft.get(a, labels[a]) - soft.get(b, labels[a]));
          if (difference > most) {
            most = difference;
            best = pair;
          }
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /** The mean entropy of the soft targets against T; it rises to the logarithm of the classes. */
  String entropies() {
    double[] entropies = new double[TEMPERATURES.length];
    double[] limit = new double[TEMPERATURES.length];
    for (int i = 0; i < TEMPERATURES.length; i++) {
      SoftTargets soft = SoftTargets.fromLogits(teacher.logits(), TEMPERATURES[i]);
      entropies[i] = IntStream.range(0, soft.rows()).mapToDouble(soft::entropy).average().orElse(0);
      limit[i] = Math.log(classes.length);
    }
    return Chart.lines(
        "Entropy of the soft targets, mean over the test samples",
        Scale.logarithmic("temperature T", TEMPERATURES),
        Scale.linear("nats", 0, 1.05 * Math.log(classes.length)), TEMPERATURES,
        List.of(new Chart.Series("teacher", entropies), new Chart.Series("all classes alike", limit)));
  }

  /** The norm of a student's gradient against T: the soft part with and without T^2, and the hard. */
  String gradientNorms(Answers student) {
    double[] bare = new double[TEMPERATURES.length];
    double[] scaled = new double[TEMPERATURES.length];
    double[] hard = new double[TEMPERATURES.length];
    for (int i = 0; i < TEMPERATURES.length; i++) {
      SoftTargets soft = SoftTargets.fromLogits(teacher.logits().rows(0, rows(student)), TEMPERATURES[i]);
      scaled[i] = meanNorm(student, Loss.distillation(soft, 0, 1));
      bare[i] = scaled[i] / (TEMPERATURES[i] * TEMPERATURES[i]);
      hard[i] = meanNorm(student, Loss.crossEntropy());
    }
    List<Chart.Series> series =
        List.of(
            new Chart.Series("soft, times T\u00b2", scaled),
            new Chart.Series("soft, without T\u00b2", bare), new Chart.Series("hard", hard));
    return Chart.lines(
        "Norm of the gradient on the logits of the " + student.name(),
        Scale.logarithmic("temperature T", TEMPERATURES),
        Scale.logarithmic("mean norm", Chart.values(series)), TEMPERATURES, series);
  }

  private static int rows(Answers student) {
    return Math.min(MOST_ROWS, student.logits().rows());
  }

  private double meanNorm(Answers student, Loss loss) {
    int rows = rows(student);
    Tensor logits = student.logits().rows(0, rows);
    Tensor gradient = Tensor.zeros(rows, classes.length);
    loss.apply(logits, Arrays.copyOf(labels, rows), gradient);
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      double squares = 0;
      for (int j = 0; j < classes.length; j++) {
        squares += (double) gradient.get(i, j) * gradient.get(i, j);
      }
      sum += Math.sqrt(squares);
    }
    return sum; // The loss is a mean over the rows: each row's gradient is divided by them already.
  }
}
