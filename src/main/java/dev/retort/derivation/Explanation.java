package dev.retort.derivation;

import module java.base;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;

/** The distillation gradient of one sample, step by step, with the numbers of NOTES' equations. */
public final class Explanation {
  /**
   * One number for each class.
   *
   * @param name unique in an explanation
   * @param equation its number in NOTES, or empty
   * @param values by class
   * @param sum over the classes, where it means something
   */
  public record Column(String name, String equation, List<Double> values, Optional<Double> sum) {}

  /**
   * Columns that are read together.
   *
   * @param text what is done, without line breaks
   * @param columns in the order of the computation
   */
  public record Step(String text, List<Column> columns) {}

  /**
   * One number for the sample.
   *
   * @param name unique in an explanation
   * @param equation its number in NOTES
   * @param value finite
   */
  public record Quantity(String name, String equation, double value) {}

  private final int label;
  private final double t;
  private final double hardWeight;
  private final double softWeight;
  private final double[] z;
  private final double[] v;
  private final double[] q;
  private final double[] p;
  private final double[] y;
  private final double[] soft;
  private final double[] dz;
  private final double[] engine;

  /**
   * An explanation of the loss {@link Loss#distillation}.
   *
   * @param student the student's logits, [1, classes], finite
   * @param teacher the teacher's logits, [1, classes], finite
   * @param label a class
   * @param temperature T
   * @param hardWeight weight of the hard label
   * @param softWeight weight of the soft targets
   * @throws IllegalArgumentException if the engine rejects one of them
   */
  public Explanation(
      Tensor student, Tensor teacher, int label, double temperature, double hardWeight, double softWeight) {
    this.label = label;
    this.t = temperature;
    this.hardWeight = hardWeight;
    this.softWeight = softWeight;
    int[] labels = {label};
    Tensor gradient = Tensor.zeros(1, student.rowSize());
    Loss.distillation(SoftTargets.fromLogits(teacher, t), hardWeight, softWeight).apply(student, labels, gradient);
    engine = row(gradient);
    z = row(student);
    v = row(teacher);
    q = Losses.softmax(z, t);
    p = Losses.softmax(v, t);
    y = Losses.target(label, z.length, 0);
    soft = Losses.crossEntropyGradient(p, z, t);
    dz = Losses.distillationGradient(new double[][] {z}, labels, new double[][] {p}, t, hardWeight, softWeight)[0];
  }

  private static double[] row(Tensor tensor) {
    return Indexed.vector(tensor.rowSize(), i -> tensor.get(0, i));
  }

  private Column column(String name, String equation, IntToDoubleFunction value) {
    List<Double> values = Arrays.stream(Indexed.vector(z.length, value)).boxed().toList();
    return new Column(name, equation, values, Optional.empty());
  }

  private Column summed(String name, String equation, IntToDoubleFunction value) {
    List<Double> values = column(name, equation, value).values();
    return new Column(name, equation, values, Optional.of(values.stream().mapToDouble(x -> x).sum()));
  }

  /** From logits to probabilities; the names end in the letter of the network. */
  private Step softmax(String who, String letter, String probability, double[] a, double[] share) {
    double m = Arrays.stream(a).max().orElseThrow();
    double[] log = Losses.logSoftmax(a, t);
    return new Step(
        who + ": logits, minus the largest, over T; exponentials, whose sum is S;"
            + " each over S; the logarithm of that.",
        List.of(
            column(letter, "", i -> a[i]),
            column(letter + " - m", "", i -> a[i] - m),
            column("x of " + letter, "", i -> (a[i] - m) / t),
            summed("e of " + letter, "E8", i -> StrictMath.exp((a[i] - m) / t)),
            summed(probability, "E7", i -> share[i]),
            column("log " + probability, "E11", i -> log[i])));
  }

  private Step losses() {
    double[] logQ = Losses.logSoftmax(z, t);
    double[] logP = Losses.logSoftmax(v, t);
    double[] hard = Losses.logSoftmax(z, 1);
    return new Step(
        "3. Losses, a term for each class: cross entropy of the soft targets, entropy of"
            + " the teacher, their difference; cross entropy of the hard label at T = 1.",
        List.of(
            summed("-p log q", "E12", i -> Losses.term(p[i], logQ[i])),
            summed("-p log p", "E22", i -> Losses.term(p[i], logP[i])),
            summed("KL", "E22", i -> Losses.term(p[i], logQ[i]) - Losses.term(p[i], logP[i])),
            summed("hard CE", "E12", i -> Losses.term(y[i], hard[i]))));
  }

  private Step softGradient() {
    double[] expansion = HighTemperature.expansion(z, v, t);
    double[] limit = HighTemperature.matching(z, v);
    return new Step(
        "4. The soft gradient: the difference, times the chain rule's 1/T, times T^2;"
            + " beside it T^2 times the expansion for high T, and the limit.",
        List.of(
            summed("q - p", "E14", i -> q[i] - p[i]),
            summed("by 1/T", "E14", i -> soft[i]),
            summed("by T^2", "E19", i -> t * t * soft[i]),
            summed("expansion", "E23", i -> t * t * expansion[i]),
            summed("limit", "E26", i -> limit[i])));
  }

  private Step sum() {
    double[] certain = Losses.softmax(z, 1);
    double[] hard = Losses.crossEntropyGradient(y, z, 1);
    return new Step(
        "5. The hard gradient at T = 1, both parts times their weights, and their sum:"
            + " derived in double, and the engine's in float32. Each sums to zero, (E8).",
        List.of(
            summed("softmax z", "E7", i -> certain[i]),
            summed("y", "E16", i -> y[i]),
            summed("hard", "E17", i -> hard[i]),
            summed("w hard", "E21", i -> hardWeight * hard[i]),
            summed("w soft", "E21", i -> softWeight * t * t * soft[i]),
            summed("dL/dz", "E21", i -> dz[i]),
            summed("float32", "E21", i -> engine[i])));
  }

  /** {@return the steps, each with its columns} */
  public List<Step> steps() {
    return List.of(
        softmax("1. The student", "z", "q", z, q), softmax("2. The teacher", "v", "p", v, p),
        losses(), softGradient(), sum());
  }

  private double loss(double[] logits) {
    return Losses.distillation(
        new double[][] {logits}, new int[] {label}, new double[][] {p}, t, hardWeight, softWeight);
  }

  /** {@return the losses, and how far the gradients are from differences and from each other} */
  public List<Quantity> quantities() {
    GradientCheck.Report report = GradientCheck.coordinates(this::loss, z, dz);
    double furthest = IntStream.range(0, dz.length).mapToDouble(i -> Math.abs(engine[i] - dz[i])).max().orElseThrow();
    List<Quantity> all = new ArrayList<>();
    all.add(new Quantity("hard cross entropy", "E12", Losses.crossEntropy(y, z, 1)));
    all.add(new Quantity("soft cross entropy", "E12", Losses.crossEntropy(p, z, t)));
    all.add(new Quantity("entropy of the teacher", "E22", Losses.entropy(p)));
    all.add(new Quantity("divergence, the difference", "E22", Losses.divergence(p, z, t)));
    all.add(new Quantity("loss", "E20", loss(z)));
    if (report.unsettled() == 0) {
      all.add(new Quantity("worst error against differences", "E21", report.worst()));
    }
    // Relative to the most that the gradient of a class can be, which is never 0.
    all.add(new Quantity("worst error of float32", "E21", furthest / (hardWeight + softWeight * t)));
    return all;
  }
}
