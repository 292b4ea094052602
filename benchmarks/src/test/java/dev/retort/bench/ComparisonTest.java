package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.annotations.Param;

/** What a comparison runs, and what it makes of JMH's JSON. */
final class ComparisonTest {
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
            runs.json(round, 0, by),
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
    return new Table(List.of(Group.of("heading | " + unit + " | vector openblas mkl | Gemm", 1)), runs);
  }

  @ParameterizedTest
  @CsvSource({
    "ms, '     200     50.0      100  0.25 0.11-0.26'", "us, '    5000    20000    10000  2.00 1.86-4.00'"
  })
  void aRowHasMediansAndTheRatioToTheBestPeerRoundByRound(String unit, String row) throws IOException {
    List<String> lines = table(measured(), unit).text().lines().toList();
    assertEquals("heading, " + unit, lines.get(0));
    assertEquals("                             retort openblas      mkl ratio  rounds   limit", lines.get(1));
    assertEquals("dx 30x10x32                " + row, lines.get(2));
    assertTrue(lines.stream().allMatch(line -> line.length() <= 80));
  }

  @Test
  void aWrongResultAndAMissingOneAreTold() throws IOException {
    Runs runs = measured();
    assertFalse(table(runs, "ms").hasWrongResults());
    Files.writeString(
        runs.log(1, 0, "mkl"),
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
  @CsvSource({"tour, 1, 14", "tour, 2, 17", "shapes, 2, 12"})
  void everyParameterOfASelectionIsOneOfItsBenchmark(String selection, int cores, int groups)
      throws ReflectiveOperationException {
    List<Group> all = Group.selection(selection, cores);
    assertEquals(groups, all.size());
    for (Group group : all) {
      List<String> words = group.arguments("vector");
      Class<?> benchmark = Class.forName("dev.retort.bench." + words.getFirst());
      for (int i = 2; i < words.size(); i += 2) {
        String name = words.get(i).replaceFirst("=.*", "");
        assertTrue(benchmark.getField(name).isAnnotationPresent(Param.class), group::command);
      }
    }
  }

  @Test
  void aQuickGroupHasFirstAndLastValuesAndOneOnAllCoresItsThreads() {
    Group group = Group.of("a | ms | vector | ColdStart -p x=1,2,3 -p y=4,5,6,7 -p threads=all", 2);
    assertEquals("a, 2 threads", group.section());
    assertEquals(
        List.of("ColdStart", "-p", "x=1,3", "-p", "y=4,7", "-p", "threads=2", "-p", "by=vector"),
        group.shorter().arguments("vector"));
  }

  @Test
  void variablesThatSteerAPeerAreFound() {
    assertEquals(
        Map.of("OPENBLAS_CORETYPE", "Haswell", "OMP_NUM_THREADS", "1"),
        Machine.steering(
            Map.of("OPENBLAS_CORETYPE", "Haswell", "OMP_NUM_THREADS", "1", "PATH", "/bin")));
  }
}
