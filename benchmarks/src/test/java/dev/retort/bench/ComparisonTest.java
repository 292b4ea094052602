package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
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
  private List<Run> measured(String unit) throws IOException {
    int[] scores = {200, 50, 100, 190, 50, 102, 400, 45, 100};
    Group group = Group.of("heading | " + unit + " | vector openblas mkl | Gemm", PRESENT, 1);
    List<Run> runs = Run.of(List.of(group), 3, folder);
    for (int i = 0; i < runs.size(); i++) {
      Files.writeString(
          runs.get(i).json(),
          """
          [{"params": {"by": "vector", "product": "DX", "shape": "30x10x32", "threads": "1"},
            "primaryMetric": {"scorePercentiles": {"50.0": %d}}, "secondaryMetrics": {}}]
          """
              .formatted(scores[i]));
    }
    return runs;
  }

  @ParameterizedTest
  @CsvSource({
    "ms, '  200000    50000   100000  0.25 0.11-0.26'",
    "us, '    5000    20000    10000  2.00 1.86-4.00'"
  })
  void aRowHasMediansAndTheRatioToTheBestPeerRoundByRound(String unit, String row) throws IOException {
    List<String> lines = new Table(measured(unit)).text().lines().toList();
    assertEquals("heading, " + unit, lines.get(0));
    assertEquals(" ".repeat(29) + "retort openblas      mkl ratio  rounds   limit", lines.get(1));
    assertEquals("dx 30x10x32                " + row, lines.get(2));
    assertTrue(lines.stream().allMatch(line -> line.length() <= 80));
  }

  @Test
  void aWrongResultAndAMissingOneAreTold() throws IOException {
    List<Run> runs = measured("us");
    assertFalse(new Table(runs).hasWrongResults());
    Files.writeString(
        runs.get(5).log(),
        """
        mkl is version 7
        dev.retort.bench.Expected$WrongResultException: mkl is wrong at element 3
        """);
    Table table = new Table(runs);
    assertTrue(table.hasWrongResults());
    String notes = "mkl is version 7\nmkl, heading: WrongResultException: mkl is wrong at element 3\n";
    assertTrue(table.text().endsWith(notes), table.text());
  }

  @Test
  void aComparisonThatIsKilledGoesOnWhereItWas() throws Exception {
    Path home = Files.createDirectory(folder.resolve("benchmarks"));
    Files.createFile(folder.resolve("README.md"));
    Files.createFile(home.resolve("RESULTS.md"));
    ProcessBuilder comparison =
        Machine.java("dev.retort.bench.Comparison tour --quick --only one")
            .directory(home.toFile()).redirectErrorStream(false);
    Process killed = comparison.start();
    assertEquals("round 1, limits, fma", killed.inputReader().readLine());
    assertEquals("round 1, limits, read", killed.inputReader().readLine());
    killed.destroy();
    killed.waitFor();
    List<String> lines = comparison.start().inputReader().lines().toList();
    assertEquals("round 1, limits, read", lines.get(0));
    assertTrue(lines.stream().anyMatch(line -> line.matches("forward 784x800x1 +[0-9.]+ .*%[FM]")), lines::toString);
    assertTrue(lines.stream().allMatch(line -> line.length() <= 80), lines::toString);
  }

  @ParameterizedTest
  @CsvSource({"tour, 1, 19", "tour, 2, 24", "shapes, 2, 14"})
  void everyParameterOfASelectionIsOneOfItsBenchmark(String selection, int cores, int groups) throws Exception {
    List<Group> all = Group.selection(selection, "", false, PRESENT, cores);
    assertEquals(groups, all.size());
    for (Group group : all) {
      String command = group.command();
      Class<?> benchmark = Class.forName("dev.retort.bench." + command.replaceFirst(" .*", ""));
      for (MatchResult name : Pattern.compile("-p (\\w+)=").matcher(command).results().toList()) {
        assertTrue(benchmark.getField(name.group(1)).isAnnotationPresent(Param.class), command);
      }
    }
  }

  @Test
  void quickTakesFirstAndLastValuesAndNothingThatTakesLong() throws IOException {
    List<String> commands = Group.selection("tour", "o", true, PRESENT, 3).stream().map(Group::command).toList();
    assertTrue(commands.contains("RowLosses -p operation=SOFTMAX -p shape=1024x10,64x32000"), commands::toString);
    assertTrue(commands.contains("Gemm -p shape=784x1200x128 -p threads=3"), commands::toString);
    assertFalse(commands.contains("TimeToAccuracy"), commands::toString);
  }

  @Test
  void variablesThatSteerAPeerAreFound() {
    Map<String, String> given = Map.of("OPENBLAS_CORETYPE", "Haswell", "OMP_NUM_THREADS", "1", "PATH", "/bin");
    assertEquals(Set.of("OPENBLAS_CORETYPE", "OMP_NUM_THREADS"), Machine.steering(given).keySet());
  }
}
