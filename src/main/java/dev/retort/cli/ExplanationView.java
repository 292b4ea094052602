package dev.retort.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.derivation.Explanation;
import dev.retort.derivation.Explanation.Column;
import dev.retort.derivation.Explanation.Quantity;
import dev.retort.derivation.Explanation.Step;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An {@link Explanation} as tables of at most 80 columns, or as JSON. */
final class ExplanationView {
  private ExplanationView() {}

  static void print(PrintWriter out, Explanation explanation, int label) {
    for (Step step : explanation.steps()) {
      List<Column> columns = step.columns();
      out.println(step.text());
      out.println(line("class", columns, Column::name));
      out.println(line("", columns, c -> c.equation().isEmpty() ? "" : "(" + c.equation() + ")"));
      for (int i = 0; i < columns.getFirst().values().size(); i++) {
        int row = i;
        out.println(
            line(i + (i == label ? " *" : ""), columns, c -> number(c.values().get(row))));
      }
      out.println(line("sum", columns, c -> c.summed() ? number(c.sum()) : ""));
      out.println();
    }
    for (Quantity quantity : explanation.quantities()) {
      out.printf(
          Locale.ROOT, "%-32s (%s) %s%n", quantity.name(), quantity.equation(),
          number(quantity.value()));
    }
  }

  private static String line(String head, List<Column> columns, Function<Column, String> cell) {
    return columns.stream()
        .map(column -> String.format("%10s", cell.apply(column)))
        .collect(Collectors.joining("", String.format("%-8s", head), "")).stripTrailing();
  }

  /** At most nine characters. */
  static String number(double x) {
    double size = Math.abs(x);
    boolean scientific = size >= 1e6 || (size != 0 && size < 1e-3);
    String format = scientific ? "%.2e" : size >= 1e3 ? "%.1f" : "%.4f";
    String text = String.format(Locale.ROOT, format, x);
    return text.length() <= 9 ? text : String.format(Locale.ROOT, "%.1e", x);
  }

  /** The same numbers as fields of an open object. */
  static void write(JsonGenerator json, Explanation explanation) throws IOException {
    json.writeArrayFieldStart("steps");
    for (Step step : explanation.steps()) {
      json.writeStartObject();
      json.writeStringField("text", step.text().replaceAll("\\s+", " "));
      json.writeArrayFieldStart("columns");
      for (Column column : step.columns()) {
        json.writeStartObject();
        json.writeStringField("name", column.name());
        json.writeStringField("equation", column.equation());
        json.writeArrayFieldStart("values");
        for (double value : column.values()) {
          json.writeNumber(value);
        }
        json.writeEndArray();
        if (column.summed()) {
          json.writeNumberField("sum", column.sum());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("quantities");
    for (Quantity quantity : explanation.quantities()) {
      json.writeStartObject();
      json.writeStringField("name", quantity.name());
      json.writeStringField("equation", quantity.equation());
      json.writeNumberField("value", quantity.value());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
