package dev.retort.derivation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CrossReferenceTest {
  private static final String CODE = "src/main/java/A.java";
  private static final String TEST = "src/test/java/ATest.java";
  private static final String NOTES =
      """
      <a id="e1"></a>
      **(E1)** One, as (E2) will need it.

      Code: [A](src/main/java/A.java#L2).
      Test: [ATest](src/test/java/ATest.java),
      [BTest](src/test/java/BTest.java).

      <a id="e2"></a>
      **(E2)** Two, a step that no code takes.

      Test: [ATest](src/test/java/ATest.java).

      ## More
      """;

  private static Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    files.put(CODE, "/**\n * NOTES (E1).\n */");
    files.put(TEST, "/** NOTES (E1), (E2). */");
    files.put("src/test/java/BTest.java", "/** NOTES (E1). */");
    return files;
  }

  private static void rejects(String problem, String notes, Map<String, String> files) {
    assertEquals(List.of(problem), CrossReference.problems(notes, files));
  }

  /** This class is the one file whose citations are made up. */
  @Test
  void theNotesTheCodeAndTheTestsAgree() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(Path.of("src"))) {
      for (Path path : paths.filter(p -> p.toString().endsWith(".java")).toList()) {
        if (!path.endsWith("CrossReferenceTest.java")) {
          files.put(path.toString().replace('\\', '/'), Files.readString(path));
        }
      }
    }
    String notes = Files.readString(Path.of("NOTES.md"));
    assertEquals("", String.join("\n", CrossReference.problems(notes, files)));
    String other = "src/main/java/dev/retort/loss/Distillation.java";
    files.put(other, files.get(other).replace("(E19)", "(E91)"));
    List<String> problems = CrossReference.problems(notes, files);
    assertTrue(problems.contains(other + " cites (E91), which does not exist"), problems::toString);
    assertTrue(
        problems.contains("(E19) names " + other + ", which does not cite it"), problems::toString);
  }

  @Test
  void takesWhatIsWhole() {
    assertEquals(List.of(), CrossReference.problems(NOTES, files()));
  }

  @Test
  void rejectsACitationOfNothing() {
    Map<String, String> files = files();
    files.put("src/main/java/B.java", "// NOTES (E3)");
    rejects("src/main/java/B.java cites (E3), which does not exist", NOTES, files);
    rejects(
        "NOTES.md cites (E4), which does not exist", NOTES.replace("as (E2)", "as (E4)"), files());
  }

  @Test
  void rejectsAnEquationWhoseCodeDoesNotCiteIt() {
    Map<String, String> files = files();
    files.put(CODE, "/** NOTES (E2). */");
    rejects("(E1) names " + CODE + ", which does not cite it", NOTES, files);
  }

  @Test
  void rejectsACitationInAnotherLine() {
    rejects(
        "(E1) names " + CODE + "#L3, but is cited in [L2]", NOTES.replace("#L2", "#L3"), files());
  }

  @Test
  void rejectsAnEquationWhoseCodeIsGone() {
    Map<String, String> files = files();
    files.remove(CODE);
    rejects("(E1) names " + CODE + ", which is not a file of src/main/", NOTES, files);
    rejects(
        "(E1) claims code and names none",
        NOTES.replace("[A](src/main/java/A.java#L2)", "A"), files());
    rejects(
        "(E1) names " + TEST + ", which is not a file of src/main/",
        NOTES.replace("src/main/java/A.java#L2", TEST), files());
  }

  @Test
  void rejectsAnEquationWithoutATest() {
    rejects(
        "(E2) has no test",
        NOTES.replace("Test: [ATest](src/test/java/ATest.java).\n", ""), files());
  }

  @Test
  void rejectsAnEquationWhoseSecondTestDoesNotCiteIt() {
    Map<String, String> files = files();
    files.put("src/test/java/BTest.java", "");
    rejects("(E1) names src/test/java/BTest.java, which does not cite it", NOTES, files);
  }

  @Test
  void rejectsMacrosThatHostsRefuse() {
    for (String macro : List.of("operatorname", "operatorname*", "mbox", "hphantom", "newcommand")) {
      String problem = "NOTES.md has \\" + macro + ", which hosts refuse";
      rejects(problem, NOTES.replace("Two,", "$`\\" + macro + "{x}`$"), files());
      rejects(
          problem, NOTES.replace("Two,", "\n```math\na\n\\" + macro + "{x}\n```\n"), files());
    }
    String taken = NOTES.replace("Two,", "$`\\mathrm{x} \\left( \\lambda \\right)`$ \\mbox");
    assertEquals(List.of(), CrossReference.problems(taken, files()));
  }

  @Test
  void rejectsNumbersThatAreWrongInTheNotes() {
    rejects(
        "(E2): its anchor is not followed by its number",
        NOTES.replace("**(E2)**", "**(E1)**"), files());
    String first = NOTES.substring(0, NOTES.indexOf("<a id=\"e2"));
    rejects("(E1) is there twice", NOTES + first, files());
  }
}
