package dev.retort.cli;

import dev.retort.cli.HintonResults.Errors;
import dev.retort.cli.HintonResults.Mended;
import dev.retort.cli.HintonResults.Outcome;
import dev.retort.train.Hinton.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads hinton.json back. */
final class HintonJson {
  private HintonJson() {}

  @SuppressWarnings("unchecked") // The field is a list of objects by contract.
  static HintonResults read(Path file) throws IOException {
    Map<String, Object> json = Json.read(file);
    List<Outcome> all = new ArrayList<>();
    ((List<Object>) json.get("networks")).forEach(each -> all.add(outcome((Map<String, Object>) each)));
    return new HintonResults(all, (Integer) Json.object(json, "data").get("testRows"));
  }

  private static Outcome outcome(Map<String, Object> network) {
    return new Outcome(
        Row.valueOf(network.get("row").toString().toUpperCase(Locale.ROOT)),
        network.containsKey("temperature")
            ? OptionalDouble.of(number(network, "temperature")) : OptionalDouble.empty(),
        (long) number(network, "seed"), errors(network), mended(network, "biasChosenOnTraining"),
        mended(network, "biasChosenOnTest"), number(network, "trainSeconds"),
        network.get("modelSha256").toString());
  }

  private static Optional<Mended> mended(Map<String, Object> network, String field) {
    return Optional.ofNullable(Json.object(network, field))
        .map(mended -> new Mended(number(mended, "shift"), errors(mended)));
  }

  private static Errors errors(Map<String, Object> of) {
    return new Errors((int) number(of, "testErrors"), (int) number(of, "testErrorsOfMended"));
  }

  private static double number(Map<String, Object> of, String field) {
    return ((Number) of.get(field)).doubleValue();
  }
}
