package dev.retort.derivation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.tensor.Tensor;

/** Comparing vectors as wholes: the norm of the difference against the norm of what is expected. */
public final class Closeness {
  private Closeness() {}

  /** |actual - expected| / max(|expected|, floor); 0 where they are equal, NaN if one has a NaN. */
  public static double error(double[] actual, double[] expected, double floor) {
    assertEquals(expected.length, actual.length, "elements");
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      // hypot, since squares of 1e30 and more would do but squares of 1e-200 would not.
      difference = Math.hypot(difference, expected[i] == actual[i] ? 0 : actual[i] - expected[i]);
      norm = Math.hypot(norm, Double.isInfinite(expected[i]) ? 0 : expected[i]);
    }
    return difference == 0 ? 0 : difference / Math.max(norm, floor);
  }

  /** Fails unless the {@link #error} is at most the tolerance. */
  public static void assertClose(
      double[] actual, double[] expected, double floor, double tolerance) {
    double error = error(actual, expected, floor);
    assertTrue(
        error <= tolerance,
        () ->
            "error " + error + " > " + tolerance + ": " + Arrays.toString(actual) + " for "
                + Arrays.toString(expected));
  }

  /** The same for matrices. */
  public static void assertClose(
      double[][] actual, double[][] expected, double floor, double tolerance) {
    assertClose(flat(actual), flat(expected), floor, tolerance);
  }

  /** The same for numbers. */
  public static void assertClose(
      double actual, double expected, double floor, double tolerance) {
    assertClose(new double[] {actual}, new double[] {expected}, floor, tolerance);
  }

  /** Rows one behind the other. */
  public static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  /** The rows of a flat matrix. */
  public static double[][] rows(double[] flat, int cols) {
    double[][] rows = new double[flat.length / cols][];
    for (int n = 0; n < rows.length; n++) {
      rows[n] = Arrays.copyOfRange(flat, n * cols, (n + 1) * cols);
    }
    return rows;
  }

  /** A float32 tensor of the rows. */
  public static Tensor tensor(double[][] rows) {
    Tensor tensor = Tensor.zeros(rows.length, rows[0].length);
    double[] flat = flat(rows);
    for (int i = 0; i < flat.length; i++) {
      tensor.data()[i] = (float) flat[i];
    }
    return tensor;
  }

  /** The elements of a tensor. */
  public static double[] flat(Tensor tensor) {
    double[] flat = new double[tensor.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = tensor.data()[tensor.offset() + i];
    }
    return flat;
  }

  static double norm(double[] x) {
    return Math.sqrt(Arrays.stream(x).map(xi -> xi * xi).sum());
  }
}
