package dev.retort.derivation;

import static dev.retort.derivation.Closeness.assertClose;
import static dev.retort.derivation.Closeness.flat;
import static dev.retort.derivation.Closeness.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.loss.Loss;
import dev.retort.loss.SoftTargets;
import dev.retort.optim.Schedule;
import dev.retort.tensor.Tensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The variants: the engine against their longhand values and differences of these. */
class VariantLawsTest {
  private static final double MASKED = Double.NEGATIVE_INFINITY;

  /**
   * Value and gradient of the engine against the mean of a longhand value and its differences; errors
   * are relative to a size and to a gradient, where those are larger.
   */
  private static void assertMean(
      Engine.Answer actual, Case given, ToDoubleFunction<double[]>[] rows, double size,
      double gradient) {
    double sum = 0;
    for (int n = 0; n < rows.length; n++) {
      ToDoubleFunction<double[]> value = rows[n];
      sum += value.applyAsDouble(given.z()[n]) / rows.length;
      double[] dz = Arrays.stream(actual.gradient()[n]).map(g -> g * rows.length).toArray();
      GradientCheck.Report report =
          GradientCheck.coordinates(
              x -> 100 * gradient + value.applyAsDouble(x), given.z()[n], dz);
      assertTrue(report.passes(Tolerances.FLOAT32) && report.kinks() == 0, report::toString);
    }
    assertClose(actual.value(), sum, size, Tolerances.FLOAT32);
  }

  @SuppressWarnings("unchecked")
  private static ToDoubleFunction<double[]>[] rows(
      Case given, IntFunction<ToDoubleFunction<double[]>> row) {
    return IntStream.range(0, given.rows()).mapToObj(row).toArray(ToDoubleFunction[]::new);
  }

  /** Both networks mask the same classes. */
  private static Case sameMasks(Case given) {
    double[][] v = given.v().clone();
    for (int n = 0; n < v.length; n++) {
      v[n] = v[n].clone();
      for (int i = 0; i < v[n].length; i++) {
        v[n][i] = given.z()[n][i] == MASKED ? MASKED : Math.max(v[n][i], -20);
      }
    }
    return new Case(
        given.z(), v, given.labels(), given.temperature(), given.hardWeight(), given.softWeight());
  }

  /** NOTES (E35). */
  @Property(tries = 1000)
  void logitMatching(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = sameMasks(any);
    double[][] v = given.v();
    assertMean(
        Engine.answer(given.z(), given.labels(), Loss.logitMatching(tensor(v), 0, 1)), given,
        rows(given, n -> z -> Variants.matching(z, v[n])), 1, 1);
    assertEquals(0, Variants.matching(v[0], v[0]));
  }

  /** NOTES (E36): the loss of an ensemble is the mean of its members' losses. */
  @Property(tries = 1000)
  void ensemble(@ForAll(supplier = Case.Gentle.class) Case given) {
    double t = given.temperature();
    Tensor one = tensor(given.v());
    Tensor other = tensor(given.z());
    double[][] student = Rearranged.permuted(given, Rearranged.order(given.classes(), 1)).z();
    double[][] z = Rearranged.map(student, x -> Math.max(x, -20));
    Engine.Answer ensemble = Engine.soft(z, SoftTargets.fromEnsemble(List.of(one, other), t));
    Engine.Answer first = Engine.soft(z, SoftTargets.fromLogits(one, t));
    Engine.Answer second = Engine.soft(z, SoftTargets.fromLogits(other, t));
    assertClose(
        ensemble.value(), (first.value() + second.value()) / 2, 1, Tolerances.FLOAT32);
    double[] mean = flat(first.gradient());
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (mean[i] + flat(second.gradient())[i]) / 2;
    }
    assertClose(
        flat(ensemble.gradient()), mean, LossLawsTest.scale(given, 1 / t), Tolerances.FLOAT32);
    assertEquals(
        first.value(), Engine.soft(z, SoftTargets.fromEnsemble(List.of(one), t)).value());
    double[] p = Losses.ensemble(new double[][] {given.v()[0], given.z()[0]}, t);
    SoftTargets targets = SoftTargets.fromEnsemble(List.of(one, other), t);
    for (int i = 0; i < p.length; i++) {
      assertClose(targets.get(0, i), p[i], 0.1, Tolerances.FLOAT32);
    }
  }

  /** NOTES (E37): a coarser question than the whole cross entropy. */
  @Property(tries = 1000)
  void topTargets(
      @ForAll(supplier = Case.Gentle.class) Case any, @ForAll @IntRange(min = 1, max = 4) int k) {
    Case given = sameMasks(any);
    double t = given.temperature();
    double[] z = given.z()[0];
    double[] p = given.p()[0];
    boolean[] kept = new boolean[p.length];
    double tail = 0;
    double entropy = 0;
    for (int i = 0; i < p.length; i++) {
      double pi = p[i];
      kept[i] = Arrays.stream(p).filter(pj -> pj > pi).count() < k;
      tail += kept[i] ? 0 : p[i];
      entropy -= kept[i] && p[i] > 0 ? p[i] * Math.log(p[i]) : 0;
    }
    entropy -= tail > 0 ? tail * Math.log(tail) : 0;
    double whole = Losses.crossEntropy(p, z, t);
    assertClose(Variants.top(p, i -> true, z, t), whole, 1, Tolerances.DOUBLE);
    double coarse = Variants.top(p, i -> kept[i], z, t) - entropy;
    assertTrue(coarse >= -Tolerances.DOUBLE, "a divergence");
    assertTrue(
        coarse <= whole - Losses.entropy(p) + Tolerances.DOUBLE, "of less than is asked in full");
  }

  /** NOTES (E37): the engine, at any k, and at k of all classes the soft cross entropy. */
  @Property(tries = 1000)
  void topTargetsOfTheEngine(
      @ForAll(supplier = Case.Gentle.class) Case given,
      @ForAll @IntRange(min = 1, max = 4) int k) {
    double t = given.temperature();
    SoftTargets targets = Engine.targets(given);
    double[][] p = new double[given.rows()][given.classes()];
    boolean[][] kept = new boolean[given.rows()][given.classes()];
    for (int n = 0; n < given.rows(); n++) {
      int m = n;
      for (int i = 0; i < given.classes(); i++) {
        p[n][i] = targets.get(n, i);
      }
      double[] row = p[n];
      IntStream.range(0, row.length).boxed()
          .sorted(Comparator.comparingDouble((Integer i) -> -row[i])).limit(k)
          .forEach(i -> kept[m][i] = true);
    }
    int[] y = unmasked(given.z());
    assertMean(
        Engine.answer(given.z(), y, Loss.topTargets(targets, k, 0, 1 / (t * t))), given,
        rows(given, n -> z -> Variants.top(p[n], i -> kept[n][i], z, t)), 1, 0.1 / t);
    Engine.Answer soft = Engine.soft(given.z(), targets);
    Engine.answer(given.z(), y, Loss.topTargets(targets, given.classes(), 0, 1 / (t * t)))
        .assertClose(soft.value(), soft.gradient(), LossLawsTest.scale(given, 1 / t));
  }

  /** NOTES (E38), (E39). */
  @Property(tries = 1000)
  void decoupled(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.unmasked(any);
    double t = given.temperature();
    double[][] v = given.v();
    int[] y = given.labels();
    assertMean(
        Engine.answer(given.z(), y, Loss.decoupled(tensor(v), t, 0, 0.7, 2)), given,
        rows(given, n -> z -> Variants.decoupled(z, v[n], y[n], t, 0.7, 2)), Math.max(1, t * t),
        0.1 * t);
  }

  /** NOTES (E38): with the teacher's own weights the parts add up to the divergence. */
  @Property(tries = 1000)
  void decoupledAddsUpToTheDivergence(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.unmasked(any);
    double t = given.temperature();
    double[] z = given.z()[0];
    double[] v = given.v()[0];
    int y = given.labels()[0];
    double[] p = Losses.softmax(v, t);
    assertClose(
        Variants.decoupled(z, v, y, t, 1, 1 - p[y]) / (t * t), Losses.divergence(p, z, t), 1,
        Tolerances.DOUBLE);
    Engine.Answer same =
        Engine.answer(
            new double[][] {z}, new int[] {y}, Loss.decoupled(tensor(new double[][] {z}), t, 0, 1, 1));
    assertArrayEquals(new double[z.length], same.gradient()[0]);
  }

  /** NOTES (E40), (E41). */
  @Property(tries = 1000)
  void standardisation(@ForAll(supplier = Case.Gentle.class) Case any) {
    double[] z = any.z()[0];
    z[any.labels()[0]] = 9; // so that not all logits are equal
    z[(any.labels()[0] + 1) % z.length] = -1;
    double t = any.temperature();
    double[] other = Arrays.stream(z).map(zi -> 3 * zi + 2).toArray();
    assertClose(Variants.standardised(other), Variants.standardised(z), 0, Tolerances.DOUBLE);
    double[] v = Arrays.stream(z).map(zi -> zi == MASKED ? zi : zi * zi).toArray();
    double[] q = Losses.softmax(Variants.standardised(v), t);
    Case given = new Case(new double[][] {z}, new double[][] {v}, any.labels(), t, 0, 1);
    Engine.Answer answer =
        Engine.answer(
            given.z(), unmasked(given.z()), Loss.standardised(tensor(given.v()), t, 0, 1));
    assertMean(
        answer, given,
        rows(given, n -> x -> t * t * Losses.crossEntropy(q, Variants.standardised(x), t)), t * t,
        t);
    double along = 0;
    for (int i = 0; i < z.length; i++) {
      along += z[i] == MASKED ? 0 : answer.gradient()[0][i] * z[i];
    }
    assertClose(along, 0, 9 * t, Tolerances.FLOAT32);
    assertClose(Arrays.stream(answer.gradient()[0]).sum(), 0, t, Tolerances.FLOAT32);
  }

  /** NOTES (E42): at its ends and on its line. */
  @Property(tries = 1000)
  void schedules(
      @ForAll @DoubleRange(min = 0.5, max = 20) double from,
      @ForAll @DoubleRange(min = 0.5, max = 20) double to,
      @ForAll @IntRange(min = 1, max = 50) int steps) {
    Schedule line = Schedule.linear(to / from);
    assertEquals(from, line.rate(from, 0, steps));
    assertClose(line.rate(from, steps - 1, steps), steps == 1 ? from : to, 0, Tolerances.DOUBLE);
    for (int step = 0; step < steps; step++) {
      assertClose(
          line.rate(from, step, steps), OptimizerSteps.line(from, to, step, steps), 0,
          Tolerances.DOUBLE);
    }
  }

  /** NOTES (E8): rows of every gradient that sees the logits through a softmax sum to zero. */
  @Property(tries = 1000)
  void rowsSumToZero(@ForAll(supplier = Case.Gentle.class) Case any) {
    Case given = Rearranged.unmasked(any);
    double t = given.temperature();
    Loss top = Loss.topTargets(Engine.targets(given), 2, 0, 1 / (t * t));
    for (double[] row : Engine.answer(given.z(), given.labels(), top).gradient()) {
      LossLawsTest.assertSumsToZero(row, 1 / t);
    }
    Engine.Answer decoupled =
        Engine.answer(
            given.z(), given.labels(), Loss.decoupled(tensor(given.v()), t, 0, 1, 2));
    for (double[] row : decoupled.gradient()) {
      LossLawsTest.assertSumsToZero(row, t);
    }
  }

  /** A class of each row that is not masked. */
  private static int[] unmasked(double[][] z) {
    return IntStream.range(0, z.length).map(tensor(z)::argmax).toArray();
  }

  /** A row without a scale becomes zeros, and nothing is learned from it. */
  @Test
  void equalLogitsAreStandardisedToZeros() {
    double[][] z = {{2, 2, 2}};
    double[][] v = {{1, 2, 3}};
    double[] p = Losses.softmax(Variants.standardised(v[0]), 2);
    Engine.Answer answer =
        Engine.answer(z, new int[1], Loss.standardised(tensor(v), 2, 0, 1));
    assertClose(
        answer.value(), 4 * Losses.crossEntropy(p, new double[3], 2), 1, Tolerances.FLOAT32);
    assertArrayEquals(new double[3], answer.gradient()[0]);
    double[][] almostEqual = {{1e-40f, 1e-40f, -Float.MIN_VALUE}};
    Engine.Answer almost = Engine.answer(almostEqual, new int[1], Loss.standardised(tensor(v), 2, 0, 1));
    assertArrayEquals(new double[3], almost.gradient()[0]);
    assertEquals(answer.value(), almost.value());
    Engine.Answer even = Engine.answer(v, new int[1], Loss.standardised(tensor(z), 2, 0, 1));
    double[] third = {1.0 / 3, 1.0 / 3, 1.0 / 3};
    assertClose(
        even.value(), 4 * Losses.crossEntropy(third, Variants.standardised(v[0]), 2), 1,
        Tolerances.FLOAT32);
  }
}
