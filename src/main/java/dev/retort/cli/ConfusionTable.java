package dev.retort.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.train.Evaluation;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;

/** What a network takes each class for: precision, recall and the confusion matrix. */
record ConfusionTable(Evaluation test, List<String> classNames) {
  /** More classes than that make no table to read. */
  private static final int WIDEST = 20;

  private String name(int label) {
    return label < classNames.size() ? classNames.get(label) : Integer.toString(label);
  }

  void print(PrintWriter out) {
    int[][] confusion = test.confusion();
    Table each = new Table("class", "samples", "precision", "recall");
    for (int i = 0; i < confusion.length; i++) {
      each.row(
          name(i), Integer.toString(Arrays.stream(confusion[i]).sum()),
          "%.4f".formatted(test.precision(i)), "%.4f".formatted(test.recall(i)));
    }
    each.print(out);
    if (confusion.length <= WIDEST) {
      String[] head = new String[confusion.length + 1];
      Arrays.setAll(head, j -> j == 0 ? "class \\ answer" : name(j - 1));
      Table matrix = new Table(head);
      for (int i = 0; i < confusion.length; i++) {
        int[] row = confusion[i];
        String[] cells = new String[row.length + 1];
        cells[0] = name(i);
        for (int j = 0; j < row.length; j++) {
          cells[j + 1] = Integer.toString(row[j]);
        }
        matrix.row(cells);
      }
      out.println();
      matrix.print(out);
    }
  }

  /** As the fields {@code classes}, one object each, and {@code confusion}, rows of labels. */
  void write(JsonGenerator json) throws IOException {
    int[][] confusion = test.confusion();
    json.writeArrayFieldStart("classes");
    for (int i = 0; i < confusion.length; i++) {
      json.writeStartObject();
      json.writeStringField("name", name(i));
      json.writeNumberField("samples", Arrays.stream(confusion[i]).sum());
      number(json, "precision", test.precision(i));
      number(json, "recall", test.recall(i));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("confusion");
    for (int[] row : confusion) {
      json.writeArray(row, 0, row.length);
    }
    json.writeEndArray();
  }

  /** JSON has no NaN: where there is nothing to divide by, there is null. */
  private static void number(JsonGenerator json, String field, double value) throws IOException {
    if (Double.isNaN(value)) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(field, value);
    }
  }
}
