package dev.retort.cli;

import module java.base;
import dev.retort.cli.Hinton.Row;
import dev.retort.cli.HintonResults.Mended;
import dev.retort.cli.HintonResults.Outcome;

/** Reads hinton.json back. */
final class HintonJson {
  private HintonJson() {}

  @SuppressWarnings("unchecked") // The field is a list of objects by contract.
  private static HintonResults read(Path file) throws IOException {
    Map<String, Object> json = Json.read(file);
    List<Outcome> all = new ArrayList<>();
    ((List<Object>) json.get("networks")).forEach(each -> all.add(outcome((Map<String, Object>) each)));
    return new HintonResults(all, (Integer) Json.object(json, "data").get("testRows"));
  }

  /** Its tables as hinton.md has them. */
  static String markdown(Path file) throws IOException {
    return read(file).tables().stream().map(Table::markdown).collect(Collectors.joining("\n"));
  }

  /**
   * A table of the networks of several runs, each with what its recipe and its teacher's have that the committed ones
   * have not; a network that is in two of them is there once.
   */
  @SuppressWarnings("unchecked") // The fields are lists of objects by contract.
  static String attempts(Path file) throws IOException {
    Map<Object, String> lines = new LinkedHashMap<>();
    for (Row row : Row.values()) {
      for (Object run : (List<Object>) Json.read(file).get("attempts")) {
        Map<String, Object> recipes = Json.object((Map<String, Object>) run, "recipes");
        for (Object each : (List<Object>) ((Map<String, Object>) run).get("networks")) {
          Map<String, Object> network = (Map<String, Object>) each;
          if (network.get("row").equals(row.toString())) {
            lines.put(network.get("modelSha256"), attempt(outcome(network), recipes));
          }
        }
      }
    }
    return "| network | its recipe | its teacher's | errors | mended |\n|---|---|---|---:|---:|\n"
        + String.join("", lines.values());
  }

  private static String attempt(Outcome network, Map<String, Object> recipes) {
    Row row = network.row();
    String t = network.temperature().map(at -> "T = " + Scale.number(at)).orElse("");
    String own = Stream.of(t, changes(recipes, row)).filter(text -> !text.isEmpty()).collect(Collectors.joining(", "));
    return "| %s | %s | %s | %d | %s |%n".formatted(
        row.label, own, t.isEmpty() ? "" : changes(recipes, Row.TEACHER), network.testErrors(),
        network.biasChosenOnTraining().map(mended -> Integer.toString(mended.testErrors())).orElse(""));
  }

  /** The numbers of a recipe that the committed one has otherwise; the temperature apart. */
  private static String changes(Map<String, Object> recipes, Row row) {
    Map<String, String> committed = new Hinton("paper", Map.of()).recipe(row);
    return Json.object(recipes, row.toString()).entrySet().stream()
        .filter(number -> !number.getKey().equals("temperature"))
        .filter(number -> !number.getValue().equals(committed.get(number.getKey())))
        .map(number -> number.getKey() + " " + number.getValue()).collect(Collectors.joining(", "));
  }

  private static Outcome outcome(Map<String, Object> network) {
    return new Outcome(
        Row.valueOf(network.get("row").toString().toUpperCase(Locale.ROOT)),
        Optional.ofNullable((Double) network.get("temperature")), (long) number(network, "seed"),
        (int) number(network, "testErrors"), (int) number(network, "testErrorsOfMended"),
        mended(network, "biasChosenOnTraining"), mended(network, "biasChosenOnTest"),
        number(network, "trainSeconds"), network.get("modelSha256").toString());
  }

  private static Optional<Mended> mended(Map<String, Object> network, String field) {
    return Optional.ofNullable(Json.object(network, field))
        .map(
            mended ->
                new Mended(
                    number(mended, "shift"), (int) number(mended, "testErrors"),
                    (int) number(mended, "testErrorsOfMended")));
  }

  private static double number(Map<String, Object> of, String field) {
    return ((Number) of.get(field)).doubleValue();
  }
}
