package dev.retort.cli;

import module java.base;
import dev.retort.derivation.Explanation;
import dev.retort.derivation.Explanation.Column;
import dev.retort.derivation.Explanation.Quantity;
import dev.retort.derivation.Explanation.Step;

/** An {@link Explanation} as tables of at most 80 columns. */
final class ExplanationView {
  private ExplanationView() {}

  static void print(PrintWriter out, Explanation explanation, int label) {
    for (Step step : explanation.steps()) {
      List<Column> columns = step.columns();
      out.println(Table.wrapped(step.text()).replace("\n", "\n   "));
      out.println(line("class", columns, Column::name));
      out.println(line("", columns, c -> c.equation().isEmpty() ? "" : "(" + c.equation() + ")"));
      for (int i = 0; i < columns.getFirst().values().size(); i++) {
        int row = i;
        out.println(
            line(i + (i == label ? " *" : ""), columns, c -> number(c.values().get(row))));
      }
      out.println(line("sum", columns, c -> c.sum().map(ExplanationView::number).orElse("")));
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
}
