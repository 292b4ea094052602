package dev.retort.data;

import module java.base;
import dev.retort.format.AtomicFile;
import dev.retort.tensor.Tensor;

/**
 * NumPy's <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NPY
 * format</a>: how a teacher's logits come from another framework, and go to one.
 *
 * <p>Read are versions 1 to 3, numbers of every width and byte order, in C or Fortran order. Objects
 * and structures are refused: to read them would mean to run what the file says.
 */
public final class Npy {
  private static final String KIND = "an NPY file";
  private static final byte[] MAGIC = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);
  private static final int ALIGNMENT = 64;
  private static final int BUFFER = 1 << 16;

  /** NumPy's own bound. */
  private static final int LONGEST_HEADER = 10_000;

  private Npy() {}

  /**
   * Reads an array.
   *
   * @param file NPY, plain or gzipped
   * @return its elements as float32, in its shape; a scalar as [1]
   * @throws DataException if it cannot be read, is malformed, or does not hold numbers
   */
  public static Tensor read(Path file) {
    return array(file).tensor();
  }

  static DataArray array(Path file) {
    return BoundedInput.read(file, Npy::parse);
  }

  static DataArray parse(BoundedInput in) throws IOException {
    byte[] start = in.header(MAGIC.length + 2, KIND);
    if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw in.wrong(0, "not " + KIND + ": it does not begin with \\x93NUMPY");
    }
    int major = Byte.toUnsignedInt(start[MAGIC.length]);
    int minor = Byte.toUnsignedInt(start[MAGIC.length + 1]);
    if (major < 1 || major > 3 || minor != 0) {
      throw in.wrong(
          MAGIC.length, "version " + major + "." + minor + "; 1.0, 2.0 and 3.0 are read");
    }
    byte[] littleEndian = Arrays.copyOf(in.header(major == 1 ? 2 : 4, KIND), Integer.BYTES);
    long length =
        Integer.toUnsignedLong(ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN).getInt());
    if (length > LONGEST_HEADER) {
      throw in.wrong(
          MAGIC.length + 2, "a header of " + length + " bytes, where " + LONGEST_HEADER
              + " are allowed");
    }
    String text =
        new String(in.header((int) length, KIND), StandardCharsets.ISO_8859_1); // keeps offsets
    NpyHeader header = NpyHeader.parse(text, in);
    String promise = "the shape " + Arrays.toString(header.shape()) + " promises";
    DataArray array =
        DataArray.rest(
            in, in.position() - length, promise, header.type(), header.order(), header.shape());
    return header.fortran() ? array.fromFortran() : array;
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
    int[] sizes = tensor.shape();
    String shape =
        Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining(", "))
            + (sizes.length == 1 ? "," : "");
    String dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
    int start = MAGIC.length + 4;
    int length = (start + dict.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT - start;
    byte[] bytes = new byte[BUFFER];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) length);
    String padding = " ".repeat(length - 1 - dict.length());
    buffer.put((dict + padding + "\n").getBytes(StandardCharsets.US_ASCII));
    out.write(bytes, 0, buffer.position());
    int floats = BUFFER / Float.BYTES;
    for (int at = 0; at < tensor.size(); at += floats) {
      int count = Math.min(floats, tensor.size() - at);
      buffer.clear().asFloatBuffer().put(tensor.data(), tensor.offset() + at, count);
      out.write(bytes, 0, count * Float.BYTES);
    }
  }
}
