package dev.retort.derivation;

import static dev.retort.derivation.Closeness.error;
import static dev.retort.derivation.Closeness.flat;
import static dev.retort.derivation.Closeness.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The teeth: for every gradient, the mistakes that people make in it. Both comparisons, with
 * differences in double and with the norm in float32, must take the right one and refuse each mutant.
 */
class MutantsTest {
  private static final double T = 3;
  private static final int CLASSES = 3;
  private static final int[] LABELS = {2, 0};
  private static final double[][] Z = {{1, -2, 0.5}, {0.25, 2, -1}};
  private static final double[][] V = {{0.5, 1, -1}, {2, -0.5, 0.75}};
  private static final double[][] P = {Losses.softmax(V[0], T), Losses.softmax(V[1], T)};
  private static final double[][] Y = Losses.targets(LABELS, CLASSES, 0);

  /** A function, where it is differentiated, its gradient, and wrong ones by name. */
  private static final class Gradient {
    final String name;
    final ToDoubleFunction<double[]> function;
    final double[] at;
    final double[] right;
    final Map<String, double[]> mutants = new LinkedHashMap<>();

    Gradient(
        String name, ToDoubleFunction<double[]> function, double[] at, double[] right) {
      this.name = name;
      this.function = function;
      this.at = at;
      this.right = right;
      scaled("a wrong sign", -1);
    }

    Gradient mutant(String mistake, double[] gradient) {
      mutants.put(mistake, gradient);
      return this;
    }

    Gradient scaled(String mistake, double factor) {
      return mutant(mistake, map(right, g -> factor * g));
    }
  }

  private static double[] map(double[] x, DoubleUnaryOperator f) {
    return Arrays.stream(x).map(f).toArray();
  }

  private static double[] sum(double[] x, double[] y, double factor) {
    double[] sum = x.clone();
    for (int i = 0; i < x.length; i++) {
      sum[i] += factor * y[i];
    }
    return sum;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  /** NOTES (E14), (E15). */
  private static Gradient softCrossEntropy() {
    return new Gradient(
            "soft cross entropy",
            x -> Losses.meanCrossEntropy(P, rows(x, CLASSES), T),
            flat(Z),
            flat(Losses.meanCrossEntropyGradient(P, Z, T)))
        .scaled("the chain rule's 1/T missing", T)
        .scaled("1/T twice", 1 / T)
        .scaled("the mean over the rows dropped", Z.length)
        .scaled("a mean over the classes", 1.0 / CLASSES)
        .mutant("softmax at T = 1", flat(Losses.meanCrossEntropyGradient(P, Z, 1)))
        .mutant(
            "teacher and student swapped",
            flat(
                Losses.meanCrossEntropyGradient(
                    new double[][] {Losses.softmax(Z[0], T), Losses.softmax(Z[1], T)}, V, T)));
  }

  /** NOTES (E17). */
  private static Gradient hardCrossEntropy() {
    double[] right = flat(Losses.meanCrossEntropyGradient(Y, Z, 1));
    return new Gradient(
            "hard cross entropy", x -> Losses.meanCrossEntropy(Y, rows(x, CLASSES), 1),
            flat(Z), right)
        .scaled("the mean over the rows dropped", Z.length)
        .mutant("the label not taken off", sum(right, flat(Y), 1.0 / Z.length))
        .mutant(
            "a label smoothed",
            flat(
                Losses.meanCrossEntropyGradient(Losses.targets(LABELS, CLASSES, 0.1), Z, 1)));
  }

  /** NOTES (E19), (E21). */
  private static Gradient distillation() {
    double[] hard = flat(Losses.meanCrossEntropyGradient(Y, Z, 1));
    double[] soft = map(flat(Losses.meanCrossEntropyGradient(P, Z, T)), g -> T * g); // (q - p) / N
    double[] right = flat(Losses.distillationGradient(Z, LABELS, P, T, 0.4, 0.6));
    return new Gradient(
            "distillation",
            x -> Losses.distillation(rows(x, CLASSES), LABELS, P, T, 0.4, 0.6), flat(Z), right)
        .mutant("T missing", sum(map(hard, g -> 0.4 * g), soft, 0.6))
        .mutant("T^2 for T", sum(map(hard, g -> 0.4 * g), soft, 0.6 * T * T))
        .mutant("T^2 missing in front", sum(map(hard, g -> 0.4 * g), soft, 0.6 / T))
        .mutant("weights swapped", sum(map(hard, g -> 0.6 * g), soft, 0.4 * T))
        .mutant("hard part missing", map(soft, g -> 0.6 * T * g))
        .scaled("the mean over the rows dropped", Z.length);
  }

  private static final double[][] X = {{1, 2}, {-0.5, 3}, {0.25, -1}};
  private static final double[][] W = {{0.5, -1}, {2, 0.75}};
  private static final double[] B = {0.1, -0.2};
  private static final double[][] DY = {{1, -2}, {0.5, 0.25}, {-1, 3}};

  /** NOTES (E2): square, so that shapes do not tell a matrix from its transpose. */
  private static Gradient denseWeight() {
    double[] right = flat(Layers.denseWeightGradient(X, DY));
    return new Gradient(
            "dense dW", w -> dot(flat(DY), flat(Layers.dense(X, rows(w, 2), B))), flat(W), right)
        .mutant("transposed", new double[] {right[0], right[2], right[1], right[3]})
        .scaled("a mean over the rows", 1.0 / X.length);
  }

  /** NOTES (E3). */
  private static Gradient denseBias() {
    return new Gradient(
            "dense db", b -> dot(flat(DY), flat(Layers.dense(X, W, b))), B,
            Layers.denseBiasGradient(DY))
        .mutant("the first row alone", DY[0])
        .scaled("a mean over the rows", 1.0 / X.length);
  }

  /** NOTES (E4). */
  private static Gradient denseInput() {
    double[][] transposed = {{W[0][0], W[1][0]}, {W[0][1], W[1][1]}};
    return new Gradient(
            "dense dX", x -> dot(flat(DY), flat(Layers.dense(rows(x, 2), W, B))), flat(X),
            flat(Layers.denseInputGradient(DY, W)))
        .mutant("a transposed weight", flat(Layers.denseInputGradient(DY, transposed)));
  }

  /** NOTES (E6). */
  private static Gradient relu() {
    double[] x = {1, -2, 0.5, -0.25};
    double[] dy = {1, 2, -3, 4};
    return new Gradient(
            "relu", t -> dot(dy, Layers.relu(t)), x, Layers.reluGradient(Layers.relu(x), dy))
        .mutant("no mask", dy)
        .mutant("masked by dY", Layers.reluGradient(dy, dy))
        .mutant("the other half", Layers.reluGradient(map(x, xi -> -xi), dy));
  }

  /** NOTES (E29). */
  private static Gradient dropout() {
    double[] x = {1, -2, 0.5, -0.25};
    double[] dy = {1, 2, -3, 4};
    boolean[] kept = {true, false, true, true};
    boolean[] other = {true, true, false, true};
    return new Gradient(
            "dropout", t -> dot(dy, Layers.dropout(t, kept, 0.3)), x,
            Layers.dropout(dy, kept, 0.3))
        .scaled("no scale", 0.7)
        .scaled("the drop rate for the keep rate", 0.7 / 0.3)
        .mutant("another draw", Layers.dropout(dy, other, 0.3));
  }

  /** NOTES (E35). */
  private static Gradient logitMatching() {
    return new Gradient(
            "logit matching", x -> Variants.matching(x, V[0]), Z[0],
            Variants.matchingGradient(Z[0], V[0]))
        .scaled("no half in front", 2)
        .scaled("a mean over the classes", 1.0 / CLASSES);
  }

  /** NOTES (E37). */
  private static Gradient topTargets() {
    boolean[] kept = {false, true, false};
    double[] forgotten = {0, P[0][1], 0};
    return new Gradient(
            "top targets", x -> Variants.top(P[0], kept, x, T), Z[0],
            Variants.topGradient(P[0], kept, Z[0], T))
        .scaled("the chain rule's 1/T missing", T)
        .mutant("the tail forgotten", Losses.crossEntropyGradient(forgotten, Z[0], T))
        .mutant("the teacher's tail", Losses.crossEntropyGradient(P[0], Z[0], T));
  }

  /** NOTES (E39). */
  private static Gradient decoupled() {
    return new Gradient(
            "decoupled", x -> Variants.decoupled(x, V[0], 2, T, 0.5, 2), Z[0],
            Variants.decoupledGradient(Z[0], V[0], 2, T, 0.5, 2))
        .scaled("T^2 for T", T)
        .scaled("T missing", 1 / T)
        .mutant("weights swapped", Variants.decoupledGradient(Z[0], V[0], 2, T, 2, 0.5))
        .mutant("another label", Variants.decoupledGradient(Z[0], V[0], 1, T, 0.5, 2))
        .mutant("not decoupled", Losses.crossEntropyGradient(P[0], Z[0], T));
  }

  /** NOTES (E41). */
  private static Gradient standardisation() {
    double[] hat = Variants.standardised(Z[0]);
    double[] d = Losses.crossEntropyGradient(P[0], hat, T);
    double deviation = Variants.deviation(Z[0]);
    return new Gradient(
            "standardisation", x -> Losses.crossEntropy(P[0], Variants.standardised(x), T), Z[0],
            Variants.standardisedGradient(Z[0], d))
        .scaled("the deviation missing", deviation)
        .mutant("a constant deviation", map(d, di -> di / deviation))
        .mutant("the sample's deviation", map(
            Variants.standardisedGradient(Z[0], d),
            g -> g * Math.sqrt((CLASSES - 1.0) / CLASSES)));
  }

  private static Stream<Gradient> gradients() {
    return Stream.of(
        hardCrossEntropy(), softCrossEntropy(), distillation(), denseWeight(), denseBias(),
        denseInput(), relu(), dropout(), logitMatching(), topTargets(), decoupled(),
        standardisation());
  }

  @TestFactory
  Stream<DynamicTest> theRightOneIsTaken() {
    return gradients()
        .map(
            gradient ->
                DynamicTest.dynamicTest(
                    gradient.name,
                    () -> {
                      GradientCheck.Report report =
                          GradientCheck.coordinates(
                              gradient.function, gradient.at, gradient.right);
                      assertTrue(report.passes(Tolerances.DIFFERENCES), report::toString);
                      assertEquals(gradient.at.length, report.checked());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyMutantIsRefused() {
    return gradients()
        .flatMap(
            gradient ->
                gradient.mutants.entrySet().stream()
                    .map(
                        mutant ->
                            DynamicTest.dynamicTest(
                                gradient.name + ", " + mutant.getKey(),
                                () -> refuse(gradient, mutant.getValue()))));
  }

  private static void refuse(Gradient gradient, double[] mutant) {
    assertFalse(
        GradientCheck.coordinates(gradient.function, gradient.at, mutant)
            .passes(Tolerances.DIFFERENCES));
    assertFalse(
        GradientCheck.directions(gradient.function, gradient.at, mutant, 1, 1)
            .passes(Tolerances.DIFFERENCES));
    assertFalse(error(mutant, gradient.right, 0.1) <= Tolerances.FLOAT32);
  }

  @Test
  void noGradientIsForgotten() {
    assertEquals(12, gradients().filter(gradient -> gradient.mutants.size() > 1).count());
  }
}
