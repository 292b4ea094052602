package dev.retort.cli;

import module java.base;
import dev.retort.train.Evaluation;

/** What a network takes each class for: precision, recall and the confusion matrix. */
record ConfusionTable(Evaluation test, List<String> classNames) {
  /** More classes than that make no table to read. */
  private static final int WIDEST = 20;

  private String name(int label) {
    return label < classNames.size() ? classNames.get(label) : Integer.toString(label);
  }

  /**
   * How a network does on the samples of a class, as JSON has it.
   *
   * @param precision NaN if no sample was taken for this class
   * @param recall NaN if there are no samples
   */
  record OfClass(String name, int samples, double precision, double recall) {}

  List<OfClass> classes() {
    int[][] confusion = test.confusion();
    return IntStream.range(0, confusion.length)
        .mapToObj(
            i -> new OfClass(name(i), Arrays.stream(confusion[i]).sum(), test.precision(i), test.recall(i)))
        .toList();
  }

  void print(PrintWriter out) {
    Table each = new Table("class", "samples", "precision", "recall");
    classes().forEach(
        row ->
            each.row(
                row.name, Integer.toString(row.samples), "%.4f".formatted(row.precision),
                "%.4f".formatted(row.recall)));
    each.print(out);
    int[][] confusion = test.confusion();
    if (confusion.length <= WIDEST) {
      List<String> names = classes().stream().map(OfClass::name).toList();
      out.println();
      Table.of("class \\ answer", names, names, (i, j) -> Integer.toString(confusion[i][j])).print(out);
    }
  }
}
