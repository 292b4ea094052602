package dev.retort.data;

import module java.base;
import dev.retort.format.ElementType;

/**
 * The header of an NPY file, a Python dict of {@code descr}, {@code fortran_order} and {@code shape}.
 * Only the literals that NumPy writes are understood; nothing is evaluated.
 *
 * @param fortran whether the first index runs fastest
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
record NpyHeader(ElementType type, ByteOrder order, boolean fortran, long[] shape) {
  /** What NumPy allows. */
  private static final int MAX_DIMENSIONS = 64;

  private static final Pattern ENTRY =
      Pattern.compile(
          "\\s*(['\"])(\\w+)\\1\\s*:\\s*"
              + "(\\[|(?:'[^'\\\\]*'|\"[^\"\\\\]*\"|True|False|\\([^()]*\\))(?=\\s*[,}]))\\s*,?");
  private static final Pattern DIMENSIONS = Pattern.compile("\\s*|(\\s*\\d+\\s*,)+(\\s*\\d+)?\\s*");
  private static final Pattern TYPE = Pattern.compile("['\"][<>|](b1|[iu][1248]|f[248])['\"]");

  /**
   * Reads the dict.
   *
   * @param text all of the header
   * @param in for errors, at the end of the header
   */
  static NpyHeader parse(String text, BoundedInput in) {
    long at = in.position() - text.length();
    Map<String, String> values = entries(text, in, at);
    UnaryOperator<String> value =
        key -> {
          String found = values.get(key);
          if (found == null) {
            throw in.wrong(at, "the header has no '" + key + "'");
          }
          return found;
        };
    String descr = value.apply("descr");
    String order = value.apply("fortran_order");
    String shape = value.apply("shape");
    if (values.size() != 3) {
      throw in.wrong(at, "the header has unknown keys: " + values.keySet());
    }
    if (!order.equals("True") && !order.equals("False")) {
      throw in.wrong(at, "fortran_order must be True or False, not " + order);
    }
    return new NpyHeader(
        type(descr, in, at),
        descr.startsWith(">", 1) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        order.equals("True"), shape(shape, in, at));
  }

  private static Map<String, String> entries(String text, BoundedInput in, long at) {
    String dict = text.stripTrailing();
    if (!dict.startsWith("{") || !dict.endsWith("}")) {
      throw in.wrong(at, "the header is not a dict");
    }
    Map<String, String> values = new HashMap<>();
    Matcher entry = ENTRY.matcher(dict).region(1, dict.length());
    int end = 1;
    while (entry.lookingAt()) {
      if (values.put(entry.group(2), entry.group(3)) != null) {
        throw in.wrong(at + entry.start(2), "the header has '" + entry.group(2) + "' twice");
      }
      if (entry.group(3).equals("[")) {
        throw in.wrong(at + entry.start(3), "structured types are not read, only numbers");
      }
      end = entry.end();
      entry.region(end, dict.length());
    }
    if (!dict.substring(end).strip().equals("}")) {
      throw in.wrong(
          at + end, "the header is malformed: expected 'key': value with a string, True, False or a"
              + " tuple of sizes");
    }
    return values;
  }

  private static ElementType type(String descr, BoundedInput in, long at) {
    Matcher known = TYPE.matcher(descr);
    if (known.matches() && descr.startsWith("|", 1) == descr.startsWith("1", 3)) {
      String code = known.group(1).toUpperCase(Locale.ROOT);
      return code.equals("B1")
          ? ElementType.BOOL
          : ElementType.valueOf(code.substring(0, 1) + Byte.SIZE * (code.charAt(1) - '0'));
    }
    throw in.wrong(at, "elements of type " + descr + " are not read, only numbers such as '<f4'");
  }

  private static long[] shape(String tuple, BoundedInput in, long at) {
    String inner = tuple.startsWith("(") ? tuple.substring(1, tuple.length() - 1) : "?";
    if (!DIMENSIONS.matcher(inner).matches()) {
      throw in.wrong(at, "shape must be a tuple of sizes, not " + tuple);
    }
    String[] sizes = inner.isBlank() ? new String[0] : inner.strip().split("\\s*,\\s*");
    if (sizes.length > MAX_DIMENSIONS) {
      throw in.wrong(
          at, sizes.length + " dimensions, where NumPy has at most " + MAX_DIMENSIONS);
    }
    long[] shape = new long[sizes.length];
    for (int i = 0; i < shape.length; i++) {
      if (sizes[i].length() > 18) {
        throw in.wrong(at, "a size of " + sizes[i].length() + " digits");
      }
      shape[i] = Long.parseLong(sizes[i]);
    }
    return shape;
  }
}
