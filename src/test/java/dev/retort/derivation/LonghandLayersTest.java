package dev.retort.derivation;

import static dev.retort.derivation.Closeness.flat;
import static dev.retort.derivation.Closeness.rows;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The longhand layers against differences of {@code sum(dY * Y)}, whose gradient in Y is dY. */
class LonghandLayersTest {
  private static double[] normal(Random random, int n) {
    return random.doubles(n).map(u -> random.nextGaussian()).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static GradientCheck.Report check(
      ToDoubleFunction<double[]> f, double[] at, double[] gradient) {
    GradientCheck.Report report = GradientCheck.coordinates(f, at, gradient);
    assertTrue(report.passes(Tolerances.DIFFERENCES), report::toString);
    return report;
  }

  /** NOTES (E1), (E2), (E3), (E4). */
  @Property(tries = 1000)
  void dense(
      @ForAll @IntRange(min = 1, max = 4) int batch,
      @ForAll @IntRange(min = 1, max = 5) int inputs,
      @ForAll @IntRange(min = 1, max = 4) int outputs,
      @ForAll long seed) {
    Random random = new Random(seed);
    double[][] x = rows(normal(random, batch * inputs), inputs);
    double[][] w = rows(normal(random, inputs * outputs), outputs);
    double[] b = normal(random, outputs);
    double[][] dy = rows(normal(random, batch * outputs), outputs);
    check(
        t -> dot(flat(dy), flat(Layers.dense(x, rows(t, outputs), b))),
        flat(w), flat(Layers.denseWeightGradient(x, dy)));
    check(
        t -> dot(flat(dy), flat(Layers.dense(x, w, t))), b, Layers.denseBiasGradient(dy));
    check(
        t -> dot(flat(dy), flat(Layers.dense(rows(t, inputs), w, b))),
        flat(x), flat(Layers.denseInputGradient(dy, w)));
  }

  /** NOTES (E5), (E6): one element of four is put on the kink, and is the only one skipped. */
  @Property(tries = 1000)
  void relu(@ForAll long seed) {
    Random random = new Random(seed);
    double[] x = normal(random, 4);
    double[] dy = normal(random, 4);
    for (int i = 0; i < 4; i++) {
      x[i] = i == 0 ? 0 : x[i] + Math.copySign(0.1, x[i]);
    }
    double[] dx = Layers.reluGradient(Layers.relu(x), dy);
    assertEquals(1, check(t -> dot(dy, Layers.relu(t)), x, dx).kinks());
    assertEquals(0, dx[0]);
  }

  /** NOTES (E28), (E29). */
  @Property(tries = 1000)
  void dropout(@ForAll boolean[] kept, @ForAll long seed) {
    Random random = new Random(seed);
    double[] x = normal(random, kept.length + 1);
    double[] dy = normal(random, x.length);
    boolean[] mask = Arrays.copyOf(kept, x.length);
    check(t -> dot(dy, Layers.dropout(t, mask, 0.3)), x, Layers.dropout(dy, mask, 0.3));
  }

  /** A mask of every kind, weighted with its probability: the mean is x, NOTES (E28). */
  @Test
  void dropoutKeepsTheMean() {
    double rate = 0.3;
    double[] x = {2, -3};
    double[] mean = new double[2];
    for (int mask = 0; mask < 4; mask++) {
      boolean[] kept = {(mask & 1) == 1, (mask & 2) == 2};
      double probability = (kept[0] ? 1 - rate : rate) * (kept[1] ? 1 - rate : rate);
      for (int i = 0; i < 2; i++) {
        mean[i] += probability * Layers.dropout(x, kept, rate)[i];
      }
    }
    assertArrayEquals(x, mean, 1e-15);
  }
}
