package dev.retort.derivation;

import static dev.retort.derivation.Closeness.norm;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.kernel.Backend;
import org.junit.jupiter.api.Test;

/** The measured tables of the derivation: NOTES.md must hold them as they come out here. */
class NotesTablesTest {
  private static final int ROWS = 1000;
  private static final double[][] STUDENTS = RandomLogits.logits(1, ROWS);
  private static final double[][] TEACHERS = RandomLogits.logits(2, ROWS);

  private static double mean(ToDoubleBiFunction<double[], double[]> of) {
    double sum = 0;
    for (int n = 0; n < ROWS; n++) {
      sum += of.applyAsDouble(STUDENTS[n], TEACHERS[n]);
    }
    return sum / ROWS;
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
          double[] limit = HighTemperature.limit(z, moved, t);
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
      double[] label = Losses.target(n % RandomLogits.CLASSES, RandomLogits.CLASSES, 0);
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
    double limit = mean((z, v) -> norm(HighTemperature.matching(z, v)));
    table.append(String.format(Locale.ROOT, "| limit | 0 | %.2f | %s |\n", limit, hardNorm()));
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

  /** Largest relative error of an engine's number, over rows whose label leads by a gap and less than 1. */
  private static double worst(double gap, int classes, boolean difference) {
    SplittableRandom random = new SplittableRandom(1);
    double worst = 0;
    for (int n = 0; n < 400; n++) {
      float[] z = new float[classes];
      z[0] = (float) (gap + random.nextDouble());
      double rest = 0;
      for (int i = 1; i < classes; i++) {
        z[i] = i == 1 ? 0 : (float) -random.nextDouble(8);
        rest += Math.exp((double) z[i] - z[0]);
      }
      float[] dz = new float[classes];
      Backend.kernels()
          .crossEntropy(new double[1], 0, dz, 0, z, 0, new int[1], 0, 0, 1f, 1, classes);
      float[] q = new float[classes];
      Backend.kernels().softmax(q, 0, z, 0, 2f, 1, classes);
      double exact = -rest / (1 + rest);
      double actual = difference ? q[0] - 1f : dz[0];
      worst = Math.max(worst, Math.abs(actual / exact - 1));
    }
    return worst;
  }

  private static String label() {
    StringBuilder table =
        new StringBuilder(
            """
            | gap | $`q_y - 1`$, 2 classes | engine, 2 classes | engine, 1,000 classes |
            |---|---|---|---|
            """);
    for (int gap : new int[] {0, 5, 10, 20, 40, 60, 75}) {
      table.append(
          String.format(
              Locale.ROOT, "| %d | %.0e | %.0e | %.0e |\n", gap, worst(gap, 2, true),
              worst(gap, 2, false), worst(gap, 1000, false)));
    }
    return table.toString();
  }

  private static String temperatures() {
    StringBuilder table =
        new StringBuilder(
            """
            | $`T`$ | relative error of the engine's $`T (q - p)`$ |
            |---|---|
            """);
    for (double t : new double[] {1, 1e2, 1e4, 1e5, 1e6}) {
      double sum = 0;
      Case all = new Case(STUDENTS, TEACHERS, new int[ROWS], t, 0, 1);
      double[][] engine = Engine.distillation(all).gradient();
      for (int n = 0; n < ROWS; n++) {
        double[] exact = HighTemperatureTest.gradient(STUDENTS[n], TEACHERS[n], t);
        double[] difference = new double[exact.length];
        for (int i = 0; i < exact.length; i++) {
          exact[i] *= t * t;
          difference[i] = engine[n][i] * ROWS - exact[i];
        }
        sum += norm(difference) / norm(exact) / ROWS;
      }
      table.append(String.format(Locale.ROOT, "| %.0e | %.0e |\n", t, sum));
    }
    return table.toString();
  }

  private static void holds(String table) throws IOException {
    String notes = Files.readString(Path.of("NOTES.md"));
    assertTrue(notes.contains(table), "NOTES.md should hold\n" + table);
  }

  /** NOTES (E19): the limit is that of (E26). */
  @Test
  void gradientMagnitudes() throws IOException {
    holds(gradients());
  }

  /** NOTES (E25). */
  @Test
  void errorsOfTheLimit() throws IOException {
    holds(limits());
  }

  /** NOTES (E50). */
  @Test
  void errorsAtTheLabel() throws IOException {
    holds(label());
  }

  /** NOTES (E44): why T is bounded. */
  @Test
  void errorsOfHighTemperatures() throws IOException {
    holds(temperatures());
  }

  @Test
  void theThreeSteps() throws IOException {
    holds(ThreeSteps.table());
  }

  @Test
  void theExercises() throws IOException {
    StringBuilder table = new StringBuilder("| mutant | gradient | what is wrong |\n|---|---|---|\n");
    for (Mutant mutant : new GradientCases(1).mutants()) {
      table.append(
          String.format(
              "| `%s` | %s | <details><summary>answer</summary>%s</details> |\n", mutant.name(),
              mutant.right().name(), mutant.mistake()));
    }
    holds(table.toString());
  }

  @Test
  void anotherNumberWouldBeRejected() throws IOException {
    String wrong = gradients().replace("| 20 | 0.00", "| 20 | 0.01");
    assertFalse(Files.readString(Path.of("NOTES.md")).contains(wrong));
  }
}
