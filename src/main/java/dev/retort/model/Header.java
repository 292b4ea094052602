package dev.retort.model;

import module java.base;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.retort.format.ElementType;

/**
 * What the header of a safetensors file says.
 *
 * @param metadata text that came with the tensors
 * @param entries the tensors by name, in the order of the header
 */
record Header(Map<String, String> metadata, Map<String, Entry> entries) {
  /** Bytes before the header: its length. */
  static final long START = Long.BYTES;

  static final String METADATA = "__metadata__";

  private static final int QUOTED_CHARACTERS = 80;

  /**
   * One tensor.
   *
   * @param begin first byte, counted from the first after the header
   * @param end exclusive end
   * @param at where in the file its entry stands
   */
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
  record Entry(
      String name, ElementType type, long[] shape, long begin, long end, long at) {}

  /**
   * Checks that the tensors cover the data from its first byte to its last, each byte once.
   *
   * @param file to name in errors
   * @param dataStart where in the file the data begin
   * @param size of the file
   */
  void checkCover(Path file, long dataStart, long size) {
    long covered = 0;
    List<Entry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    for (Entry entry : inOrder) {
      String what = null;
      if (entry.begin < covered) {
        what = "overlap those of another: they begin at " + entry.begin + ", not " + covered;
      } else if (entry.begin > covered) {
        what = "follow a hole: they begin at " + entry.begin + ", not " + covered;
      } else if (entry.end > size - dataStart) {
        what = "end at " + entry.end + ", but the file has " + (size - dataStart);
      }
      if (what != null) {
        throw new ModelException(
            file, entry.at, "the data bytes of " + quote(entry.name) + " " + what);
      }
      covered = entry.end;
    }
    if (covered < size - dataStart) {
      throw new ModelException(
          file, dataStart + covered,
          (size - dataStart - covered) + " bytes follow the data of the last tensor");
    }
  }

  /** A name as an error shows it: escaped, and not too much of it. */
  static String quote(String name) {
    String start = name.substring(0, Math.min(name.length(), QUOTED_CHARACTERS));
    String escaped = new String(JsonStringEncoder.getInstance().quoteAsString(start));
    return "'" + escaped + (start.length() < name.length() ? "..." : "") + "'";
  }

  /** Whether UTF-8 can hold a string: not if it has half a surrogate pair. */
  static boolean isText(String string) {
    for (int i = 0; i < string.length(); i = string.offsetByCodePoints(i, 1)) {
      if (Character.getType(string.codePointAt(i)) == Character.SURROGATE) {
        return false;
      }
    }
    return true;
  }
}
