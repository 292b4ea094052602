package dev.retort.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.derivation.Losses;
import dev.retort.tensor.Tensor;
import dev.retort.derivation.GradientCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** The distillation gradient of one sample, step by step, with the numbers of NOTES.md's equations. */
final class Explanation {
  record Column(String name, String equation, List<Double> values) {}

  record Step(String text, List<Column> columns) {}

  record Quantity(String name, String equation, double value) {}

  private final int label;
  private final double t;
  private final double hardWeight;
  private final double softWeight;
  private final double[] z;
  private final double[] v;
  private final double[] q;
  private final double[] p;
  private final double[] y;
  private final double[] hard;
  private final double[] soft;
  private final double[] dz;
  private final double[] engine;

  Explanation(
      Tensor student, Tensor teacher, int label, double t, double hardWeight, double softWeight) {
    this.label = label;
    this.t = t;
    this.hardWeight = hardWeight;
    this.softWeight = softWeight;
    int[] labels = {label};
    Tensor gradient = Tensor.zeros(1, student.rowSize());
    Loss.distillation(SoftTargets.fromLogits(teacher, t), hardWeight, softWeight)
        .apply(student, labels, gradient);
    engine = row(gradient);
    z = row(student);
    v = row(teacher);
    q = Losses.softmax(z, t);
    p = Losses.softmax(v, t);
    y = Losses.target(label, z.length, 0);
    hard = Losses.crossEntropyGradient(y, z, 1);
    soft = Losses.crossEntropyGradient(p, z, t);
    dz =
        Losses.distillationGradient(
            new double[][] {z}, labels, new double[][] {p}, t, hardWeight, softWeight)[0];
  }

  private Step probabilities() {
    return new Step(
        "1. Logits over T, exponentials of what is left of the largest, and their shares:\n"
            + "   z is the student's, v the teacher's.",
        List.of(
            column("z", "", i -> z[i]),
            column("z/T", "E18", i -> z[i] / t),
            column("exp", "E8", i -> Math.exp((z[i] - max(z)) / t)),
            column("q", "E7", i -> q[i]),
            column("v", "", i -> v[i]),
            column("v/T", "E18", i -> v[i] / t),
            column("exp", "E8", i -> Math.exp((v[i] - max(v)) / t)),
            column("p", "E7", i -> p[i])));
  }

  private Step softGradient() {
    double meanZ = Arrays.stream(z).average().orElseThrow();
    double meanV = Arrays.stream(v).average().orElseThrow();
    return new Step(
        "2. The soft gradient: the difference, times the chain rule's 1/T, times T^2;\n"
            + "   beside it what T^2 holds it near to when T is high.",
        List.of(
            column("q - p", "E14", i -> q[i] - p[i]),
            column("by 1/T", "E14", i -> soft[i]),
            column("by T^2", "E19", i -> t * t * soft[i]),
            column("limit", "E26", i -> (z[i] - meanZ - (v[i] - meanV)) / z.length)));
  }

  private Step sum() {
    return new Step(
        "3. The hard gradient at T = 1, and both together, weighted "
            + SoftTargetView.number(hardWeight) + " and " + SoftTargetView.number(softWeight)
            + ":\n   derived in double, and as the engine has it in float32.",
        List.of(
            column("softmax z", "E7", i -> hard[i] + y[i]),
            column("y", "E16", i -> y[i]),
            column("hard", "E17", i -> hard[i]),
            column("w hard", "E21", i -> hardWeight * hard[i]),
            column("w soft", "E21", i -> softWeight * t * t * soft[i]),
            column("dL/dz", "E21", i -> dz[i]),
            column("float32", "E21", i -> engine[i])));
  }

  private double loss(double[] logits) {
    return Losses.distillation(
        new double[][] {logits}, new int[] {label}, new double[][] {p}, t, hardWeight, softWeight);
  }

  private List<Quantity> quantities() {
    double norm = Math.sqrt(Arrays.stream(dz).map(g -> g * g).sum());
    double furthest =
        IntStream.range(0, dz.length)
            .mapToDouble(i -> Math.abs(engine[i] - dz[i])).max().orElseThrow();
    return List.of(
        new Quantity("hard cross entropy", "E12", Losses.crossEntropy(y, z, 1)),
        new Quantity("soft cross entropy", "E12", Losses.crossEntropy(p, z, t)),
        new Quantity("entropy of the teacher", "E22", Losses.entropy(p)),
        new Quantity("divergence, the difference", "E22", Losses.divergence(p, z, t)),
        new Quantity("loss", "E20", loss(z)),
        new Quantity(
            "worst error against differences", "E21",
            GradientCheck.coordinates(this::loss, z, dz).worst()),
        new Quantity("worst error of float32", "E21", furthest / norm));
  }

  private static double[] row(Tensor tensor) {
    return IntStream.range(0, tensor.rowSize()).mapToDouble(i -> tensor.get(0, i)).toArray();
  }

  private static double max(double[] z) {
    return Arrays.stream(z).max().orElseThrow();
  }

  private Column column(String name, String equation, IntToDoubleFunction value) {
    return new Column(
        name, equation, IntStream.range(0, z.length).mapToDouble(value).boxed().toList());
  }

  List<Step> steps() {
    return List.of(probabilities(), softGradient(), sum());
  }

  void print(PrintWriter out) {
    for (Step step : steps()) {
      out.println(step.text);
      out.println(line("class", step.columns, Column::name));
      out.println(line("", step.columns, c -> c.equation.isEmpty() ? "" : "(" + c.equation + ")"));
      for (int i = 0; i < step.columns.getFirst().values.size(); i++) {
        int row = i;
        out.println(
            line(i + (i == label ? " *" : "  "), step.columns, c -> number(c.values.get(row))));
      }
      out.println();
    }
    for (Quantity quantity : quantities()) {
      out.printf(
          Locale.ROOT, "%-32s %-6s %s%n", quantity.name, "(" + quantity.equation + ")",
          number(quantity.value).strip());
    }
  }

  /** What a column shows in one line. */
  private interface Cell {
    String of(Column column);
  }

  private static String line(String first, List<Column> columns, Cell cell) {
    StringBuilder line = new StringBuilder(String.format("%-7s", first));
    columns.forEach(column -> line.append(String.format("%9s", cell.of(column))));
    return line.toString().stripTrailing();
  }

  private static String number(double x) {
    return String.format(Locale.ROOT, x != 0 && Math.abs(x) < 1e-3 ? "%.1e" : "%.4f", x);
  }

  /** The same numbers, each with its equation, as fields of an open object. */
  void write(JsonGenerator json) throws IOException {
    json.writeNumberField("label", label);
    json.writeNumberField("temperature", t);
    json.writeArrayFieldStart("steps");
    for (Step step : steps()) {
      json.writeStartArray();
      for (Column column : step.columns) {
        json.writeStartObject();
        json.writeStringField("name", column.name);
        json.writeStringField("equation", column.equation);
        json.writeArrayFieldStart("values");
        for (double value : column.values) {
          json.writeNumber(value);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("quantities");
    for (Quantity quantity : quantities()) {
      json.writeNumberField(quantity.name, quantity.value);
    }
    json.writeEndObject();
  }
}
