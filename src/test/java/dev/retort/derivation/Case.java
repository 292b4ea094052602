package dev.retort.derivation;

import module java.base;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * What a distillation loss is asked: every number is a float, so that both precisions are given the
 * same. A class that the student masks is masked by the teacher too, and no label is masked.
 *
 * @param z the student's logits, [rows][classes]
 * @param v the teacher's logits, [rows][classes]
 * @param labels one a row
 * @param temperature T
 * @param hardWeight weight of the hard term
 * @param softWeight weight of the soft term
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never a key
public record Case(
    double[][] z, double[][] v, int[] labels, double temperature,
    double hardWeight, double softWeight) {

  private static final double MASKED = Double.NEGATIVE_INFINITY;

  /** Logits as networks have them, ties, masks and zeros of all kinds: all can be differentiated. */
  public static final class Gentle implements ArbitrarySupplier<Case> {
    @Override
    public Arbitrary<Case> get() {
      return cases(
          gentle(), Arbitraries.of(2, 3, 10), Arbitraries.of(0.5, 1.0, 2.0, 3.7, 8.0, 20.0));
    }
  }

  /** The same and one dominant logit, huge ones, temperatures from 1e-3 to 1e6. */
  public static final class Wild implements ArbitrarySupplier<Case> {
    @Override
    public Arbitrary<Case> get() {
      Arbitrary<Double> wild =
          Arbitraries.of(60f, -90f, 1e4f, 1e30f, -1e30f, 3e38f, -3e38f)
              .map(Float::doubleValue);
      return cases(
          Arbitraries.frequencyOf(Tuple.of(9, gentle()), Tuple.of(1, wild)),
          Arbitraries.of(2, 3, 10, 17, 33),
          Arbitraries.of(1e-3, 0.5, 1.0, 2.0, 3.7, 20.0, 1e6).map(t -> (double) t.floatValue()));
    }
  }

  private static Arbitrary<Double> gentle() {
    Arbitrary<Double> usual =
        Arbitraries.integers().between(-(1 << 23), 1 << 23).map(i -> i * 0x1p-20);
    Arbitrary<Double> ties = Arbitraries.integers().between(-2, 2).map(Integer::doubleValue);
    Arbitrary<Double> zeros =
        Arbitraries.of(0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, 1e-40f, Float.MIN_NORMAL)
            .map(Float::doubleValue);
    return Arbitraries.frequencyOf(
        Tuple.of(6, usual), Tuple.of(2, ties), Tuple.of(1, zeros),
        Tuple.of(1, Arbitraries.just(MASKED)));
  }

  private static Arbitrary<Case> cases(
      Arbitrary<Double> logit, Arbitrary<Integer> width, Arbitrary<Double> temperature) {
    return Combinators.combine(Arbitraries.integers().between(1, 3), width)
        .flatAs(
            (rows, classes) ->
                Combinators.combine(
                        logit.array(double[].class).ofSize(rows * classes),
                        logit.array(double[].class).ofSize(rows * classes),
                        Arbitraries.integers().between(0, classes - 1)
                            .array(int[].class).ofSize(rows),
                        temperature,
                        Arbitraries.of(0.0, 0.1, 1.0, 2.5),
                        Arbitraries.of(0.25, 0.9, 1.0))
                    .as((z, v, y, t, hard, soft) ->
                        of(Closeness.rows(z, classes), Closeness.rows(v, classes), y, t, hard,
                            soft)))
        .withoutEdgeCases();
  }

  private static Case of(
      double[][] z, double[][] v, int[] labels, double t, double hardWeight, double softWeight) {
    for (int n = 0; n < z.length; n++) {
      for (int i = 0; i < z[n].length; i++) {
        v[n][i] = z[n][i] == MASKED ? MASKED : v[n][i];
      }
      int y = labels[n];
      z[n][y] = z[n][y] == MASKED ? 0.5 : z[n][y];
      v[n][y] = v[n][y] == MASKED ? 0.25 : v[n][y];
    }
    return new Case(z, v, labels, t, hardWeight, softWeight);
  }

  /** Rows of logits. */
  public int rows() {
    return z.length;
  }

  /** Classes. */
  public int classes() {
    return z[0].length;
  }

  /**
   * The teacher's probabilities at T; 0 where floats have an exponential that is no normal number
   * flushed, since a student's logit of -3e38 makes even 1e-40 count.
   */
  public double[][] p() {
    return Arrays.stream(v).map(this::softened).toArray(double[][]::new);
  }

  private double[] softened(double[] row) {
    double[] p = Losses.softmax(row, temperature);
    double max = Arrays.stream(row).max().orElseThrow();
    for (int i = 0; i < p.length; i++) {
      boolean normal = StrictMath.exp((row[i] - max) / temperature) >= Float.MIN_NORMAL;
      p[i] = normal ? p[i] : 0;
    }
    return p;
  }

  /** The same case at another temperature. */
  public Case at(double otherTemperature) {
    return new Case(z, v, labels, otherTemperature, hardWeight, softWeight);
  }

  @Override
  public String toString() {
    return "z " + Arrays.deepToString(z) + ", v " + Arrays.deepToString(v)
        + ", labels " + Arrays.toString(labels) + ", T " + temperature
        + ", weights " + hardWeight + " and " + softWeight;
  }
}
