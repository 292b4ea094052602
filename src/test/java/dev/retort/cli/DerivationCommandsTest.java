package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.derivation.Tolerances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code explain} and {@code gradcheck} show, and that a wrong gradient is not let through. */
class DerivationCommandsTest {
  private static final int WIDTH = 80;

  @TempDir static Path folder;

  private static Path data;

  @BeforeAll
  static void tinyData() throws IOException {
    data = Cli.writeData(Files.createDirectory(folder.resolve("tiny")));
  }

  private static void fits(String output) {
    output.lines().forEach(line -> assertTrue(line.length() <= WIDTH, line));
  }

  private static Map<String, Object> json(String text) throws IOException {
    return Json.read(Files.writeString(folder.resolve("printed.json"), text));
  }

  @Test
  void gradcheckShowsEveryGradientAndTheWorst() {
    String table = Cli.run("gradcheck", "--points", 2).output();
    fits(table);
    for (String name : List.of("dense, weights", "relu", "distillation", "standardisation")) {
      assertTrue(table.contains("\n" + name + " "), table);
    }
    assertTrue(table.contains("\nworst of all: double "), table);
    assertEquals(table, Cli.run("gradcheck", "--points", 2).output());
  }

  @Test
  void gradcheckWritesTheSameAsJson() throws IOException {
    String text = Cli.run("gradcheck", "--points", 1, "--json").output();
    Map<String, Object> result = json(text);
    List<?> rows = (List<?>) result.get("gradients");
    assertEquals(new GradientCases(1).all().size(), rows.size());
    assertTrue((double) result.get("worstDouble") <= Tolerances.DIFFERENCES);
    assertTrue((double) result.get("worstFloat32") <= Tolerances.FLOAT32);
  }

  @Test
  void aWrongGradientDoesNotPass() {
    GradientCases.Case right = new GradientCases(1).all().getFirst();
    GradientCases.Case wrong =
        new GradientCases.Case(
            right.name(), right.equations(), right.function(), right.at(),
            right.derived().stream().map(g -> 1.001 * g).toList(), right.engine());
    GradientCases.Case badEngine =
        new GradientCases.Case(
            right.name(), right.equations(), right.function(), right.at(), right.derived(),
            right.engine().stream().map(g -> 1.001 * g).toList());
    assertTrue(row(right).passes());
    assertFalse(row(wrong).passes());
    assertFalse(row(badEngine).passes());
    assertEquals(0, GradcheckCommand.exitCode(List.of(row(right))));
    assertEquals(Main.FAILURE, GradcheckCommand.exitCode(List.of(row(right), row(wrong))));
    assertEquals(Main.FAILURE, GradcheckCommand.exitCode(List.of(row(badEngine), row(right))));
  }

  private static GradcheckCommand.Row row(GradientCases.Case given) {
    GradcheckCommand.Row row = new GradcheckCommand.Row(given.name(), given.equations());
    row.add(given, 0);
    return row;
  }

  @Test
  void explainShowsEveryStepWithItsNumber() {
    String text = Cli.run("explain", "--data", data, "--sample", 3).output();
    fits(text);
    assertTrue(text.startsWith("Test sample 3, a 3 (*), at T = 4."), text);
    for (String equation : List.of("E7", "E8", "E14", "E17", "E18", "E19", "E20", "E21", "E26")) {
      assertTrue(text.contains("(" + equation + ")"), equation);
    }
  }

  @Test
  void explainedNumbersHoldTogether() throws IOException {
    String text =
        Cli.run("explain", "--data", data, "--temperature", 3, "--soft-weight", 2, "--json")
            .output();
    Map<String, Object> result = json(text);
    assertEquals(3.0, result.get("temperature"));
    Map<String, Object> quantities = Json.object(result, "quantities");
    double hard = (double) quantities.get("hard cross entropy");
    double soft = (double) quantities.get("soft cross entropy");
    assertEquals(0.5 * hard + 2 * 9 * soft, (double) quantities.get("loss"), 1e-12);
    assertTrue(
        (double) quantities.get("worst error against differences") <= Tolerances.DIFFERENCES);
    assertTrue((double) quantities.get("worst error of float32") <= Tolerances.FLOAT32);
  }

  @Test
  void refusesWhatIsNotThere() {
    assertEquals(
        "retort: there is no test sample 40, only 0 to 39",
        Cli.run("explain", "--data", data, "--sample", 40).error(Main.USAGE));
    assertTrue(
        Cli.run("explain", "--data", data, "--teacher", folder.resolve("none"))
            .error(Main.USAGE).contains("none"));
    assertEquals(
        "retort: --points must be at least 1, not 0",
        Cli.run("gradcheck", "--points", 0).error(Main.USAGE));
    assertTrue(
        Cli.run("explain", "--data", data, "--temperature", 0)
            .error(Main.USAGE).contains("temperature"));
    assertTrue(
        Cli.run("explain", "--data", data, "--soft-weight", -1)
            .error(Main.USAGE).contains("soft weight"));
  }
}
