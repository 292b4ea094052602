package dev.retort.data;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Refusal;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One NPY file, well-formed or not. */
class NpyTest {
  private static final String DICT = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";

  @TempDir Path folder;

  private static DataArray read(byte[] file) throws IOException {
    return BoundedInput.read(new ByteArrayInputStream(file), "x.npy", file.length, Npy::parse);
  }

  /** Refused with a message that begins like this, within the memory that a refusal may take. */
  private static void refused(String message, byte[] file) {
    String given = Refusal.of(file, NpyTest::read);
    assertTrue(given.startsWith("x.npy: " + message), given);
  }

  private static void refusedHeader(String message, String header) {
    refused(message, NpyBytes.raw(1, 0, header, new byte[8]));
  }

  @Test
  void theFileThatTheOthersAreVariationsOfIsWellFormed() throws IOException {
    for (int version = 1; version <= 3; version++) {
      DataArray array = read(NpyBytes.raw(version, 0, DICT, NpyBytes.floats(1, 2)));
      assertArrayEquals(new float[] {1, 2}, array.tensor().toArray());
    }
  }

  /** Every bit comes back, NaN payloads, -0 and subnormals among them. */
  @Test
  void whatIsWrittenIsRead() throws IOException {
    float[] bits = new float[70_000];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.intBitsToFloat(i * 61_357);
    }
    bits[1] = -0f;
    Path file = folder.resolve("x.npy");
    Tensor whole = Tensor.of(bits, 100, 700);
    for (Tensor tensor : new Tensor[] {whole, whole.rows(3, 5), Tensor.zeros(2, 0, 3), Tensor.zeros(7)}) {
      Npy.write(file, tensor);
      Tensor read = Npy.read(file);
      assertArrayEquals(tensor.shape(), read.shape());
      for (int i = 0; i < tensor.size(); i++) {
        assertEquals(
            Float.floatToRawIntBits(tensor.data()[tensor.offset() + i]),
            Float.floatToRawIntBits(read.data()[i]));
      }
    }
  }

  /** The bytes that NumPy's format description asks for. */
  @Test
  void theBytesAreThoseOfTheFormat() throws IOException {
    Path file = folder.resolve("x.npy");
    Npy.write(file, Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    assertArrayEquals(
        NpyBytes.of("<f4", false, "(2, 3)", NpyBytes.floats(1, 2, 3, 4, 5, 6)),
        Files.readAllBytes(file));
    Npy.write(file, Tensor.of(new float[] {1}, 1));
    assertArrayEquals(
        NpyBytes.of("<f4", false, "(1,)", NpyBytes.floats(1)), Files.readAllBytes(file));
    assertEquals(0, (Files.size(file) - 4) % 64);
  }

  @Test
  void hostile32WrongMagic() {
    refused("byte 0: not an NPY file: it does not begin with \\x93NUMPY", new byte[100]);
    byte[] lower = NpyBytes.raw(1, 0, DICT, new byte[8]);
    lower[1] = 'n';
    refused("byte 0: not an NPY file", lower);
    refused("byte 0: not an NPY file: it ends within the header", new byte[0]);
    refused(
        "byte 0: not an NPY file",
        "version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void hostile33Versions() {
    int[][] versions = {{0, 0}, {1, 1}, {255, 255}, {4, 0}, {3, 1}};
    for (int[] version : versions) {
      refused(
          "byte 6: version " + version[0] + "." + version[1] + "; 1.0, 2.0 and 3.0 are read",
          NpyBytes.raw(version[0], version[1], DICT, new byte[8]));
    }
  }

  @Test
  void hostile34HeaderShorterThanDeclared() {
    byte[] whole = NpyBytes.raw(1, 0, DICT, new byte[0]);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      refused("byte " + length + ": not an NPY file: it ends within the header", cut);
    }
  }

  @Test
  void hostile35LengthOfFourGibibytesInTwelveBytes() {
    byte[] file = Arrays.copyOf(NpyBytes.raw(2, 0, "", new byte[0]), 12);
    Arrays.fill(file, 8, 12, (byte) 0xff);
    refused("byte 8: a header of 4294967295 bytes, where 10000 are allowed", file);
  }

  @Test
  void hostile36HeaderOfMoreThanTenThousandCharacters() throws IOException {
    String padded = DICT.strip() + " ".repeat(10_000 - DICT.length()) + "\n";
    assertEquals(2, read(NpyBytes.raw(1, 0, padded, new byte[8])).size());
    refused(
        "byte 8: a header of 10001 bytes, where 10000 are allowed",
        NpyBytes.raw(1, 0, padded + " ", new byte[8]));
  }

  @Test
  void hostile37MissingExtraAndDuplicateKeys() {
    refusedHeader("byte 10: the header has no 'descr'", "{'fortran_order': False, 'shape': (2,)}");
    refusedHeader("byte 10: the header has no 'shape'", "{'descr': '<f4', 'fortran_order': False}");
    refusedHeader("byte 10: the header has no 'fortran_order'", "{'descr': '<f4', 'shape': (2,)}");
    refusedHeader(
        "byte 10: the header has unknown keys: ", DICT.replace("}", "'more': True, }"));
    refusedHeader(
        "byte 67: the header has 'shape' twice", DICT.replace("}", "'shape': (2,), }"));
    refusedHeader("byte 10: the header has no 'descr'", "{}");
  }

  @Test
  void hostile38NotADictNestingAndCode() {
    for (String header : new String[] {"", "[]", "None", "('descr', '<f4')", "descr", "{", "}"}) {
      refusedHeader("byte 10: the header is not a dict", header);
    }
    for (String value :
        new String[] {
          "{}", "((2,),)", "__import__('os').system('true')", "(2 for x in y)", "lambda: 0",
          "(" .repeat(3000) + ")".repeat(3000), "'a' 'b'", "b'<f4'", "(2,) + (3,)", "2", "None"
        }) {
      DataException e =
          assertThrows(
              DataException.class,
              () -> read(NpyBytes.raw(1, 0, DICT.replace("(2,)", value), new byte[8])));
      assertTrue(
          e.getMessage().matches("(?s)x.npy: byte \\d+: (the header is malformed|shape must be).*"),
          e::getMessage);
    }
  }

  @Test
  void hostile39DimensionsThatAreNoSizes() {
    for (String dimensions :
        new String[] {
          "(True,)", "(-1,)", "(3L,)", "(2.0,)", "(2)", "(0x2,)", "(,)", "(2,,)", "[2]", "(2 3,)"
        }) {
      DataException e =
          assertThrows(
              DataException.class,
              () -> read(NpyBytes.raw(1, 0, DICT.replace("(2,)", dimensions), new byte[8])));
      assertTrue(e.getMessage().startsWith("x.npy: byte "), e::getMessage);
    }
    refusedHeader("byte 10: a size of 19 digits", DICT.replace("2,", "9223372036854775808,"));
    refusedHeader(
        "byte 10: the dimensions [4294967296, 4294967296] exceed 2^31 - 1 bytes",
        DICT.replace("2,", "4294967296, 4294967296"));
    refusedHeader( // Jazzer found it: empty, but what a row holds is counted too
        "byte 10: the dimensions [0, 444444, 443, 44] exceed 2^31 - 1 bytes",
        DICT.replace("2,", "0, 444444, 443, 44"));
    refusedHeader("byte 10: 65 dimensions", DICT.replace("2,", "1,".repeat(65)));
  }

  @Test
  void hostile40ObjectsAndStructuresAreRefusedOrdersAreRead() throws IOException {
    for (String descr : new String[] {"|O", "<U3", "|S8", "<M8[ns]", "<c8", "<f16", "f4", "=f4", "|f4", "<u1x"}) {
      refusedHeader(
          "byte 10: elements of type '" + descr + "' are not read", DICT.replace("<f4", descr));
    }
    refusedHeader(
        "byte 20: structured types are not read, only numbers",
        DICT.replace("'<f4'", "[('a', '<f4'), ('b', '<i4')]"));
    byte[] bigEndian = ByteBuffer.allocate(8).putFloat(1).putFloat(-2).array();
    assertArrayEquals(
        new float[] {1, -2}, read(NpyBytes.of(">f4", false, "(2,)", bigEndian)).tensor().toArray());
    // [[1, 2, 3], [4, 5, 6]], its columns one after the other.
    DataArray fortran = read(NpyBytes.of("<f4", true, "(2, 3)", NpyBytes.floats(1, 4, 2, 5, 3, 6)));
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, fortran.tensor().toArray());
    assertArrayEquals(new int[] {2, 3}, fortran.shape());
  }

  /** 3, 0 and 200 or 100 in every type that NumPy has for them. */
  @Test
  void everyNumberTypeIsRead() throws IOException {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      for (String type : new String[] {"u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"}) {
        int width = type.charAt(1) - '0';
        float[] expected = {3, 0, type.equals("i1") ? 100 : 200};
        ByteBuffer data = ByteBuffer.allocate(3 * width).order(order);
        for (float value : expected) {
          switch (type) {
            case "f2" -> data.putShort(Float.floatToFloat16(value));
            case "f4" -> data.putFloat(value);
            case "f8" -> data.putDouble(value);
            default -> {
              byte[] bytes = new byte[width];
              bytes[order == ByteOrder.LITTLE_ENDIAN ? 0 : width - 1] = (byte) value;
              data.put(bytes);
            }
          }
        }
        String descr = (width == 1 ? "|" : order == ByteOrder.LITTLE_ENDIAN ? "<" : ">") + type;
        DataArray array = read(NpyBytes.of(descr, false, "(3,)", data.array()));
        assertArrayEquals(expected, array.tensor().toArray(), descr);
        assertEquals(3, array.wholes()[0], descr);
      }
    }
    assertArrayEquals(
        new float[] {1, 0}, read(NpyBytes.of("|b1", false, "(2,)", new byte[] {1, 0})).tensor().toArray());
    byte[] huge = new byte[8];
    Arrays.fill(huge, (byte) 0xff);
    assertArrayEquals(
        new float[] {0x1p64f}, read(NpyBytes.of("<u8", false, "(1,)", huge)).tensor().toArray());
  }

  @Test
  void hostile41ScalarsAndEmptyArrays() throws IOException {
    DataArray scalar = read(NpyBytes.of("<f4", false, "()", NpyBytes.floats(7)));
    assertArrayEquals(new float[] {7}, scalar.tensor().toArray());
    assertEquals(0, read(NpyBytes.of("<f4", false, "(0,)", new byte[0])).size());
    assertEquals(0, read(NpyBytes.of("<f4", true, "(3, 0, 2)", new byte[0])).size());
  }

  @Test
  void hostile42ShortData() {
    refused(
        "byte 10: the shape [2] promises 8 bytes, more than the file can hold",
        NpyBytes.raw(1, 0, DICT, new byte[7]));
    refused(
        "byte 75: the data end after 7 of 8 bytes",
        IdxBytes.gzip(NpyBytes.raw(1, 0, DICT, new byte[7])));
    refused(
        "byte 76: there are bytes after the 8 that are promised",
        NpyBytes.raw(1, 0, DICT, new byte[9]));
    refused(
        "byte 10: the shape [536870911] promises 2147483644 bytes, more than the file can hold",
        NpyBytes.raw(1, 0, DICT.replace("2,", "536870911,"), new byte[9]));
  }

  @Test
  void aFolderIsNoFile() {
    refuses(
        DataException.class, folder + ": cannot be read: " + folder + ": not a file", () -> Npy.read(folder));
  }
}
