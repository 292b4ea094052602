package dev.retort.cli;

import module java.base;
import dev.retort.derivation.Explanation.Column;
import dev.retort.derivation.Explanation.Step;

/** An explanation's steps as tables of at most 80 columns. */
final class ExplanationView {
  private ExplanationView() {}

  /** The columns of a step, each with its equation and its sum; a star marks the label. */
  static Table table(Step step, int label) {
    Table table = new Table(line("class", step, Column::name));
    table.row(line("", step, c -> c.equation().isEmpty() ? "" : "(" + c.equation() + ")"));
    for (int i = 0; i < step.columns().getFirst().values().size(); i++) {
      int row = i;
      table.row(line(i + (i == label ? " *" : ""), step, c -> number(c.values().get(row))));
    }
    table.row(line("sum", step, c -> c.sum().map(ExplanationView::number).orElse("")));
    return table;
  }

  private static String[] line(String name, Step step, Function<Column, String> cell) {
    return Table.line(name, step.columns().stream().map(cell));
  }

  /** At most nine characters. */
  static String number(double x) {
    double size = Math.abs(x);
    boolean scientific = size >= 1e6 || (size != 0 && size < 1e-3);
    String text = (scientific ? "%.2e" : size >= 1e3 ? "%.1f" : "%.4f").formatted(x);
    return text.length() <= 9 ? text : "%.1e".formatted(x);
  }
}
