package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.annotations.Param;

/** What a table makes of JMH's JSON. */
final class TableTest {
  private static final Group CUBES =
      Group.of(
          "cubes", Unit.GFLOPS, CubeGemm.class, 1, "vector openblas mkl", "size=32,64");

  @TempDir private Path folder;

  /** A file as JMH writes it: one result a size, each run a GFLOP. */
  private void write(Runs runs, int round, String by, double... rates) throws IOException {
    List<String> results = new ArrayList<>();
    for (int i = 0; i < rates.length; i++) {
      results.add(
          """
          {"benchmark": "dev.retort.bench.CubeGemm.gemm",
           "params": {"by": "%s", "size": "%d", "threads": "1"},
           "primaryMetric": {"score": %f, "scorePercentiles": {"50.0": %f}, "scoreUnit": "ops/s"},
           "secondaryMetrics": {"gflop": {"score": %f}}}
          """
              .formatted(by, 32 << i, rates[i], rates[i], rates[i]));
    }
    Files.writeString(runs.file(round, 0, by), results.toString());
  }

  private Runs measured() throws IOException {
    Runs runs = new Runs(folder, "title", 3);
    for (int round = 0; round < 3; round++) {
      write(runs, round, "vector", 200 + round, 90);
      write(runs, round, "openblas", 100, 100 + 10 * round);
      write(runs, round, "mkl", 50, 10);
    }
    return runs;
  }

  @Test
  void aRowHasMediansAndTheRatioToTheBestPeerRoundByRound() throws IOException {
    String text = new Table(List.of(CUBES), measured()).text();
    List<String> lines = text.lines().toList();
    assertEquals("cubes, GFLOP/s", lines.get(0));
    assertEquals(
        List.of("32", "201", "100", "50.0", "2.01", "2.00-2.02"), cells(lines.get(2)));
    assertEquals(
        List.of("64", "90.0", "110", "10.0", "0.82", "0.75-0.90"), cells(lines.get(3)));
    assertTrue(lines.stream().allMatch(line -> line.length() <= 80), text);
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.split(" +")).limit(6).toList();
  }

  @Test
  void lessTimeIsFaster() {
    double[] ours = {2, 4};
    double[] theirs = {6, 6};
    assertArrayEquals(
        new double[] {3, 1.5}, Table.ratios(Unit.NANOSECONDS_AN_ELEMENT, ours, theirs));
    assertArrayEquals(
        new double[] {2 / 6.0, 4 / 6.0}, Table.ratios(Unit.GFLOPS, ours, theirs));
  }

  @Test
  void aWrongResultAndAMissingOneAreTold() throws IOException {
    Runs runs = measured();
    assertFalse(new Table(List.of(CUBES), runs).hasWrongResults());
    Files.delete(runs.file(1, 0, "mkl"));
    Files.writeString(
        runs.log(runs.file(1, 0, "mkl")),
        "mkl is version 7\ndev.retort.bench.WrongResultException: mkl is wrong at element 3\n");
    Table table = new Table(List.of(CUBES), runs);
    assertTrue(table.hasWrongResults());
    assertTrue(
        table.text().contains("mkl, cubes: WrongResultException: mkl is wrong"), table.text());
    assertTrue(table.text().contains("mkl is version 7\n"), table.text());
  }

  @Test
  void aComparisonGoesOnWhereItWasInterrupted() throws IOException {
    Runs runs = measured();
    Runs again = new Runs(folder, "title", 3);
    assertTrue(again.has(2, 0, "mkl"));
    assertFalse(again.has(3, 0, "mkl"));
    assertFalse(new Runs(folder, "another title", 3).has(2, 0, "mkl"));
    runs.delete();
    assertFalse(new Runs(folder, "title", 3).has(2, 0, "mkl"));
  }

  @Test
  void everyParameterOfASelectionIsOneOfItsBenchmark() {
    for (String selection : List.of("tour", "shapes")) {
      for (Group group : Selection.named(selection, 2)) {
        Set<String> known =
            Arrays.stream(group.benchmark().getFields())
                .filter(field -> field.isAnnotationPresent(Param.class))
                .map(java.lang.reflect.Field::getName)
                .collect(Collectors.toSet());
        assertTrue(known.containsAll(group.parameters().keySet()), group::section);
        assertFalse(group.cases().isEmpty());
      }
    }
    long shapes =
        Selection.named("shapes", 2).stream().mapToLong(group -> group.cases().size()).sum();
    assertEquals(12 * 3 * 3 + 11, shapes);
  }
}
