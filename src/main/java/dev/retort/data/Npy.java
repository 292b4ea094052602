package dev.retort.data;

import module java.base;
import dev.retort.format.AtomicFile;
import dev.retort.format.ElementType;
import dev.retort.tensor.Tensor;

/**
 * NumPy's <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NPY format</a>: how a
 * teacher's logits come from another framework, and go to one.
 *
 * <p>Read are versions 1 to 3, numbers of every width and byte order, in C or Fortran order. Objects and structures are
 * refused: to read them would mean to run what the file says. The header is a Python dict, of which only the literals
 * that NumPy writes are understood; nothing is evaluated.
 */
public final class Npy {
  private static final String KIND = "an NPY file";
  private static final byte[] MAGIC = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);
  private static final int ALIGNMENT = 64;

  /** NumPy's own bounds. */
  private static final int LONGEST_HEADER = 10_000;

  private static final int MAX_DIMENSIONS = 64;

  private static final Pattern ENTRY =
      Pattern.compile(
          "\\s*(['\"])(\\w+)\\1\\s*:\\s*"
              + "(\\[|(?:'[^'\\\\]*'|\"[^\"\\\\]*\"|True|False|\\([^()]*\\))(?=\\s*[,}]))\\s*,?");
  private static final Pattern DIMENSIONS = Pattern.compile("\\s*|(\\s*\\d+\\s*,)+(\\s*\\d+)?\\s*");
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern TYPE = Pattern.compile("['\"][<>|](b1|[iu][1248]|f[248])['\"]");

  private Npy() {}

  /**
   * {@return the elements of an array as float32, in its shape; a scalar as [1]}
   *
   * @param file NPY, plain or gzipped
   * @throws DataException if it cannot be read, is malformed, or does not hold numbers
   */
  public static Tensor read(Path file) {
    return BoundedInput.naming(file, _ -> array(file).tensor());
  }

  static DataArray array(Path file) {
    return BoundedInput.read(file, Npy::parse);
  }

  static DataArray parse(BoundedInput in) throws IOException {
    byte[] start = in.header(MAGIC.length + 2, KIND);
    in.require(
        Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length), 0,
        "not " + KIND + ": it does not begin with \\x93NUMPY");
    int major = Byte.toUnsignedInt(start[MAGIC.length]);
    int minor = Byte.toUnsignedInt(start[MAGIC.length + 1]);
    in.require(
        major > 0 && major < 4 && minor == 0, MAGIC.length,
        "version " + major + "." + minor + "; 1.0, 2.0 and 3.0 are read");
    ByteBuffer given = ByteBuffer.wrap(Arrays.copyOf(in.header(major == 1 ? 2 : 4, KIND), Integer.BYTES));
    long length = Integer.toUnsignedLong(given.order(ByteOrder.LITTLE_ENDIAN).getInt());
    in.require(
        length <= LONGEST_HEADER, MAGIC.length + 2,
        "a header of " + length + " bytes, where " + LONGEST_HEADER + " are allowed");
    long at = in.position();
    Map<String, String> dict = // of Latin letters, so that a character is a byte
        entries(new String(in.header((int) length, KIND), StandardCharsets.ISO_8859_1), in, at);
    String type = value(dict, "descr", in, at);
    String fortran = value(dict, "fortran_order", in, at);
    long[] shape = shape(value(dict, "shape", in, at), in, at);
    in.require(dict.isEmpty(), at, "the header has unknown keys: " + dict.keySet());
    in.require(
        fortran.equals("True") || fortran.equals("False"), at, "fortran_order must be True or False, not " + fortran);
    ByteOrder order = type.startsWith(">", 1) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    String promise = "the shape " + Arrays.toString(shape) + " promises";
    DataArray array = DataArray.rest(in, at, promise, type(type, in, at), order, shape);
    return fortran.equals("True") ? array.fromFortran() : array;
  }

  private static Map<String, String> entries(String text, BoundedInput in, long at) {
    String dict = text.stripTrailing();
    in.require(dict.startsWith("{") && dict.endsWith("}"), at, "the header is not a dict");
    Map<String, String> values = new HashMap<>();
    int end = 1;
    for (Matcher entry = ENTRY.matcher(dict); entry.region(end, dict.length()).lookingAt(); end = entry.end()) {
      in.require(
          values.put(entry.group(2), entry.group(3)) == null, at + entry.start(2),
          "the header has '" + entry.group(2) + "' twice");
      in.require(!entry.group(3).equals("["), at + entry.start(3), "structured types are not read, only numbers");
    }
    in.require(
        dict.substring(end).strip().equals("}"), at + end,
        "the header is malformed: expected 'key': value with a string, True, False or a tuple of sizes");
    return values;
  }

  private static String value(Map<String, String> dict, String key, BoundedInput in, long at) {
    String value = dict.remove(key);
    if (value == null) {
      throw in.wrong(at, "the header has no '" + key + "'");
    }
    return value;
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
    if (!tuple.startsWith("(") || !DIMENSIONS.matcher(tuple).region(1, tuple.length() - 1).matches()) {
      throw in.wrong(at, "shape must be a tuple of sizes, not " + tuple);
    }
    List<String> sizes = NUMBER.matcher(tuple).results().map(MatchResult::group).toList();
    in.require(
        sizes.size() <= MAX_DIMENSIONS, at, sizes.size() + " dimensions, where NumPy has at most " + MAX_DIMENSIONS);
    for (String size : sizes) {
      in.require(size.length() <= 18, at, "a size of " + size.length() + " digits");
    }
    return sizes.stream().mapToLong(Long::parseLong).toArray();
  }

  /**
   * Writes an array as NPY 1.0, little-endian float32 in C order; whole or not at all.
   *
   * @param file written, or written over
   * @param tensor not modified
   * @throws IOException if it cannot be written; an old file is then as it was
   */
  public static void write(Path file, Tensor tensor) throws IOException {
    AtomicFile.write(file, out -> write(out, tensor));
  }

  static void write(OutputStream out, Tensor tensor) throws IOException {
    String sizes = Arrays.stream(tensor.shape()).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    String shape = tensor.shape().length == 1 ? sizes + "," : sizes;
    String dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
    int start = MAGIC.length + 4;
    int length = (start + dict.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT - start;
    out.write(MAGIC);
    out.write(new byte[] {1, 0, (byte) length, (byte) (length >> Byte.SIZE)});
    String padding = " ".repeat(length - 1 - dict.length());
    out.write((dict + padding + "\n").getBytes(StandardCharsets.US_ASCII));
    ElementType.encode(tensor.data(), tensor.offset(), tensor.size(), Channels.newChannel(out)::write);
  }
}
