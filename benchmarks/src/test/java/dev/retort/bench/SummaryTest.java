package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What README and RESULTS.md quote is what the filed tables say. */
final class SummaryTest {
  private static final Path TABLES = Path.of("src/test/resources/a-machine.md");

  @Test
  void aPageQuotesLeastMeanAndMostOfEachTable(@TempDir Path results) throws IOException {
    String page = Files.readString(Path.of("src/test/resources/page.md"));
    Path file = Files.copy(TABLES, results.resolve("a-machine.md"));
    assertEquals(page, Summary.quoted(page, results));
    assertEquals(page, Summary.quoted(page.replaceAll("(?m)^\\|.*\n", ""), results));
    Files.writeString(file, Files.readString(file).replace("0.50", "0.51"));
    assertNotEquals(page, Summary.quoted(page, results));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../README.md", "RESULTS.md"})
  void theCommittedPagesQuoteTheCommittedResults(String page) throws IOException {
    String text = Files.readString(Path.of(page));
    assertEquals(Summary.quoted(text, Path.of("results")), text);
  }

  /** Figures among the goals that no row of the results has; a figure follows the row's name in code. */
  private static List<String> unfounded(String page, List<String> rows) {
    return Pattern.compile("`([a-z0-9][^`]*)` ([0-9.]+%?[FMC]?)\\b")
        .matcher(page.substring(page.indexOf("## Goals")))
        .results()
        .filter(
            figure ->
                rows.stream()
                    .filter(row -> row.startsWith(figure.group(1) + " "))
                    .noneMatch(row -> List.of(row.split(" +", -1)).contains(figure.group(2))))
        .map(MatchResult::group).toList();
  }

  @Test
  void theGoalsQuoteTheCommittedResults() throws IOException {
    List<String> rows = new ArrayList<>();
    for (Path file : Run.files(Path.of("results"))) {
      rows.addAll(Files.isDirectory(file) ? List.of() : Files.readAllLines(file));
    }
    assertEquals(List.of(), unfounded(Files.readString(Path.of("RESULTS.md")), rows));
    String page = "## Goals\n`dw 784x1200 128` 0.50, `dw 784x1200 128` 36%F, `dw 784x1200 128` 0.51, `dx 1` 1.0";
    assertEquals(List.of("`dw 784x1200 128` 0.51", "`dx 1` 1.0"), unfounded(page, Files.readAllLines(TABLES)));
  }
}
