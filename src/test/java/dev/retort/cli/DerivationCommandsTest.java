package dev.retort.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.derivation.GradientCases;
import dev.retort.derivation.Tolerances;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code explain} and {@code gradcheck} show, and that a wrong gradient is not let through. */
class DerivationCommandsTest {
  private static final int WIDTH = 80;

  @TempDir static Path folder;

  private static Path data;

  @BeforeAll
  static void tinyData() throws IOException {
    data = Cli.writeData(Files.createDirectory(folder.resolve("tiny")));
  }

  private static void fits(String output) {
    output.lines().forEach(line -> assertTrue(line.length() <= WIDTH, line));
  }

  private static Map<String, Object> json(String text) throws IOException {
    return Json.read(Files.writeString(folder.resolve("printed.json"), text));
  }

  @Test
  void gradcheckShowsEveryGradientAndTheWorst() {
    String table = Cli.run("gradcheck", "--points", 2).output();
    fits(table);
    for (String name : List.of("dense, weights", "relu", "distillation", "standardisation")) {
      assertTrue(table.contains("\n" + name + " "), table);
    }
    assertTrue(table.contains("\nworst of all: double "), table);
    assertEquals(table, Cli.run("gradcheck", "--points", 2).output());
  }

  @Test
  void gradcheckWritesTheSameAsJson() throws IOException {
    String text = Cli.run("gradcheck", "--points", 1, "--json").output();
    Map<String, Object> result = json(text);
    List<?> rows = (List<?>) result.get("gradients");
    assertEquals(new GradientCases(1).all().size(), rows.size());
    assertTrue((double) result.get("worstDouble") <= Tolerances.DIFFERENCES);
    assertTrue((double) result.get("worstFloat32") <= Tolerances.FLOAT32);
  }

  @Test
  void aWrongGradientDoesNotPass() {
    GradientCases.Case right = new GradientCases(1).all().getFirst();
    double[] off = Arrays.stream(right.derived()).map(g -> 1.001 * g).toArray();
    GradientCases.Case wrong =
        new GradientCases.Case(
            right.name(), right.equations(), right.function(), right.at(), off, right.engine());
    GradientCases.Case badEngine =
        new GradientCases.Case(
            right.name(), right.equations(), right.function(), right.at(), right.derived(), off);
    GradientCases.Case engineAlone =
        new GradientCases.Case(
            right.name(), right.equations(), right.function(), right.at(), new double[0], off);
    GradientCases.Case noisy =
        new GradientCases.Case(
            right.name(), right.equations(), z -> (float) right.function().applyAsDouble(z),
            right.at(), right.derived(), right.engine());
    assertFalse(row(engineAlone).passes());
    assertFalse(row(noisy).passes(), "slopes that cannot be measured");
    assertTrue(row(right).passes());
    assertFalse(row(wrong).passes());
    assertFalse(row(badEngine).passes());
    assertEquals(0, GradcheckCommand.exitCode(List.of(row(right))));
    assertEquals(Main.FAILURE, GradcheckCommand.exitCode(List.of(row(right), row(wrong))));
    assertEquals(Main.FAILURE, GradcheckCommand.exitCode(List.of(row(badEngine), row(right))));
  }

  private static GradcheckCommand.Row row(GradientCases.Case given) {
    return GradcheckCommand.Row.of(List.of(given));
  }

  @Test
  void everyMutantIsCaught() {
    String all = Cli.run("gradcheck", "--mutant", "all").output();
    fits(all);
    assertFalse(all.contains("NOT CAUGHT"), all);
    String one = Cli.run("gradcheck", "--mutant", "t-squared").output();
    assertTrue(one.startsWith("t-squared: T^2 (q - p) for T (q - p)\n  distillation, NOTES (E19), (E21)\n"), one);
    assertTrue(all.contains(one));
    assertTrue(
        Cli.run("gradcheck", "--mutant", "none").error(Main.USAGE).contains("t-squared"));
  }

  private static final String[] PENCIL = {
    "explain", "--student-logits", "2.7725887,1.3862944,0", "--teacher-logits",
    "1.3862944,2.7725887,0", "--label", "0", "--temperature", "2"
  };

  private static String pencil(String... more) {
    return Cli.run(PENCIL, more).output();
  }

  /** NOTES, section 5: every number of the pencil example, in double and in float32. */
  @Test
  void explainPrintsThePencilExample() throws IOException {
    fits(pencil());
    Map<String, Object> result = json(pencil("--json"));
    double log2 = Math.log(2);
    Map<String, double[]> expected = new LinkedHashMap<>();
    expected.put("e of z", new double[] {1, 1.0 / 2, 1.0 / 4, 7.0 / 4});
    expected.put("q", new double[] {4.0 / 7, 2.0 / 7, 1.0 / 7, 1});
    expected.put("p", new double[] {2.0 / 7, 4.0 / 7, 1.0 / 7, 1});
    expected.put("q - p", new double[] {2.0 / 7, -2.0 / 7, 0, 0});
    expected.put("by T^2", new double[] {4.0 / 7, -4.0 / 7, 0, 0});
    expected.put("limit", new double[] {2 * log2 / 3, -2 * log2 / 3, 0, 0});
    expected.put("softmax z", new double[] {16.0 / 21, 4.0 / 21, 1.0 / 21, 1});
    expected.put("hard", new double[] {-5.0 / 21, 4.0 / 21, 1.0 / 21, 0});
    expected.put("dL/dz", new double[] {7.0 / 42, -8.0 / 42, 1.0 / 42, 0});
    expected.put("float32", new double[] {7.0 / 42, -8.0 / 42, 1.0 / 42, 0});
    expected.put("KL", new double[] {-2 * log2 / 7, 4 * log2 / 7, 0, 2 * log2 / 7});
    String text = pencil();
    expected.forEach((name, numbers) -> {
      Map<String, Object> column = column(result, name);
      double[] values =
          Stream.concat(((List<?>) column.get("values")).stream(), Stream.of(column.get("sum")))
              .mapToDouble(x -> (double) x).toArray();
      assertArrayEquals(numbers, values, 1e-7, name); // the logits have 8 digits
      for (int i = 0; i < 3; i++) {
        assertTrue(text.contains(ExplanationView.number(numbers[i])), name);
      }
    });
    String last = text.substring(text.indexOf("5. The hard"));
    for (String gradient : List.of("0.1667", "-0.1905", "0.0238")) {
      assertTrue(Pattern.compile(" " + gradient + " +" + gradient + "\n").matcher(last).find(), last);
    }
    assertEquals(0.2719, quantity(result, "hard cross entropy"), 5e-5);
    assertEquals(1.1537, quantity(result, "soft cross entropy"), 5e-5);
    assertEquals(0.9557, quantity(result, "entropy of the teacher"), 5e-5);
    assertEquals(0.1980, quantity(result, "divergence, the difference"), 5e-5);
    assertEquals(2.4435, quantity(result, "loss"), 5e-5);
  }

  private static Stream<Map<String, Object>> columns(Map<String, Object> result) {
    return ((List<?>) result.get("steps")).stream()
        .flatMap(step -> ((List<?>) ((Map<?, ?>) step).get("columns")).stream())
        .map(DerivationCommandsTest::fields);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> fields(Object object) {
    return (Map<String, Object>) object;
  }

  private static Map<String, Object> column(Map<String, Object> result, String name) {
    return columns(result).filter(c -> c.get("name").equals(name)).findFirst().orElseThrow();
  }

  private static double quantity(Map<String, Object> result, String name) {
    return ((List<?>) result.get("quantities")).stream()
        .map(DerivationCommandsTest::fields)
        .filter(q -> q.get("name").equals(name))
        .mapToDouble(q -> (double) q.get("value")).findFirst().orElseThrow();
  }

  /** NOTES names the equations that explain shows: they are those. */
  @Test
  void explainShowsTheEquationsThatNotesNames() throws IOException {
    String text = Cli.run("explain", "--data", data, "--sample", 3).output();
    fits(text);
    assertTrue(text.startsWith("Test sample 3; teacher: 36-64-4 units, trained here, once"), text);
    Set<String> shown = new TreeSet<>();
    Pattern.compile("\\(E\\d+\\)").matcher(text).results().forEach(e -> shown.add(e.group()));
    String notes = Files.readString(Path.of("NOTES.md"));
    String sentence =
        notes.substring(notes.indexOf("`retort explain` shows")).split("\\.\\s", 2)[0];
    Set<String> named = new TreeSet<>();
    Pattern.compile("\\(E\\d+\\)").matcher(sentence).results().forEach(e -> named.add(e.group()));
    assertEquals(named, shown);
  }

  @Test
  void theLossCanBeRecomputedFromTheJson() throws IOException {
    String text =
        Cli.run("explain", "--data", data, "--temperature", 3, "--soft-weight", 2, "--json")
            .output();
    Map<String, Object> result = json(text);
    double t = (double) result.get("temperature");
    assertEquals(3.0, t);
    double hard = (double) result.get("hardWeight") * quantity(result, "hard cross entropy");
    double soft = (double) result.get("softWeight") * quantity(result, "soft cross entropy");
    assertEquals(hard + t * t * soft, quantity(result, "loss"), 1e-12);
    assertTrue(quantity(result, "worst error against differences") <= Tolerances.DIFFERENCES);
    assertTrue(quantity(result, "worst error of float32") <= Tolerances.FLOAT32);
    List<Object> names = columns(result).map(c -> c.get("name")).toList();
    assertEquals(names.size(), Set.copyOf(names).size(), names::toString);
    columns(result).forEach(c -> assertTrue(c.containsKey("equation")));
  }

  /** 80 columns, and numbers that are numbers, wherever the options may go. */
  @Test
  void anyOptionsThatAreAcceptedFit() throws IOException {
    for (String t : List.of("1e-30", "1e-3", "0.123456789", "1e6")) {
      for (String logits : List.of("0,0,0", "3e38,-3e38,1e-40", "1000.5,-1e5,60", "12345678,1,2")) {
        String[] options = {
          "explain", "--student-logits", logits, "--teacher-logits", logits, "--label", "1",
          "--temperature", t, "--hard-weight", "0", "--soft-weight", "0.3333333333333333"
        };
        String text = Cli.run((Object[]) options).output();
        fits(text);
        separate(text);
        String printed = Cli.run(options, "--json").output();
        assertFalse(printed.contains("NaN") || printed.contains("Infinity"), printed);
        json(printed);
      }
    }
    fits(Cli.run("gradcheck", "--points", 200, "--seed", Long.MIN_VALUE).output());
  }

  @Test
  void targetsFitAndStandUnderTheirTemperatures() {
    Path out = folder.resolve("targets");
    Cli.run("train", "--data", data, "--out", out, "--hidden", 0, "--epochs", 1).output();
    String text =
        Cli.run(
                "targets", "--data", data, "--model", out.resolve("model.safetensors"),
                "--samples", "0,39", "--temperatures",
                "1,1.23456789e-29,0.123456789,1e-30,1e-3,12345.6789,1000000").output();
    fits(text);
    List<Integer> columns = List.of();
    int rows = 0;
    for (String line : text.lines().toList()) {
      if (line.startsWith("class  hard")) {
        columns = starts("T = \\S+", line);
        assertEquals(line.split("T = ").length - 1, columns.size(), line);
      } else if (line.matches("    \\d     [01] .*")) {
        assertEquals(columns, starts("\\d\\.\\d{4}", line), line);
        rows++;
      }
    }
    assertEquals(2 * 3 * Cli.CLASSES, rows, text);
  }

  private static List<Integer> starts(String pattern, String line) {
    return Pattern.compile(pattern).matcher(line).results().map(MatchResult::start).toList();
  }

  /** Every number of a table has a space in front. */
  private static void separate(String text) {
    text.lines().filter(line -> line.matches("\\d+ .*"))
        .forEach(
            line ->
                Stream.of(line.replaceFirst("\\d+( \\*)?", "").strip().split("\\s+"))
                    .forEach(Double::parseDouble));
  }

  @Test
  void refusesWhatIsNotThere() {
    assertEquals(
        "retort: there is no test sample 40, only 0 to 39",
        Cli.run("explain", "--data", data, "--sample", 40).error(Main.USAGE));
    assertTrue(
        Cli.run("explain", "--data", data, "--teacher", folder.resolve("none"))
            .error(Main.USAGE).contains("none"));
    assertEquals(
        "retort: --points must be from 1 to 200, not 0",
        Cli.run("gradcheck", "--points", 0).error(Main.USAGE));
    assertTrue(
        Cli.run("explain", "--student-logits", "1,2", "--label", 0).error(Main.USAGE)
            .contains("give all three"));
    assertEquals(
        "retort: 2 student logits, 3 teacher logits",
        Cli.run("explain", "--student-logits", "1,2", "--teacher-logits", "1,2,3", "--label", 0)
            .error(Main.USAGE));
    assertTrue(
        Cli.run("explain", "--student-logits", "1,2", "--teacher-logits", "1,2", "--label", 2)
            .error(Main.USAGE).contains("label 2"));
    assertEquals(
        "retort: logits must be finite, not -Infinity",
        Cli.run("explain", "--student-logits", "1,-Infinity", "--teacher-logits", "1,2", "--label", 0)
            .error(Main.USAGE));
    assertTrue(
        Cli.run("explain", "--data", data, "--temperature", "1.1e6").error(Main.USAGE)
            .contains("1e6"));
    assertTrue(
        Cli.run("explain", "--data", data, "--temperature", 0)
            .error(Main.USAGE).contains("temperature"));
    assertTrue(
        Cli.run("explain", "--data", data, "--soft-weight", -1)
            .error(Main.USAGE).contains("soft weight"));
  }
}
