package dev.retort.data;

import module java.base;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import dev.retort.format.Heap;
import dev.retort.tensor.Tensor;

/** A CSV file (RFC 4180) with a header: one column of labels or none, numbers in all the others. */
final class Csv {
  private static final int NO_LABEL = -1;
  private static final int MOST_COLUMNS = 1 << 17;
  private static final int LONGEST_FIELD = 1 << 12;
  private static final int LONGEST_ROW = 1 << 22;
  private static final int MOST_LABELS = 1 << 16;

  private final Path file;

  /** Names of the columns, and which of them has the labels. */
  private final List<String> header;

  private final int label;

  /** [rows, columns of features], row-major. */
  private final float[] features;

  /** One a row, an index of {@link #labelNames}. */
  private final int[] labels;

  /** The different labels, in the order of the file. */
  private final SequencedMap<String, Integer> labelNames = new LinkedHashMap<>();

  /** Counts quotes: FastCSV takes one that is open where the file ends for closed. */
  private static final class QuoteCounter extends FilterReader {
    private boolean isOdd;

    QuoteCounter(Reader in) {
      super(in);
    }

    @Override
    public int read(char[] into, int from, int length) throws IOException {
      int count = super.read(into, from, length);
      for (int i = from; i < from + count; i++) {
        isOdd ^= into[i] == '"';
      }
      return count;
    }
  }

  /**
   * Reads a file in two walks: the first checks its form and counts, the second takes the numbers.
   *
   * @param labelColumn name of the column of labels, or its index from 0; empty if all are features
   */
  static Csv read(Path file, Optional<String> labelColumn) {
    long records = walk(file, csv -> csv.stream().count());
    return walk(file, csv -> new Csv(file, csv.iterator(), records, labelColumn));
  }

  private static <T> T walk(Path file, Function<CsvReader<CsvRecord>, T> walk) {
    CsvRecordHandler handler =
        CsvRecordHandler.builder()
            .maxFields(MOST_COLUMNS).maxFieldSize(LONGEST_FIELD).maxRecordSize(LONGEST_ROW).build();
    return BoundedInput.open(
        file,
        bytes -> {
          BufferedReader text = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
          QuoteCounter quotes = new QuoteCounter(text);
          try (CsvReader<CsvRecord> csv = CsvReader.builder().maxBufferSize(LONGEST_ROW).build(handler, quotes)) {
            text.mark(1);
            if (text.read() != '\uFEFF') { // a byte order mark
              text.reset();
            }
            T result = walk.apply(csv);
            DataException.require(
                !quotes.isOdd, file + ": an odd number of quotes: one is open, or the file is cut off");
            return result;
          } catch (CsvParseException e) {
            String where =
                String.valueOf(e.getMessage()).replaceFirst("Exception when reading record that started in ", "");
            throw new DataException(
                file + ": " + where + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()), e);
          }
        });
  }

  /** Takes all of a file; {@code count} of records, the header among them, are expected. */
  private Csv(Path file, Iterator<CsvRecord> records, long count, Optional<String> labelColumn) {
    DataException.require(records.hasNext(), file + ": it is empty; a header and rows are needed");
    this.file = file;
    header = List.copyOf(records.next().getFields());
    label = labelColumn.isEmpty() ? NO_LABEL : labelColumn(labelColumn.get());
    int width = columns().size();
    long rows = count - 1;
    Function<String, DataException> tooLarge =
        why -> new DataException(file + ": " + rows + " rows of " + width + " numbers: " + why);
    features = Heap.array(Math.multiplyExact(rows, width), Float.BYTES, float[]::new, tooLarge);
    labels = Heap.array(rows, Integer.BYTES, int[]::new, tooLarge);
    int row = 0;
    for (; records.hasNext() && row < rows; row++) {
      take(records.next(), row, row * width);
    }
    DataException.require(row == rows && !records.hasNext(), file + ": it changed while it was read");
  }

  private int labelColumn(String wanted) {
    int column = header.indexOf(wanted);
    if (column < 0 && wanted.matches("\\d{1,6}")) {
      column = Integer.parseInt(wanted);
    }
    if (column < 0 || column >= header.size()) {
      List<String> some = header.subList(0, Math.min(5, header.size()));
      throw new DataException(
          file + ": line 1: there is no column '" + wanted + "' of labels: " + header.size() + " columns, "
              + String.join(", ", some) + (header.size() > 5 ? ", ..." : ""));
    }
    return column;
  }

  private void take(CsvRecord fields, int row, int from) {
    int at = from;
    for (int i = 0; i < header.size(); i++) {
      if (i == label) {
        labels[row] = label(fields);
      } else {
        features[at++] = number(fields, i);
      }
    }
  }

  /** The number of a label, a new one if it has not been seen. */
  private int label(CsvRecord fields) {
    String name = fields.getField(label);
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw wrong(fields, "a label with a line end or other control character: an open quote?");
    }
    if (labelNames.size() == MOST_LABELS && !labelNames.containsKey(name)) {
      throw wrong(fields, "more than " + MOST_LABELS + " different labels");
    }
    return labelNames.computeIfAbsent(name, _ -> labelNames.size());
  }

  /** Decimal numbers only: no NaN, infinities, hexadecimals or suffixes, which Java would read. */
  private float number(CsvRecord fields, int column) {
    String text = fields.getField(column);
    float value = Float.NaN;
    if (text.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0)) {
      try {
        value = Float.parseFloat(text);
      } catch (NumberFormatException e) {
        // Stays NaN.
      }
    }
    if (!Float.isFinite(value)) {
      throw wrong(fields, "column '" + header.get(column) + "': '" + text + "' is not a number that float32 can hold");
    }
    return value;
  }

  private DataException wrong(CsvRecord fields, String what) {
    return new DataException(file + ": line " + fields.getStartingLineNumber() + ": " + what);
  }

  /** The names of the features. */
  List<String> columns() {
    List<String> columns = new ArrayList<>(header);
    if (label != NO_LABEL) {
      columns.remove(label);
    }
    return columns;
  }

  /** The features, [rows, columns]. */
  Tensor features() {
    DataException.require(labels.length > 0, file + ": it has no samples, only a header");
    return Tensor.of(features, labels.length, features.length / labels.length);
  }

  /**
   * The classes that the labels are: whole numbers count from {@code labelsFrom}; if one is something else, all are
   * names, and the classes are in their order.
   */
  List<String> classNames(int labelsFrom, OptionalInt ignored) {
    List<String> known = labelNames.keySet().stream().filter(name -> !isIgnored(name, ignored)).toList();
    if (!known.stream().allMatch(name -> name.matches("-?\\d{1,5}"))) {
      return known.stream().sorted().toList();
    }
    int last = labelsFrom;
    for (String name : known) {
      int number = Integer.parseInt(name);
      DataException.require(
          number >= labelsFrom, file + ": label " + name + " is not a whole number from " + labelsFrom + " on");
      last = Math.max(last, number);
    }
    return IntStream.rangeClosed(labelsFrom, last).mapToObj(Integer::toString).toList();
  }

  private static boolean isIgnored(String name, OptionalInt ignored) {
    return ignored.isPresent() && name.equals(Integer.toString(ignored.getAsInt()));
  }

  /** The rows as samples of these classes, without those whose label is ignored. */
  Dataset dataset(String dataset, List<String> classNames, OptionalInt ignored, float divisor) {
    int[] classes = new int[labelNames.size()];
    labelNames.forEach(
        (name, i) -> {
          classes[i] = isIgnored(name, ignored) ? DataFiles.IGNORED : classNames.indexOf(name);
          DataException.require(
              classes[i] >= 0 || isIgnored(name, ignored),
              file + ": label '" + name + "' is not among the training labels");
        });
    Tensor all = features();
    return DataFiles.known(
        dataset, Features.divided(all, divisor), all.shape(), Arrays.stream(labels).map(l -> classes[l]).toArray(),
        classNames);
  }
}
