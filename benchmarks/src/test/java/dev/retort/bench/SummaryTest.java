package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What README and RESULTS.md quote is what the filed tables say. */
final class SummaryTest {
  private static final String TABLES =
      """
      # A machine, 2 cores

      ## tour

      ```
      products, large, GFLOP/s
                                   retort openblas      mkl ratio  rounds   limit
      forward 784x1200 128            250      200      100  1.25 1.23-1.26  91%F
      dw 784x1200 128                 100      200      100  0.50 0.49-0.52  36%F

      training step, batch 128, thousand images/s
                                   retort  pytorch ratio  rounds   limit
      784-30-30-10                   2000        -
      784-800-800-10                 30.0     20.0  1.50 1.50-1.50  74%F

      ratio: how many times as fast as the best peer, with least and most of the
      ```

      ## tour --quick

      ```
      products, large, GFLOP/s
                                   retort openblas      mkl ratio  rounds   limit
      forward 784x1200 128            250      200      100  9.25 1.23-1.26  91%F

      ```
      """;

  private static final String PAGE =
      """
      text
      <!-- summary of tour, shapes -->
      | how many times as fast, or small, as the best peer | cases | slowest | mean | fastest |
      |---|---:|---|---:|---|
      | **A machine, 2 cores** | | | | |
      | products, large, GFLOP/s | 2 | 0.50, dw 784x1200 128 | 0.79 | 1.25, forward 784x1200 128 |
      | training step, batch 128, thousand images/s | 1 | 1.50, 784-800-800-10 | 1.50 | 1.50, 784-800-800-10 |
      <!-- end -->
      more
      """;

  @Test
  void aPageQuotesLeastMeanAndMostOfEachTable(@TempDir Path results) throws IOException {
    Files.writeString(results.resolve("a-machine.md"), TABLES);
    assertEquals(PAGE, Summary.quoted(PAGE, results));
    String empty = PAGE.replaceAll("(?m)^\\|.*\n", "");
    assertEquals(PAGE, Summary.quoted(empty, results));
  }

  @Test
  void aFigureThatNoTableHasIsFound(@TempDir Path results) throws IOException {
    Files.writeString(results.resolve("a-machine.md"), TABLES.replace("0.50", "0.51"));
    assertNotEquals(PAGE, Summary.quoted(PAGE, results));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../README.md", "RESULTS.md"})
  void theCommittedPagesQuoteTheCommittedResults(String page) throws IOException {
    String text = Files.readString(Path.of(page));
    assertEquals(Summary.quoted(text, Path.of("results")), text);
  }

  /** Figures among the goals that no row of the results has; a figure follows the row's name in code. */
  private static List<String> unfounded(String page, String results) {
    List<String> rows = results.lines().toList();
    return Pattern.compile("`([a-z0-9][^`]*)` ([0-9.]+%?[FMC]?)\\b")
        .matcher(page.substring(page.indexOf("## Goals")))
        .results()
        .filter(
            figure ->
                rows.stream()
                    .filter(row -> row.startsWith(figure.group(1) + " "))
                    .noneMatch(row -> List.of(row.split(" +", -1)).contains(figure.group(2))))
        .map(MatchResult::group)
        .toList();
  }

  @Test
  void theGoalsQuoteTheCommittedResults() throws IOException {
    StringBuilder results = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of("results"))) {
      for (Path file : files.toList()) {
        results.append(Files.readString(file));
      }
    }
    assertEquals(List.of(), unfounded(Files.readString(Path.of("RESULTS.md")), results.toString()));
  }

  @Test
  void aGoalThatNoRowHasIsFound() {
    String page = "## Goals\n`dw 784x1200 128` 0.50, `dw 784x1200 128` 36%F, `dw 784x1200 128` 0.51, `dx 1` 1.0";
    assertEquals(List.of("`dw 784x1200 128` 0.51", "`dx 1` 1.0"), unfounded(page, TABLES));
  }
}
