package dev.retort.cli;

import module java.base;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;

/** What a teacher's softened answers say, and what temperature does to them, as figures. */
record SoftTargetFigures(Answers teacher) {
  /** From gradients as trained to the limit of high temperatures. */
  private static final double[] TEMPERATURES = {0.5, 0.7, 1, 1.5, 2, 3, 4, 6, 8, 12, 20, 30, 50};

  private static final int MOST_ROWS = 2000;

  private static final Scale PROBABILITY = Scale.linear("probability", 0, 1);

  /** Two samples of one class, and the class that each looks like. */
  record Pair(int one, int oneLike, int two, int twoLike) {}

  /** One sample's image, if it is one, its hard target, and its soft targets at rising temperatures. */
  String sample(int sample, double[] temperatures) {
    Chart.Series hard = series("hard target", j -> j == teacher.label(sample) ? 1 : 0);
    return "<div class='sample'>" + teacher.image(sample) + histogram("Hard target", hard)
        + Arrays.stream(temperatures)
            .mapToObj(t -> histogram("T = " + Scale.number(t), soft(sample, t)))
            .collect(Collectors.joining("", "", "</div>\n"));
  }

  /** One sample's image, and its soft targets. */
  String half(int sample, double temperature) {
    String title = "Soft targets of sample " + sample + ", T = " + Scale.number(temperature);
    return "<div class='half'>" + teacher.image(sample)
        + Chart.bars(title, "class", Chart.classes(teacher.classes()), PROBABILITY, List.of(soft(sample, temperature)))
        + "</div>\n";
  }

  private String histogram(String title, Chart.Series series) {
    return Chart.histogram(title, "class", Chart.classes(teacher.classes()), PROBABILITY, series);
  }

  private Chart.Series series(String name, IntToDoubleFunction value) {
    return Chart.Series.of(name, teacher.classes(), value);
  }

  private Chart.Series soft(int sample, double temperature) {
    SoftTargets soft = teacher.soft(sample, temperature);
    return series("soft targets", j -> soft.get(0, j));
  }

  /**
   * Two samples of one class, both answered right and about as surely, that look most like different
   * other classes: if there is one, the pair that the distillation paper tells of in its section 1, a
   * 2 that looks like a 3 and a 2 that looks like a 7.
   */
  Optional<Pair> pair() {
    return best(pair -> teacher.label(pair.one) == 2 && pair.oneLike == 3 && pair.twoLike == 7)
        .or(() -> best(pair -> true));
  }

  private Optional<Pair> best(Predicate<Pair> wanted) {
    SoftTargets soft = teacher.probabilities;
    int[] labels = teacher.data.labels();
    int[] right = IntStream.range(0, labels.length).filter(teacher::isRight).toArray();
    int[] like = IntStream.range(0, labels.length).map(i -> teacher.rival(i, labels[i])).toArray();
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
    double most = Math.log(teacher.classes());
    return overTemperature(
        "Entropy of the soft targets, mean over the test samples", Scale.linear("nats", 0, 1.05 * most),
        List.of(over("teacher", this::entropy), over("all classes alike", t -> most)));
  }

  private double entropy(double temperature) {
    SoftTargets soft = SoftTargets.fromLogits(teacher.logits, temperature);
    return IntStream.range(0, soft.rows()).mapToDouble(soft::entropy).average().orElse(0);
  }

  /** The norm of a student's gradient against T: the soft part with and without T^2, and the hard. */
  String gradientNorms(Answers student) {
    double hard = meanNorm(student, Loss.crossEntropy());
    Chart.Series soft = over("soft, times T\u00b2", t -> softNorm(student, t));
    Chart.Series bare =
        Chart.Series.of(
            "soft, without T\u00b2", TEMPERATURES.length,
            i -> soft.values().get(i) / (TEMPERATURES[i] * TEMPERATURES[i]));
    List<Chart.Series> series = List.of(soft, bare, over("hard", t -> hard));
    return overTemperature(
        "Norm of the gradient on the logits of the " + student.name,
        Scale.logarithmic("mean norm", Chart.values(series)), series);
  }

  private static Chart.Series over(String name, DoubleUnaryOperator value) {
    return new Chart.Series(name, Arrays.stream(TEMPERATURES).map(value).toArray());
  }

  private static String overTemperature(String title, Scale y, List<Chart.Series> series) {
    return Chart.lines(title, Scale.logarithmic("temperature T", TEMPERATURES), y, TEMPERATURES, series);
  }

  private double softNorm(Answers student, double temperature) {
    Tensor logits = teacher.logits.rows(0, rows(student));
    return meanNorm(student, Loss.distillation(SoftTargets.fromLogits(logits, temperature), 0, 1));
  }

  private static int rows(Answers student) {
    return Math.min(MOST_ROWS, student.data.rows());
  }

  /** The loss is a mean over the rows, so each row's gradient is divided by them already. */
  private static double meanNorm(Answers student, Loss loss) {
    int rows = rows(student);
    Tensor gradient = Tensor.zeros(rows, student.classes());
    loss.apply(student.logits.rows(0, rows), Arrays.copyOf(student.data.labels(), rows), gradient);
    return IntStream.range(0, rows)
        .mapToDouble(
            i -> IntStream.range(0, student.classes()).mapToDouble(j -> gradient.get(i, j)).reduce(0, Math::hypot))
        .sum();
  }
}
