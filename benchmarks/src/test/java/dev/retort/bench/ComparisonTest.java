package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.annotations.Param;

/** What a comparison runs, and what it makes of JMH's JSON. */
final class ComparisonTest {
  private static final List<String> PRESENT = List.of("vector", "openblas", "mkl");

  @TempDir private Path folder;

  /** Three rounds as JMH writes them, scores of one case. */
  private Runs measured() throws IOException {
    Runs runs = new Runs(folder, "title", 3);
    Map<String, List<Integer>> scores =
        Map.of(
            "vector", List.of(200, 190, 400), "openblas", List.of(50, 50, 45),
            "mkl", List.of(100, 102, 100));
    for (String by : scores.keySet()) {
      for (int round = 0; round < 3; round++) {
        Files.writeString(
            runs.file(round, 0, by, "json"),
            """
            [{"params": {"by": "%s", "product": "DX", "shape": "30x10x32", "threads": "1"},
              "primaryMetric": {"scorePercentiles": {"50.0": %d}}, "secondaryMetrics": {}}]
            """
                .formatted(by, scores.get(by).get(round)));
      }
    }
    return runs;
  }

  private static Table table(Runs runs, String unit) throws IOException {
    String line = "heading | " + unit + " | vector openblas mkl | Gemm";
    return new Table(List.of(Group.of(line, PRESENT, 1)), runs);
  }

  @ParameterizedTest
  @CsvSource({
    "ms, '     200     50.0      100  0.25 0.11-0.26'",
    "us, '    5000    20000    10000  2.00 1.86-4.00'"
  })
  void aRowHasMediansAndTheRatioToTheBestPeerRoundByRound(String unit, String row)
      throws IOException {
    List<String> lines = table(measured(), unit).text().lines().toList();
    assertEquals("heading, " + unit, lines.get(0));
    assertEquals(
        " ".repeat(29) + "retort openblas      mkl ratio  rounds   limit", lines.get(1));
    assertEquals("dx 30x10x32                " + row, lines.get(2));
    assertTrue(lines.stream().allMatch(line -> line.length() <= 80));
  }

  @Test
  void aWrongResultAndAMissingOneAreTold() throws IOException {
    Runs runs = measured();
    assertFalse(table(runs, "ms").hasWrongResults());
    Files.writeString(
        runs.file(1, 0, "mkl", "log"),
        """
        mkl is version 7
        dev.retort.bench.Expected$WrongResultException: mkl is wrong at element 3
        """);
    Table table = table(runs, "ms");
    assertTrue(table.hasWrongResults());
    assertTrue(
        table.text().endsWith(
            "mkl is version 7\nmkl, heading: WrongResultException: mkl is wrong at element 3\n"),
        table.text());
  }

  @Test
  void aComparisonGoesOnWhereItWasInterrupted() throws IOException {
    Runs runs = measured();
    assertEquals(3, new Runs(folder, "title", 3).results(0, "mkl").size());
    assertEquals(0, new Runs(folder, "another title", 3).results(0, "mkl").size());
    Runs.delete(runs.folder);
    assertEquals(0, new Runs(folder, "title", 3).results(0, "mkl").size());
  }

  @ParameterizedTest
  @CsvSource({"tour, 1, 16", "tour, 2, 21", "shapes, 2, 14"})
  void everyParameterOfASelectionIsOneOfItsBenchmark(String selection, int cores, int groups)
      throws ReflectiveOperationException {
    List<Group> all = Group.selection(selection, "", false, PRESENT, cores);
    assertEquals(groups, all.size());
    Pattern parameter = Pattern.compile("-p (\\w+)=");
    for (Group group : all) {
      String command = group.command();
      Class<?> benchmark = Class.forName("dev.retort.bench." + command.replaceFirst(" .*", ""));
      for (MatchResult name : parameter.matcher(command).results().toList()) {
        assertTrue(benchmark.getField(name.group(1)).isAnnotationPresent(Param.class), command);
      }
    }
  }

  @Test
  void quickTakesFirstAndLastValuesAndNothingThatTakesLong() {
    List<String> commands =
        Group.selection("tour", "o", true, PRESENT, 3).stream().map(Group::command).toList();
    assertTrue(
        commands.contains("RowLosses -p operation=SOFTMAX -p shape=1024x10,64x32000"),
        commands::toString);
    assertTrue(commands.contains("Gemm -p shape=784x1200x128 -p threads=3"), commands::toString);
    assertFalse(commands.contains("TimeToAccuracy"), commands::toString);
  }

  @Test
  void variablesThatSteerAPeerAreFound() {
    assertEquals(
        Map.of("OPENBLAS_CORETYPE", "Haswell", "OMP_NUM_THREADS", "1"),
        Machine.steering(
            Map.of("OPENBLAS_CORETYPE", "Haswell", "OMP_NUM_THREADS", "1", "PATH", "/bin")));
  }
}
