package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import module java.base;
import dev.retort.derivation.Losses;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The figures of NOTES are those that the formulas give; -Dretort.update=true draws them anew. */
final class FiguresTest {
  private static final Path FOLDER = Path.of("src", "notes");

  /** Logits of one sample, and a student's. */
  private static final double[] TEACHER = {1, 0.5, 9, 7, -2, 0, 0.5, 2, 3, 1.5};

  private static final double[] STUDENT = {2, 1, 5, 4, 0, 1, -1, 3, 3, 0};

  private static final int HOTTEST = 20;

  private static final List<String> COLOURS = List.of("#3b6fb6", "#d9822b", "#4a9c5d", "#a05195");

  private static final String STYLE =
      "<style>text{font:12px sans-serif;fill:#777}line{stroke:#ccc}polyline{fill:none;stroke-width:2}"
          + ".s0{stroke:#3b6fb6}.s1{stroke:#d9822b}.s2{stroke:#4a9c5d}.s3{stroke:#a05195}"
          + "rect.s0{fill:#3b6fb6}rect.s1{fill:#d9822b}rect.s2{fill:#4a9c5d}rect.s3{fill:#a05195}</style>";

  /** The drawing of a chart, with colours and the names of its series inside. */
  private static void holds(String name, String chart, List<Chart.Series> all) throws IOException {
    Path file = FOLDER.resolve(name + ".svg");
    StringBuilder legend = new StringBuilder();
    for (int i = 0; i < all.size(); i++) {
      legend.append(
          String.format(
              "<text x='380' y='%d' text-anchor='end' style='fill:%s'>%s</text>\n", 100 + 16 * i,
              COLOURS.get(i), all.get(i).name()));
    }
    String figure =
        Pattern.compile("<svg .*?(?=</svg>)", Pattern.DOTALL).matcher(chart).results()
                .map(MatchResult::group)
                .max(Comparator.comparingInt(String::length)).orElseThrow() // the others are keys
                .replaceFirst("<svg ([^>]*)>", "<svg xmlns='http://www.w3.org/2000/svg' $1>" + STYLE)
                .replace("\r\n", "\n")
            + legend + "</svg>\n";
    if (Boolean.getBoolean("retort.update")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, figure);
    }
    assertEquals(
        figure, Files.readString(file),
        file + " is not current. Run: mvn -q test -Dtest=FiguresTest -Dretort.update=true");
  }

  private static void lines(String name, String title, String unit, List<Chart.Series> all)
      throws IOException {
    double most =
        all.stream().flatMap(s -> s.values().stream()).mapToDouble(x -> x).max().orElseThrow();
    double[] temperatures = IntStream.rangeClosed(1, HOTTEST).asDoubleStream().toArray();
    holds(
        name,
        Chart.lines(
            title, Scale.linear("T", 1, HOTTEST), Scale.linear(unit, 0, most), temperatures, all),
        all);
  }

  private static Chart.Series overTemperature(String name, IntToDoubleFunction of) {
    return new Chart.Series(name, IntStream.rangeClosed(1, HOTTEST).mapToDouble(of).toArray());
  }

  /** NOTES (E7). */
  @Test
  void softening() throws IOException {
    List<Chart.Series> all =
        Stream.of(1, 4, 10, 20)
            .map(
                t ->
                    new Chart.Series("T = " + t, Losses.softmax(TEACHER, t)))
            .toList();
    holds(
        "softening",
        Chart.bars(
            "a soft target at four temperatures", "class", Chart.classes(TEACHER.length),
            Scale.linear("probability", 0, 1), all),
        all);
  }

  /** NOTES (E22). */
  @Test
  void entropy() throws IOException {
    entropy(t -> Losses.entropy(Losses.softmax(TEACHER, t)));
  }

  private static void entropy(IntToDoubleFunction of) throws IOException {
    lines(
        "entropy", "entropy against T", "nats",
        List.of(
            overTemperature("entropy", of),
            overTemperature("log C", t -> StrictMath.log(TEACHER.length))));
  }

  /** NOTES (E19), (E26). */
  @Test
  void gradient() throws IOException {
    double[] centred = new double[TEACHER.length];
    double mean =
        Arrays.stream(STUDENT).average().orElseThrow() - Arrays.stream(TEACHER).average().orElseThrow();
    Arrays.setAll(centred, i -> (STUDENT[i] - TEACHER[i] - mean) / TEACHER.length);
    lines(
        "gradient", "norm of the soft gradient against T", "norm",
        List.of(
            overTemperature("without T²", FiguresTest::norm),
            overTemperature("with T²", t -> t * t * norm(t)),
            overTemperature("limit", t -> norm(centred))));
  }

  private static double norm(int t) {
    return norm(Losses.crossEntropyGradient(Losses.softmax(TEACHER, t), STUDENT, t));
  }

  private static double norm(double[] x) {
    return Math.sqrt(Arrays.stream(x).map(xi -> xi * xi).sum());
  }

  @Test
  void anotherFigureIsSeen() {
    Assumptions.assumeFalse(Boolean.getBoolean("retort.update"));
    assertThrows(
        AssertionError.class, () -> entropy(t -> 1.01 * Losses.entropy(Losses.softmax(TEACHER, t))));
  }
}
