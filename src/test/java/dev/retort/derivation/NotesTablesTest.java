package dev.retort.derivation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;

/** The measured tables of the derivation: NOTES.md must hold them as they come out here. */
class NotesTablesTest {
  private static final int ROWS = 1000;
  private static final double[][] STUDENTS = Samples.logits(1, ROWS);
  private static final double[][] TEACHERS = Samples.logits(2, ROWS);

  private static double mean(ToDoubleBiFunction<double[], double[]> of) {
    double sum = 0;
    for (int n = 0; n < ROWS; n++) {
      sum += of.applyAsDouble(STUDENTS[n], TEACHERS[n]);
    }
    return sum / ROWS;
  }

  private static double norm(double[] x) {
    return Math.sqrt(Arrays.stream(x).map(xi -> xi * xi).sum());
  }

  private static double meanNorm(double t) {
    return mean((z, v) -> norm(HighTemperatureTest.gradient(z, v, t)));
  }

  private static double meanError(double t, boolean centred) {
    return mean(
        (z, v) -> {
          double shift =
              centred ? Arrays.stream(z).average().orElseThrow()
                  - Arrays.stream(v).average().orElseThrow() : 0;
          double[] moved = Arrays.stream(v).map(vi -> vi + shift).toArray();
          double[] limit = HighTemperatureTest.limit(z, moved, t);
          double[] exact = HighTemperatureTest.gradient(z, v, t);
          for (int i = 0; i < limit.length; i++) {
            limit[i] -= exact[i];
          }
          return norm(limit) / norm(exact);
        });
  }

  private static String hardNorm() {
    double sum = 0;
    for (int n = 0; n < ROWS; n++) {
      double[] label = Losses.target(n % Samples.CLASSES, Samples.CLASSES, 0);
      sum += norm(Losses.crossEntropyGradient(label, STUDENTS[n], 1));
    }
    return String.format(Locale.ROOT, "%.2f", sum / ROWS);
  }

  private static String gradients() {
    StringBuilder table =
        new StringBuilder(
            """
            | $`T`$ | norm of $`(q - p)/T`$ | times $`T^2`$ | hard gradient |
            |---|---|---|---|
            """);
    for (int t : new int[] {1, 2, 3, 4, 8, 12, 20}) {
      table.append(
          String.format(
              Locale.ROOT, "| %d | %.4f | %.2f | %s |\n", t, meanNorm(t), t * t * meanNorm(t),
              hardNorm()));
    }
    return table.toString();
  }

  private static String limits() {
    StringBuilder table =
        new StringBuilder(
            """
            | $`T`$ | relative error of (E24), centred | not centred |
            |---|---|---|
            """);
    for (int t : new int[] {2, 8, 20, 100, 1000}) {
      table.append(
          String.format(
              Locale.ROOT, "| %d | %.1f%% | %.0f%% |\n", t, 100 * meanError(t, true),
              100 * meanError(t, false)));
    }
    return table.toString();
  }

  private static String notes() throws IOException {
    return Files.readString(Path.of("NOTES.md"));
  }

  /** NOTES (E19). */
  @Test
  void gradientMagnitudes() throws IOException {
    assertTrue(notes().contains(gradients()), "NOTES.md should hold\n" + gradients());
  }

  /** NOTES (E25). */
  @Test
  void errorsOfTheLimit() throws IOException {
    assertTrue(notes().contains(limits()), "NOTES.md should hold\n" + limits());
  }

  @Test
  void anotherNumberWouldBeRejected() throws IOException {
    assertFalse(notes().replace("| 20 | 0.00", "| 20 | 0.01").contains(gradients()));
  }
}
