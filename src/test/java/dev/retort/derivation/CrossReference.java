package dev.retort.derivation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Holds the derivation, the code and the tests together. An equation of the notes looks so:
 *
 * <pre>
 * &lt;a id="e12"&gt;&lt;/a&gt;
 * **(E12)** ...
 * Code: [Name](path), [Name](path).
 * Test: [Name](path).
 * </pre>
 *
 * <p>and every file under Code and Test says {@code (E12)} somewhere, with the word NOTES in front of
 * the first of a list; where the path ends in a line, {@code #L34}, then there. Files are given by path and text, so that a test can alter them.
 */
final class CrossReference {
  private static final Pattern NUMBER = Pattern.compile("\\(E(\\d+)\\)");
  private static final Pattern ANCHOR = Pattern.compile("<a id=\"e(\\d+)\"></a>");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]+\\]\\(([^)]+)\\)");
  private static final Pattern CODE = links("Code");
  private static final Pattern TEST = links("Test");

  /** Formulas between dollar signs and backquotes, or in a fenced block. */
  private static final Pattern MATH =
      Pattern.compile("\\$`.*?`\\$|```math\\R.*?```", Pattern.DOTALL);

  /**
   * Macros that a well-known host shows as an error instead of the formula: those that define or
   * hide something, link, or come from extensions it does not load.
   */
  private static final Pattern REFUSED =
      Pattern.compile(
          "\\\\(operatorname|DeclareMathOperator|DeclarePairedDelimiter\\w*|(re|provide)?newcommand|"
              + "newenvironment|def|let|gdef|require|mbox|[hv]?phantom|[lr]lap|f?colorbox|definecolor|"
              + "bbox|href|url|class|cssId|style|toggle|mathtip|texttip|cellcolor|rowcolor|columncolor|"
              + "qty|dv|pdv)\\b\\*?");

  private final String notes;
  private final Map<String, String> files;
  private final List<String> problems = new ArrayList<>();

  private CrossReference(String notes, Map<String, String> files) {
    this.notes = notes;
    this.files = files;
  }

  /** What is wrong, one line each; empty if nothing is. */
  static List<String> problems(String notes, Map<String, String> files) {
    CrossReference check = new CrossReference(notes, files);
    Map<String, String> equations = check.equations();
    equations.forEach(check::equation);
    check.citations(notes, "NOTES.md", equations.keySet());
    check.macros();
    files.forEach((path, text) -> check.citations(text, path, equations.keySet()));
    return check.problems;
  }

  /** Links from the word at the start of a line to the next full stop at the end of one. */
  private static Pattern links(String word) {
    return Pattern.compile("^" + word + ": (.*?)\\.$", Pattern.MULTILINE | Pattern.DOTALL);
  }

  /** The text of each equation by number, from its anchor to the next anchor or heading. */
  private Map<String, String> equations() {
    Map<String, String> equations = new LinkedHashMap<>();
    Matcher anchor = ANCHOR.matcher(notes);
    while (anchor.find()) {
      String number = anchor.group(1);
      String text = notes.substring(anchor.end()).split("<a id=\"e|\n## ", 2)[0];
      if (!text.startsWith("\n**(E" + number + ")**")) {
        problems.add("(E" + number + "): its anchor is not followed by its number");
      }
      if (equations.put(number, text) != null) {
        problems.add("(E" + number + ") is there twice");
      }
    }
    return equations;
  }

  private void equation(String number, String text) {
    Set<String> tests = linked(TEST, text);
    if (tests.isEmpty()) {
      problems.add("(E" + number + ") has no test");
    }
    tests.forEach(path -> cites(path, number, "src/test/"));
    Matcher code = CODE.matcher(text);
    Set<String> sources = linked(CODE, text);
    if (code.find() && sources.isEmpty()) {
      problems.add("(E" + number + ") claims code and names none");
    }
    sources.forEach(path -> cites(path, number, "src/main/"));
  }

  private static Set<String> linked(Pattern where, String text) {
    Set<String> paths = new LinkedHashSet<>();
    Matcher line = where.matcher(text);
    while (line.find()) {
      Matcher link = LINK.matcher(line.group(1));
      while (link.find()) {
        paths.add(link.group(1));
      }
    }
    return paths;
  }

  /** Whether a file cites a number, in the very line if the link has one. */
  private void cites(String link, String number, String root) {
    String path = link.replaceFirst("#.*", "");
    if (!path.startsWith(root) || !files.containsKey(path)) {
      problems.add("(E" + number + ") names " + path + ", which is not a file of " + root);
    } else if (!files.get(path).contains("(E" + number + ")")) {
      problems.add("(E" + number + ") names " + path + ", which does not cite it");
    } else if (link.contains("#")) {
      List<String> lines = files.get(path).lines().toList();
      List<String> citing =
          IntStream.range(0, lines.size())
              .filter(i -> lines.get(i).contains("(E" + number + ")"))
              .mapToObj(i -> "L" + (i + 1)).toList();
      String line = link.substring(link.indexOf('#') + 1);
      if (!citing.contains(line)) {
        problems.add("(E" + number + ") names " + link + ", but is cited in " + citing);
      }
    }
  }

  private void macros() {
    MATH.matcher(notes).results()
        .flatMap(formula -> REFUSED.matcher(formula.group()).results())
        .forEach(macro -> problems.add("NOTES.md has " + macro.group() + ", which hosts refuse"));
  }

  private void citations(String text, String path, Set<String> numbers) {
    Matcher citation = NUMBER.matcher(text);
    while (citation.find()) {
      if (!numbers.contains(citation.group(1))) {
        problems.add(path + " cites " + citation.group() + ", which does not exist");
      }
    }
  }
}
