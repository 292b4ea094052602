package dev.retort.data;

import module java.base;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import dev.retort.format.Heap;
import dev.retort.format.RegularFile;
import dev.retort.tensor.Tensor;

/**
 * A CSV file (RFC 4180) with a header: one column of labels, numbers in all the others.
 *
 * @param name what errors call the file
 * @param columns names of the features
 * @param features [rows, columns], row-major
 * @param labels one a row, an index of {@code labelNames}
 * @param labelNames the different labels, in the order of the file
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
record Csv(
    String name, List<String> columns, float[] features, int[] labels, List<String> labelNames) {
  private static final int NO_LABEL = -1;
  private static final int MOST_COLUMNS = 1 << 17;
  private static final int LONGEST_FIELD = 1 << 12;
  private static final int LONGEST_ROW = 1 << 22;
  private static final int MOST_LABELS = 1 << 16;

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

  /** One walk over the file, header first. */
  private interface Walk<T> {
    T over(List<String> header, Iterator<CsvRecord> rows);
  }

  /**
   * Reads a file in two walks: the first checks its form and counts, the second takes the numbers.
   *
   * @param labelColumn name of the column of labels, or its index from 0
   */
  static Csv read(Path file, String labelColumn) {
    long rows = walk(file, (header, records) -> count(records));
    return walk(
        file,
        (header, records) -> read(file, header, records, rows, column(file, header, labelColumn)));
  }

  /** A file whose columns are all features. */
  static Tensor samples(Path file) {
    long rows = walk(file, (header, records) -> count(records));
    Csv csv = walk(file, (header, records) -> read(file, header, records, rows, NO_LABEL));
    if (rows == 0) {
      throw new DataException(file + ": it has no rows");
    }
    return Tensor.of(csv.features, csv.labels.length, csv.columns.size());
  }

  private static long count(Iterator<CsvRecord> records) {
    long count = 0;
    for (; records.hasNext(); records.next()) {
      count++;
    }
    return count;
  }

  private static <T> T walk(Path file, Walk<T> walk) {
    CsvRecordHandler handler =
        CsvRecordHandler.builder()
            .maxFields(MOST_COLUMNS).maxFieldSize(LONGEST_FIELD).maxRecordSize(LONGEST_ROW).build();
    try (BufferedReader in =
            new BufferedReader(
                new InputStreamReader(
                    RegularFile.open(file), StandardCharsets.UTF_8.newDecoder()));
        QuoteCounter quotes = new QuoteCounter(withoutByteOrderMark(in));
        CsvReader<CsvRecord> csv =
            CsvReader.builder().maxBufferSize(LONGEST_ROW).build(handler, quotes)) {
      Iterator<CsvRecord> records = csv.iterator();
      if (!records.hasNext()) {
        throw new DataException(file + ": it is empty; a header and rows are needed");
      }
      T result = walk.over(List.copyOf(records.next().getFields()), records);
      if (quotes.isOdd) {
        throw new DataException(
            file + ": an odd number of quotes: one is open, or the file is cut off");
      }
      return result;
    } catch (CsvParseException e) {
      String where = String.valueOf(e.getMessage()).replaceFirst("Exception when reading record that started in ", "");
      throw new DataException(
          file + ": " + where + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()), e);
    } catch (UncheckedIOException e) {
      throw unreadable(file, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static DataException unreadable(Path file, IOException e) {
    return e instanceof CharacterCodingException
        ? new DataException(file + ": it is not UTF-8", e)
        : BoundedInput.unreadable(file, e);
  }

  private static BufferedReader withoutByteOrderMark(BufferedReader in) throws IOException {
    in.mark(1);
    if (in.read() != '\uFEFF') {
      in.reset();
    }
    return in;
  }

  private static Csv read(
      Path file, List<String> header, Iterator<CsvRecord> records, long rows, int label) {
    int width = label == NO_LABEL ? header.size() : header.size() - 1;
    float[] features =
        Heap.floats(
            Math.multiplyExact(rows, width),
            why -> new DataException(file + ": " + rows + " rows of " + width + " numbers: " + why));
    int[] labels = new int[(int) rows];
    Map<String, Integer> names = new HashMap<>();
    int row = 0;
    for (; records.hasNext() && row < rows; row++) {
      CsvRecord fields = records.next();
      int at = row * width;
      for (int i = 0; i < header.size(); i++) {
        if (i != label) {
          features[at++] = number(file, fields, header, i);
        }
      }
      if (label != NO_LABEL) {
        labels[row] = label(file, fields, fields.getField(label), names);
      }
    }
    if (row < rows || records.hasNext()) {
      throw new DataException(file + ": it changed while it was read");
    }
    String[] labelNames = new String[names.size()];
    names.forEach((name, i) -> labelNames[i] = name);
    List<String> columns = new ArrayList<>(header);
    if (label != NO_LABEL) {
      columns.remove(label);
    }
    return new Csv(file.toString(), columns, features, labels, List.of(labelNames));
  }

  /**
   * The classes that the labels are: whole numbers count from {@code labelsFrom}; if one is something
   * else, all are names, and the classes are in their order.
   */
  List<String> classNames(int labelsFrom, OptionalInt ignored) {
    List<String> known = labelNames.stream().filter(label -> !isIgnored(label, ignored)).toList();
    if (!known.stream().allMatch(label -> label.matches("-?\\d{1,5}"))) {
      return known.stream().sorted().toList();
    }
    int last = labelsFrom;
    for (String label : known) {
      int number = Integer.parseInt(label);
      if (number < labelsFrom) {
        throw new DataException(
            name + ": label " + label + " is not a whole number from " + labelsFrom + " on");
      }
      last = Math.max(last, number);
    }
    return IntStream.rangeClosed(labelsFrom, last).mapToObj(Integer::toString).toList();
  }

  private static boolean isIgnored(String label, OptionalInt ignored) {
    return ignored.isPresent() && label.equals(Integer.toString(ignored.getAsInt()));
  }

  /** The rows as samples of these classes, without those whose label is ignored. */
  Dataset dataset(String dataset, List<String> classNames, OptionalInt ignored, float divisor) {
    int[] classes =
        labelNames.stream()
            .mapToInt(label -> isIgnored(label, ignored) ? DataFiles.IGNORED : classNames.indexOf(label))
            .toArray();
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] < 0 && !isIgnored(labelNames.get(i), ignored)) {
        throw new DataException(
            name + ": label '" + labelNames.get(i) + "' is not among the training labels");
      }
    }
    Features.divide(features, divisor);
    int[] shape = {labels.length, columns.size()};
    return DataFiles.known(
        dataset, new Features.Floats(Tensor.of(features, shape), divisor), shape,
        Arrays.stream(labels).map(label -> classes[label]).toArray(), classNames);
  }

  /** The number of a label, a new one if it has not been seen. */
  private static int label(
      Path file, CsvRecord fields, String label, Map<String, Integer> names) {
    if (label.chars().anyMatch(Character::isISOControl)) {
      throw wrong(file, fields, "a label with a line end or other control character: an open quote?");
    }
    if (names.size() == MOST_LABELS && !names.containsKey(label)) {
      throw wrong(file, fields, "more than " + MOST_LABELS + " different labels");
    }
    return names.computeIfAbsent(label, name -> names.size());
  }

  private static int column(Path file, List<String> header, String wanted) {
    int column = header.indexOf(wanted);
    if (column < 0 && wanted.matches("\\d{1,6}")) {
      column = Integer.parseInt(wanted);
    }
    if (column < 0 || column >= header.size()) {
      List<String> some = header.subList(0, Math.min(5, header.size()));
      throw new DataException(
          file + ": line 1: there is no column '" + wanted + "' of labels: " + header.size()
              + " columns, " + String.join(", ", some)
              + (header.size() > 5 ? ", ..." : ""));
    }
    return column;
  }

  /** Decimal numbers only: no NaN, infinities, hexadecimals or suffixes, which Java would read. */
  private static float number(Path file, CsvRecord fields, List<String> header, int column) {
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
      throw wrong(
          file, fields,
          "column '" + header.get(column) + "': '" + text + "' is not a number that float32 can hold");
    }
    return value;
  }

  private static DataException wrong(Path file, CsvRecord fields, String what) {
    return new DataException(file + ": line " + fields.getStartingLineNumber() + ": " + what);
  }
}
