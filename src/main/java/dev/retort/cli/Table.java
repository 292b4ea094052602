package dev.retort.cli;

import module java.base;

/** Rows of text under a head, as text in columns, HTML or Markdown; the first cell of a row is its name. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... head) {
    row(head);
  }

  /** A cell by its row and column, from 0. */
  interface Cell {
    String at(int row, int column);
  }

  /** A table of a row and a column for each name. */
  static Table of(String corner, List<String> rows, List<String> columns, Cell cell) {
    Table table = new Table(line(corner, columns.stream()));
    for (int i = 0; i < rows.size(); i++) {
      int row = i;
      table.row(line(rows.get(i), IntStream.range(0, columns.size()).mapToObj(j -> cell.at(row, j))));
    }
    return table;
  }

  /** The cells of a row. */
  static String[] line(String name, Stream<String> others) {
    return Stream.concat(Stream.of(name), others).toArray(String[]::new);
  }

  void row(String... cells) {
    rows.add(List.of(cells));
  }

  /** The head, then the other rows. */
  List<List<String>> rows() {
    return rows;
  }

  /** Rows as columns. */
  Table transposed() {
    return Table.of(
        rows.getFirst().getFirst(), rows.getFirst().subList(1, rows.getFirst().size()),
        rows.stream().skip(1).map(List::getFirst).toList(), (i, j) -> rows.get(j + 1).get(i + 1));
  }

  /** Prints the first column aligned left, the others right. */
  void print(PrintWriter out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(((i == 0 ? "%-" : "  %") + width(i) + "s").formatted(row.get(i)));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).reduce(1, Math::max);
  }

  String html() {
    return html((i, j) -> "");
  }

  /** With attributes of the cells that are neither in the head nor names. */
  String html(Cell attributes) {
    StringBuilder html = new StringBuilder("<div class='scroll' tabindex='0'><table>\n<thead>");
    for (int i = 0; i < rows.size(); i++) {
      html.append(i == 1 ? "</thead>\n<tbody>\n<tr>" : "<tr>");
      for (int j = 0; j < rows.get(i).size(); j++) {
        String cell = i == 0 ? "th scope='col'" : j == 0 ? "th scope='row'" : "td" + attributes.at(i - 1, j - 1);
        html.append('<').append(cell).append('>').append(Html.escape(rows.get(i).get(j)))
            .append("</").append(cell, 0, 2).append('>');
      }
      html.append("</tr>\n");
    }
    return html.append(rows.size() > 1 ? "</tbody></table></div>\n" : "</thead></table></div>\n").toString();
  }

  String markdown() {
    List<String> lines = new ArrayList<>(rows.stream().map(row -> "| " + String.join(" | ", row) + " |\n").toList());
    lines.add(1, "|---" + "|---:".repeat(rows.getFirst().size() - 1) + "|\n");
    return String.join("", lines);
  }

  /** Text in lines of at most 80 columns. */
  static String wrapped(String text) {
    return text.replaceAll("(.{1,80})( |$)", "$1\n").stripTrailing();
  }
}
