package dev.retort.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What README and RESULTS.md quote is what the filed tables say. */
final class SummaryTest {
  /** One of the two was measured twice, and has no vectors of other widths. */
  @Test
  void aPageQuotesTheTablesOfTwoMachines() throws IOException {
    String page = Files.readString(Path.of("src/test/resources/page.md"));
    assertEquals(page, Summary.quoted(page.replaceAll("(?m)^\\|.*\n", ""), Path.of("src/test/resources/machines")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../README.md", "RESULTS.md"})
  void theCommittedPagesQuoteTheCommittedResults(String page) throws IOException {
    String text = Files.readString(Path.of(page));
    assertEquals(Summary.quoted(text, Path.of("results")), text);
  }

  /** Decimals, percentages and multiples in the text of a page's part, outside of what is written by the command. */
  private static List<String> unfounded(String page, String part) {
    String text = page.substring(page.indexOf(part)).replaceFirst("(?s)(.)\\n## .*", "$1");
    String prose = text.replaceAll("(?s)<!--.*?<!-- end -->", "");
    return Pattern.compile("\\d+\\.\\d+|\\d+ ?(%|times)").matcher(prose).results().map(MatchResult::group).toList();
  }

  @Test
  void onlyWhatTheCommandWritesHasFigures() throws IOException {
    assertEquals(List.of(), unfounded(Files.readString(Path.of("../README.md")), "## Benchmarks"));
    assertEquals(List.of(), unfounded(Files.readString(Path.of("RESULTS.md")), ""));
    String page = "1.5\n## Speed\n0.97 here\n<!-- a -->\n0.96\n<!-- end -->90%, 3 times\n## Rest\n1.9";
    assertEquals(List.of("0.97", "90%", "3 times"), unfounded(page, "## Speed"));
  }
}
