package dev.retort.derivation;

import module java.base;

/**
 * Holds the derivation, the code and the tests together. An equation of the notes looks so:
 *
 * <pre>
 * &lt;a id="e12"&gt;&lt;/a&gt;
 * **(E12)** ...
 * Longhand: [Losses.softmax](path#L12).
 * Engine: [Kernels.softmax](path#L34), [Softmax.probabilities](path#L56).
 * Test: [LossesTest.softmax](path#L78).
 * </pre>
 *
 * <p>or "Longhand: none, ..." or "Engine: none, ..." with a reason. A link leads to the line that cites the
 * equation, {@code (E12)}, and stands last before the member that the link names; so its number can be
 * checked, and be renewed when lines move. Files are given by path and text, so that a test can alter them.
 */
final class CrossReference {
  private static final Pattern NUMBER = Pattern.compile("\\(E(\\d+)\\)");
  private static final Pattern ANCHOR = Pattern.compile("<a id=\"e(\\d+)\"></a>");
  private static final Pattern LINK =
      Pattern.compile("\\[(\\w+)\\.(\\w+)\\]\\(([^)#]+)(?:#L(\\d+))?\\)");

  /** From a word at the start of a line to the next full stop at the end of one. */
  private static final Pattern LINKS =
      Pattern.compile("^(Longhand|Engine|Test): (.*?)\\.$", Pattern.MULTILINE | Pattern.DOTALL);

  private static final Map<String, String> ROOTS =
      Map.of("Longhand", "src/main/", "Engine", "src/main/", "Test", "src/test/");

  /** How many lines a citation may stand above the member that it is about. */
  private static final int REACH = 45;

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
    check.macros();
    List<String> known = equations.keySet().stream().map(number -> "(E" + number + ")").toList();
    check.citations(notes, "NOTES.md", known);
    files.forEach((path, text) -> check.citations(text, path, known));
    return check.problems;
  }

  /** The notes with the line of every link that can be found. */
  static String renewed(String notes, Map<String, String> files) {
    CrossReference check = new CrossReference(notes, files);
    StringBuilder renewed = new StringBuilder(notes);
    check.equations().forEach((number, text) -> {
      String lines = LINK.matcher(text).replaceAll(
          link -> Matcher.quoteReplacement(
              check.line(link.group(3), number, link.group(2))
                  .map(line -> "[" + link.group(1) + "." + link.group(2) + "](" + link.group(3) + "#L" + line + ")")
                  .orElse(link.group())));
      int at = renewed.indexOf(text);
      renewed.replace(at, at + text.length(), lines);
    });
    return renewed.toString();
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
    Map<String, String> lines =
        LINKS.matcher(text).results()
            .collect(Collectors.toMap(line -> line.group(1), line -> line.group(2), (a, b) -> a + b));
    for (String kind : List.of("Longhand", "Engine", "Test")) {
      String line = lines.getOrDefault(kind, "");
      List<MatchResult> links = LINK.matcher(line).results().toList();
      boolean reason = !kind.equals("Test") && line.matches("(?s)none, .+");
      if (links.isEmpty() && !reason) {
        problems.add("(E" + number + ") has no " + kind + " line with a link");
      } else if (LINK.matcher(line).replaceAll("").contains("](")) {
        problems.add("(E" + number + "), " + kind + ": a link does not name a class and its member");
      }
      links.forEach(link -> leads(link, number, ROOTS.get(kind)));
    }
  }

  private void leads(MatchResult link, String number, String root) {
    String path = link.group(3);
    String what = "(E" + number + ") links " + link.group(1) + "." + link.group(2);
    if (!path.startsWith(root) || !path.endsWith("/" + link.group(1) + ".java")) {
      problems.add(what + " to " + path + ", which is not that class in " + root);
    } else if (!files.containsKey(path)) {
      problems.add(what + " to " + path + ", which is no file");
    } else if (!files.get(path).contains("(E" + number + ")")) {
      problems.add(what + " to " + path + ", which does not cite it");
    } else {
      Optional<Integer> line = line(path, number, link.group(2));
      if (line.isEmpty()) {
        problems.add(what + ", but no citation in " + path + " stands before " + link.group(2));
      } else if (!line.get().toString().equals(link.group(4))) {
        problems.add(what + " to line " + link.group(4) + ", but it is line " + line.get());
      }
    }
  }

  /** Of the lines that cite an equation, counted from 1, the one nearest above the member. */
  private Optional<Integer> line(String path, String number, String member) {
    List<String> lines = files.getOrDefault(path, "").lines().toList();
    Pattern word = Pattern.compile("\\b" + member + "\\b");
    return IntStream.range(0, lines.size()).boxed()
        .filter(i -> lines.get(i).contains("(E" + number + ")"))
        .filter(i -> distance(lines, i, word) <= REACH)
        .min(Comparator.comparingInt(i -> distance(lines, i, word)))
        .map(i -> i + 1);
  }

  private static int distance(List<String> lines, int from, Pattern word) {
    int to = from;
    while (to < lines.size() && !word.matcher(lines.get(to)).find()) {
      to++;
    }
    return to < lines.size() ? to - from : Integer.MAX_VALUE;
  }

  private void macros() {
    MATH.matcher(notes).results()
        .flatMap(formula -> REFUSED.matcher(formula.group()).results())
        .forEach(macro -> problems.add("NOTES.md has " + macro.group() + ", which hosts refuse"));
  }

  private void citations(String text, String path, List<String> known) {
    NUMBER.matcher(text).results()
        .filter(citation -> !known.contains(citation.group()))
        .forEach(citation -> problems.add(path + " cites " + citation.group() + ", which does not exist"));
  }
}
