package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.annotations.Param;

/** What a comparison runs, and what it makes of JMH's JSON. */
final class ComparisonTest {
  private static final List<String> PRESENT = List.of("vector", "openblas", "mkl");

  @TempDir private Path folder;

  /** One case as JMH writes it. */
  private static void write(Run run, Map<String, String> parameters, int score, String... counters) throws IOException {
    Map<String, ?> metric = Map.of("scorePercentiles", Map.of("50.0", score));
    Map<String, ?> secondary = Stream.of(counters).collect(Collectors.toMap(counter -> counter, _ -> metric));
    Map<String, ?> result = Map.of("params", parameters, "primaryMetric", metric, "secondaryMetrics", secondary);
    new ObjectMapper().writeValue(run.json().toFile(), List.of(result));
  }

  /** Three rounds of it. */
  private List<Run> measured(String unit) throws IOException {
    int[] scores = {200, 50, 100, 190, 50, 102, 400, 45, 100};
    Group group = Group.of("heading | " + unit + " | vector openblas mkl | Gemm", PRESENT, 1);
    List<Run> runs = Run.of(List.of(group), 3, folder);
    for (int i = 0; i < runs.size(); i++) {
      write(runs.get(i), Map.of("shape", "30x10x32"), scores[i]);
    }
    return runs;
  }

  @ParameterizedTest
  @CsvSource({
    "ms, '   mkl', ' 200000    50000 100000  0.25 0.11-0.26'",
    "us, '  mkl', '   5000    20000 10000  2.00 1.86-4.00'"
  })
  void aRowHasMediansAndTheRatioToTheBestPeerRoundByRound(String unit, String mkl, String row) throws IOException {
    String top = "heading, %s\n          retort openblas %s ratio    rounds limit\n".formatted(unit, mkl);
    String rest = "30x10x32 " + row + "\n\n" + Data.resource("legend.txt") + "\n";
    assertEquals(top + rest, new Table(measured(unit)).text());
  }

  /** Of each group a case with the longest parameters, and a note as long as they get. */
  @ParameterizedTest
  @CsvSource({"tour, 1, 19", "tour, 2, 24", "shapes, 2, 14"})
  void aSelectionHasItsBenchmarksParametersAndFits80Columns(String selection, int cores, int groups) throws Exception {
    List<String> all = List.of("vector openblas mkl vectorblas pytorch onnx smile tribuo c".split(" ", -1));
    List<Run> runs = Run.of(Group.selection(selection, "", false, all, cores), 1, folder);
    assertEquals(groups, runs.stream().map(Run::group).distinct().count());
    for (Run run : runs) {
      String command = run.group().command();
      Class<?> benchmark = Class.forName("dev.retort.bench." + command.replaceFirst(" .*", ""));
      Map<String, String> longest = new TreeMap<>(Map.of(command.startsWith("Gemm") ? "product" : "size", "FORWARD"));
      for (MatchResult given : Pattern.compile("-p (\\w+)=(\\S+)").matcher(command).results().toList()) {
        assertTrue(benchmark.getField(given.group(1)).isAnnotationPresent(Param.class), command);
        List<String> values = List.of(given.group(2).split(",", -1));
        longest.put(given.group(1), Collections.max(values, Comparator.comparingInt(String::length)));
      }
      write(run, longest, 98765, "gflop", "gbyte", "melement");
      Files.writeString(run.log(), "# Warmup Iteration   1: " + run.by() + " is pytorch-1.2.jar".repeat(4) + " and on");
    }
    List<String> lines = new Table(runs).text().lines().toList();
    assertTrue(lines.stream().allMatch(line -> line.length() <= 80), lines::toString);
  }

  @Test
  void aWrongResultAndAMissingOneAreTold() throws IOException {
    List<Run> runs = measured("us");
    assertFalse(new Table(runs).hasWrongResults());
    String log = "mkl is version 7\ndev.retort.bench.Expected$WrongResultException: mkl is wrong at element 3\n";
    Files.writeString(runs.get(5).log(), log);
    Table table = new Table(runs);
    assertTrue(table.hasWrongResults());
    String notes = "mkl is version 7\nmkl, heading: WrongResultException: mkl is wrong at element 3\n";
    assertTrue(table.text().endsWith(notes), table.text());
  }

  private static ProcessHandle measuring(Process comparison) {
    return Stream.generate(comparison::children).takeWhile(_ -> comparison.isAlive())
        .flatMap(children -> children).findFirst().orElseThrow();
  }

  @Test
  void aComparisonThatIsKilledGoesOnWhereItWas() throws Exception {
    Path home = Files.createDirectory(folder.resolve("benchmarks"));
    Files.createFile(folder.resolve("README.md"));
    Files.createFile(home.resolve("RESULTS.md"));
    ProcessBuilder comparison = Machine.java("dev.retort.bench.Comparison tour --quick --only one")
            .directory(home.toFile()).redirectErrorStream(false);
    Process killed = comparison.start();
    assertEquals("round 1, limits, fma", killed.inputReader().readLine());
    assertEquals("round 1, limits, read", killed.inputReader().readLine());
    ProcessHandle orphan = measuring(killed);
    killed.destroyForcibly();
    Process resumed = comparison.start();
    assertEquals("round 1, limits, read", resumed.inputReader().readLine());
    assertNotEquals(orphan, measuring(resumed));
    while (orphan.info().commandLine().isPresent()) { // isAlive also while nobody has reaped it
      assertTrue(resumed.isAlive(), "two have measured at a time");
      Thread.sleep(10);
    }
    List<String> lines = resumed.inputReader().lines().toList();
    assertTrue(lines.stream().anyMatch(line -> line.matches("forward 784x800x1 +[0-9.]+ .*%[FM]")), lines::toString);
    assertTrue(lines.stream().allMatch(line -> line.length() <= 80), lines::toString);
  }

  @Test
  void quickTakesWhatIsLastAndNothingThatTakesLong() throws IOException {
    List<String> commands = Group.selection("tour", "o", true, PRESENT, 3).stream().map(Group::command).toList();
    assertTrue(commands.contains("RowLosses -p operation=DISTILLATION -p shape=64x32000"), commands::toString);
    assertFalse(commands.toString().contains("SOFTMAX"), commands::toString);
    assertTrue(commands.contains("Gemm -p shape=784x1200x128 -p threads=3"), commands::toString);
    assertFalse(commands.contains("TimeToAccuracy"), commands::toString);
  }

  @Test
  void variablesThatSteerAPeerAreFound() {
    Map<String, String> given = Map.of("OPENBLAS_CORETYPE", "Haswell", "OMP_NUM_THREADS", "1", "PATH", "/bin");
    assertEquals(Set.of("OPENBLAS_CORETYPE", "OMP_NUM_THREADS"), Machine.steering(given).keySet());
  }
}
