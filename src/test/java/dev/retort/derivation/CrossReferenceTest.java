package dev.retort.derivation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import module java.base;
import org.junit.jupiter.api.Test;

class CrossReferenceTest {
  private static final Path REAL_NOTES = Path.of("NOTES.md");
  private static final String CODE = "src/main/java/A.java";
  private static final String TEST = "src/test/java/ATest.java";
  private static final String NOTES =
      """
      <a id="e1"></a>
      **(E1)** One, as (E2) will need it.

      Longhand: [A.one](src/main/java/A.java#L2).
      Engine: [A.other](src/main/java/A.java#L5).
      Test: [ATest.one](src/test/java/ATest.java#L1),
      [BTest.all](src/test/java/BTest.java#L1).

      <a id="e2"></a>
      **(E2)** Two, a step that no code takes.

      Longhand: none, it is a remark.
      Engine: none, it is a remark.
      Test: [ATest.one](src/test/java/ATest.java#L1).

      ## More
      """;

  private static Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    files.put(CODE, "/**\n * NOTES (E1).\n */\n  void one() {\n  // (E1)\n  other();");
    files.put(TEST, "/** NOTES (E1), (E2). */\nvoid one() {");
    files.put("src/test/java/BTest.java", "/** NOTES (E1). */\nvoid all() {");
    return files;
  }

  private static void rejects(String problem, String notes, Map<String, String> files) {
    assertEquals(List.of(problem), CrossReference.problems(notes, files));
  }

  /** This class is the one file whose citations are made up. */
  private static Map<String, String> realFiles() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(Path.of("src"))) {
      for (Path path : paths.filter(p -> p.toString().endsWith(".java")).toList()) {
        if (!path.endsWith("CrossReferenceTest.java")) {
          files.put(path.toString().replace('\\', '/'), Files.readString(path));
        }
      }
    }
    return files;
  }

  @Test
  void theNotesTheCodeAndTheTestsAgree() throws IOException {
    Map<String, String> files = realFiles();
    if (Boolean.getBoolean("retort.update")) {
      Files.writeString(REAL_NOTES, CrossReference.renewed(Files.readString(REAL_NOTES), files));
    }
    List<String> problems = CrossReference.problems(Files.readString(REAL_NOTES), files);
    assertEquals(
        "", String.join("\n", problems),
        "NOTES.md and the code disagree. Where only lines moved, run:"
            + " mvn -q test -Dtest=CrossReferenceTest -Dretort.update=true\n");
  }

  /** Every Longhand, Engine and Test line of the real notes is needed, and so is every line number. */
  @Test
  void nothingCanBeDeletedOrMoved() throws IOException {
    String notes = Files.readString(REAL_NOTES);
    Map<String, String> files = realFiles();
    Pattern line =
        Pattern.compile("^(Longhand|Engine|Test): .*?\\.\\R", Pattern.MULTILINE | Pattern.DOTALL);
    for (MatchResult found : line.matcher(notes).results().toList()) {
      String without = notes.substring(0, found.start()) + notes.substring(found.end());
      assertNotEquals(List.of(), CrossReference.problems(without, files), found.group());
    }
    files.replaceAll((path, text) -> "\n" + text);
    long links = Pattern.compile("\\.java#L\\d+\\)").matcher(notes).results().count();
    assertEquals(links, CrossReference.problems(notes, files).size());
    assertEquals(
        List.of(), CrossReference.problems(CrossReference.renewed(notes, files), files));
  }

  @Test
  void takesWhatIsWhole() {
    assertEquals(List.of(), CrossReference.problems(NOTES, files()));
    assertEquals(NOTES, CrossReference.renewed(NOTES, files()));
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
  void rejectsALineThatIsMissing() {
    rejects(
        "(E1) has no Longhand line with a link",
        NOTES.replace("Longhand: [A.one](src/main/java/A.java#L2).\n", ""), files());
    rejects(
        "(E1) has no Engine line with a link", NOTES.replace("Engine: [A", "Engines: [A"), files());
    rejects(
        "(E2) has no Engine line with a link",
        NOTES.replace("Engine: none, it is a remark", "Engine: none"), files());
    rejects(
        "(E2) has no Test line with a link",
        NOTES.replace("Test: [ATest.one](src/test/java/ATest.java#L1).\n", "Test: none, why.\n"),
        files());
  }

  @Test
  void rejectsALinkThatDoesNotLeadThere() {
    Map<String, String> files = files();
    files.put(TEST, "/** NOTES (E2). */\nvoid one() {");
    rejects("(E1) links ATest.one to " + TEST + ", which does not cite it", NOTES, files);
    rejects(
        "(E1) links A.one to line 3, but it is line 2",
        NOTES.replace("one](src/main/java/A.java#L2", "one](src/main/java/A.java#L3"), files());
    rejects(
        "(E1) links A.one to line null, but it is line 2",
        NOTES.replace("one](src/main/java/A.java#L2", "one](src/main/java/A.java"), files());
    rejects(
        "(E1) links A.another, but no citation in " + CODE + " stands before another",
        NOTES.replace("A.other", "A.another"), files());
    rejects(
        "(E1) links C.other to " + CODE + ", which is not that class in src/main/",
        NOTES.replace("A.other", "C.other"), files());
    rejects(
        "(E1) links ATest.one to " + TEST + ", which is not that class in src/main/",
        NOTES.replace("A.other](src/main/java/A.java#L5", "ATest.one](" + TEST + "#L1"), files());
    rejects(
        "(E1), Test: a link does not name a class and its member",
        NOTES.replace("BTest.all", "BTest"), files());
    files.remove("src/test/java/BTest.java");
    files.put(TEST, files().get(TEST));
    rejects(
        "(E1) links BTest.all to src/test/java/BTest.java, which is no file", NOTES, files);
  }

  @Test
  void renewsTheLinesThatMoved() {
    Map<String, String> files = files();
    files.put(CODE, "\n\n" + files.get(CODE));
    assertEquals(2, CrossReference.problems(NOTES, files).size());
    String renewed = CrossReference.renewed(NOTES, files);
    assertEquals(NOTES.replace("java#L2", "java#L4").replace("java#L5", "java#L7"), renewed);
    assertEquals(List.of(), CrossReference.problems(renewed, files));
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
