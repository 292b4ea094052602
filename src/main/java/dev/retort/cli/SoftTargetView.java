package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;

/** A sample's hard target beside the teacher's soft targets, as numbers and bars. */
final class SoftTargetView {
  private static final int BAR = 10;

  /** Temperatures side by side: three fit into 80 columns. */
  private static final int COLUMNS = 3;

  /** A probability at T = 1 from which the teacher counts as sure. */
  private static final float SURE = 0.95f;

  private static final String EIGHTHS = " \u258f\u258e\u258d\u258c\u258b\u258a\u2589\u2588";

  /** Whether the terminal can show them. */
  private static final boolean BLOCKS = System.out.charset().newEncoder().canEncode(EIGHTHS);

  private final Dataset data;
  private final int sample;
  private final List<Double> temperatures;
  private final Tensor logits;
  private final List<SoftTargets> soft;

  /** A sample in numbers, as JSON has it. */
  record Numbers(int sample, int label, List<AtTemperature> softTargets) {}

  /** A teacher's probabilities at a temperature. */
  record AtTemperature(double temperature, List<Float> probabilities) {}

  /**
   * One sample of the data set at each temperature.
   *
   * @throws IllegalArgumentException if there is no such sample
   */
  SoftTargetView(Network teacher, Dataset data, int sample, List<Double> temperatures) {
    requireSample(sample, data);
    this.data = data;
    this.sample = sample;
    this.temperatures = temperatures;
    Tensor answer = teacher.forward(data.features(sample, sample + 1));
    logits = Tensor.of(answer.toArray(), 1, teacher.outputs());
    soft = temperatures.stream().map(t -> SoftTargets.fromLogits(logits, t)).toList();
  }

  /** Refuses the index of a sample that is not there. */
  static void requireSample(int sample, Dataset test) {
    if (sample < 0 || sample >= test.rows()) {
      throw new IllegalArgumentException(
          "there is no test sample " + sample + ", only 0 to " + (test.rows() - 1));
    }
  }

  /** The sample in numbers. */
  Numbers numbers() {
    return new Numbers(
        sample, data.labels()[sample],
        soft.stream()
            .map(
                each ->
                    new AtTemperature(
                        each.temperature(),
                        IntStream.range(0, each.classes()).mapToObj(j -> each.get(0, j)).toList()))
            .toList());
  }

  /** Shows the sample as text, and says what is to be seen. */
  void print(PrintWriter out) {
    int label = data.labels()[sample];
    out.printf("%n%s: hard target, and the teacher's soft targets%n", name());
    for (int from = 0; from < soft.size(); from += COLUMNS) {
      printTable(out, from, Math.min(from + COLUMNS, soft.size()), label);
    }
    out.println(sentence());
  }

  private void printTable(PrintWriter out, int from, int to, int label) {
    StringBuilder head = new StringBuilder("class  hard");
    for (double temperature : temperatures.subList(from, to)) {
      head.append(String.format("   T = %-14s", Scale.precise(temperature)));
    }
    out.println(head.toString().stripTrailing());
    for (int j = 0; j < logits.rowSize(); j++) {
      StringBuilder line = new StringBuilder(String.format("%5d  %4d", j, j == label ? 1 : 0));
      for (SoftTargets targets : soft.subList(from, to)) {
        line.append(
            String.format(Locale.ROOT, "   %.4f %s ", targets.get(0, j), bar(targets.get(0, j))));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private String name() {
    return "Sample " + sample + ", a " + data.labels()[sample];
  }

  /**
   * An informative sample: of those that the teacher gets right and is sure of, the
   * one where another class comes nearest.
   */
  static int informative(Network teacher, Dataset data) {
    Tensor logits = teacher.logits(data);
    SoftTargets soft = SoftTargets.fromLogits(logits, 1);
    int chosen = 0;
    float highest = 0;
    int[] labels = data.labels();
    for (int i = 0; i < data.rows(); i++) {
      int best = logits.argmax(i);
      float rival = soft.get(i, rival(logits, i, best));
      if (best == labels[i] && soft.get(i, best) >= SURE && rival > highest) {
        chosen = i;
        highest = rival;
      }
    }
    return chosen;
  }

  /** The class with the largest logit but for one class; that class if there is no other. */
  static int rival(Tensor logits, int row, int but) {
    return IntStream.range(0, logits.rowSize())
        .filter(j -> j != but)
        .reduce((a, b) -> logits.get(row, b) > logits.get(row, a) ? b : a)
        .orElse(but);
  }

  private String sentence() {
    int best = logits.argmax(0);
    int rival = rival(logits, 0, best);
    StringBuilder shares = new StringBuilder();
    for (int i = 0; i < soft.size(); i++) {
      shares.append(i == 0 ? "" : i == soft.size() - 1 ? " and " : ", ");
      shares.append(
          String.format(
              "%.1f%% at T = %s", 100 * soft.get(i).get(0, rival), Scale.precise(temperatures.get(i))));
    }
    return Table.wrapped(
        String.format(
            "The hard target knows one class. The teacher takes it for a %d, and its next guess, a"
                + " %d, gets %s: how much a %d looks like a %d is what the student learns from soft"
                + " targets.",
            best, rival, shares, best, rival));
  }

  private static String bar(float p) {
    if (!BLOCKS) {
      return String.format("%-" + BAR + "s", "#".repeat(Math.round(p * BAR)));
    }
    int eighths = Math.round(p * BAR * 8);
    StringBuilder bar = new StringBuilder("\u2588".repeat(eighths / 8));
    if (eighths % 8 > 0) {
      bar.append(EIGHTHS.charAt(eighths % 8));
    }
    return String.format("%-" + BAR + "s", bar);
  }
}
