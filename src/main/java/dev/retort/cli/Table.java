package dev.retort.cli;

import module java.base;

/** Rows of text under a head: printed in columns here, or shown on a page. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... head) {
    rows.add(List.of(head));
  }

  void row(String... cells) {
    rows.add(List.of(cells));
  }

  /** The head, then the other rows. */
  List<List<String>> rows() {
    return rows;
  }

  /** Prints the first column aligned left, the others right. */
  void print(PrintWriter out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(row.getFirst());
      line.append(" ".repeat(width(0) - line.length()));
      for (int i = 1; i < row.size(); i++) {
        line.append("  ").append(" ".repeat(width(i) - row.get(i).length())).append(row.get(i));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** Text in lines of at most 80 columns. */
  static String wrapped(String text) {
    StringBuilder lines = new StringBuilder();
    int length = 0;
    for (String word : text.split(" ", -1)) {
      boolean fits = length + 1 + word.length() <= 80;
      lines.append(lines.isEmpty() ? "" : fits ? " " : "\n").append(word);
      length = fits && length > 0 ? length + 1 + word.length() : word.length();
    }
    return lines.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElseThrow();
  }
}
