package dev.retort.cli;

import module java.base;
import dev.retort.loss.SoftTargets;

/** A sample's hard target beside the teacher's soft targets, as numbers and bars. */
final class SoftTargetView {
  private static final int BAR = 10;

  /** Temperatures side by side: three fit into 80 columns. */
  private static final int COLUMNS = 3;

  private static final String EIGHTHS = " \u258f\u258e\u258d\u258c\u258b\u258a\u2589\u2588";

  /** Whether the terminal can show them. */
  private static final boolean BLOCKS = System.out.charset().newEncoder().canEncode(EIGHTHS);

  private final Answers teacher;
  private final int sample;
  private final List<SoftTargets> soft;

  /**
   * One sample at each temperature.
   *
   * @throws IllegalArgumentException if there is no such sample
   */
  SoftTargetView(Answers teacher, int sample, List<Double> temperatures) {
    teacher.requireSample(sample);
    this.teacher = teacher;
    this.sample = sample;
    soft = temperatures.stream().map(t -> teacher.soft(sample, t)).toList();
  }

  /** The sample in numbers, as JSON has it. */
  Map<String, Object> numbers() {
    return JsonValues.object(
        "sample", sample, "label", teacher.label(sample), "softTargets",
        soft.stream().map(SoftTargetView::probabilities).toList());
  }

  private static Map<String, Object> probabilities(SoftTargets soft) {
    List<Float> probabilities = IntStream.range(0, soft.classes()).mapToObj(j -> soft.get(0, j)).toList();
    return JsonValues.object("temperature", soft.temperature(), "probabilities", probabilities);
  }

  /** Shows the sample as text, and says what is to be seen. */
  void print(PrintWriter out) {
    out.printf("%n%s: hard target, and the teacher's soft targets%n", Html.capital(teacher.nameOf(sample)));
    for (int from = 0; from < soft.size(); from += COLUMNS) {
      table(soft.subList(from, Math.min(from + COLUMNS, soft.size()))).print(out);
    }
    out.println(sentence());
  }

  private Table table(List<SoftTargets> some) {
    List<String> head = new ArrayList<>(List.of("hard"));
    some.forEach(each -> head.add(" T = %-13s".formatted(Scale.precise(each.temperature()))));
    return Table.of(
        "class", Chart.classes(teacher.classes()).stream().map("%5s"::formatted).toList(), head,
        (i, j) -> j == 0 ? i == teacher.label(sample) ? "1" : "0" : bar(some.get(j - 1).get(0, i)));
  }

  private static String bar(float p) {
    int eighths = Math.round(p * BAR * 8);
    String bar =
        BLOCKS
            ? ("\u2588".repeat(eighths / 8) + EIGHTHS.charAt(eighths % 8)).stripTrailing()
            : "#".repeat(Math.round(p * BAR));
    return (" %.4f %-" + BAR + "s").formatted(p, bar);
  }

  private String sentence() {
    int best = teacher.answer(sample);
    int rival = teacher.rival(sample, best);
    String shares =
        soft.stream()
            .map(each -> "%.1f%% at T = %s".formatted(100 * each.get(0, rival), Scale.precise(each.temperature())))
            .collect(Collectors.joining(", "))
            .replaceFirst(", (?=[^,]*$)", " and ");
    return Table.wrapped(
        String.format(
            "The hard target knows one class. The teacher takes it for a %d, and its next guess, a"
                + " %d, gets %s: how much a %d looks like a %d is what the student learns from soft"
                + " targets.",
            best, rival, shares, best, rival));
  }
}
