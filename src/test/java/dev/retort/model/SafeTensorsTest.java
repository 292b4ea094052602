package dev.retort.model;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.format.ElementType;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("tensors.safetensors");
  }

  @Test
  void everyBitComesBack() throws Exception {
    float[] bits = new float[70_000]; // more than a buffer
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.intBitsToFloat(i * 61_357);
    }
    bits[1] = -0f;
    Tensor whole = Tensor.of(bits, 100, 700);
    SafeTensors.write(
        file(), Map.of("k", "v \u00e9\n\"\0"),
        Map.of("whole", whole, "rows", whole.rows(3, 5), "none", Tensor.zeros(2, 0, 3)));
    SafeTensors read = SafeTensors.read(file());
    assertEquals(Map.of("k", "v \u00e9\n\"\0"), read.metadata());
    assertSameBits(whole, read.tensor("whole"));
    assertSameBits(whole.rows(3, 5), read.tensor("rows"));
    assertSameBits(Tensor.zeros(2, 0, 3), read.tensor("none"));
  }

  private static void assertSameBits(Tensor expected, Tensor actual) {
    assertArrayEquals(expected.shape(), actual.shape());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(
          Float.floatToRawIntBits(expected.data()[expected.offset() + i]),
          Float.floatToRawIntBits(actual.data()[actual.offset() + i]),
          "element " + i);
    }
  }

  @Test
  void theBytesAreThoseOfTheFormat() throws Exception {
    Tensor b = Tensor.of(new float[] {1, 2}, 2);
    Tensor a = Tensor.of(new float[] {3}, 1, 1);
    SafeTensors.write(file(), Map.of("y", "2", "x", "1"), Map.of("b", b, "a", a));
    String header =
        "{\"__metadata__\":{\"x\":\"1\",\"y\":\"2\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}";
    int padded = (header.length() + 7) / 8 * 8;
    ByteBuffer bytes = ByteBuffer.allocate(8 + padded + 12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(header.getBytes(StandardCharsets.US_ASCII));
    bytes.put(" ".repeat(padded - header.length()).getBytes(StandardCharsets.US_ASCII));
    bytes.putFloat(3).putFloat(1).putFloat(2);
    assertArrayEquals(bytes.array(), Files.readAllBytes(file()));
    assertTrue(padded > header.length(), "the case needs padding");
  }

  @Test
  void aScalarIsReadAsOneElement() throws Exception {
    SafeTensors read =
        SafeTensors.read(
            RawFile.of(folder, "{" + RawFile.entry("a", "F32", "[]", "[0,4]") + "}", 4));
    assertArrayEquals(new int[] {1}, read.tensor("a").shape());
  }

  @Test
  void aTensorThatIsNotThere() throws Exception {
    SafeTensors read = SafeTensors.read(RawFile.of(folder, "{}", 0));
    refuses(
        ModelException.class, folder.resolve("raw.safetensors") + ": there is no tensor 'x'",
        () -> read.tensor("x"));
  }

  @Test
  void whatCannotBeReadBackIsNotWritten() {
    Tensor one = Tensor.zeros(1);
    refuses(
        "no tensor can be named __metadata__",
        () -> SafeTensors.write(file(), Map.of(), Map.of("__metadata__", one)));
    refuses(
        "half a surrogate pair in '\ud800'",
        () -> SafeTensors.write(file(), Map.of(), Map.of("\ud800", one)));
    refuses(
        "half a surrogate pair in '\udc00'",
        () -> SafeTensors.write(file(), Map.of("k", "\udc00"), Map.of("a", one)));
    assertTrue(Files.notExists(file()));
  }

  @Test
  void aFolderIsNoFile() {
    refuses(FileSystemException.class, folder + ": not a file", () -> SafeTensors.read(folder));
    assertThrows(NoSuchFileException.class, () -> SafeTensors.read(file()));
  }

  /** Cut off after its header was read, within its pages and to nothing. */
  @Test
  void hostile29AFileTruncatedWhileOpen() throws Exception {
    int bytes = 1 << 20;
    Path file =
        RawFile.of(
            folder,
            "{" + RawFile.entry("a", "F32", "[262144]", "[0," + bytes + "]") + ","
                + RawFile.entry("h", "F16", "[9]", "[" + bytes + "," + (bytes + 18) + "]") + "}",
            bytes + 18);
    SafeTensors open = SafeTensors.read(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(5000);
    }
    for (String name : new String[] {"a", "h"}) {
      ModelException e = assertThrows(ModelException.class, () -> open.tensor(name));
      assertTrue(
          e.getMessage().endsWith(": the file ended while it was read: did it shrink?"),
          e::getMessage);
    }
  }

  /** What the reference reads: every type that it knows, and numbers of every width as float32. */
  @Test
  void everyElementTypeIsKnownAndNumbersAreRead() throws Exception {
    StringBuilder header = new StringBuilder();
    int at = 0;
    for (ElementType type : ElementType.values()) {
      int end = at + Math.toIntExact(type.bytes(8));
      header.append(at == 0 ? "{" : ",").append(
          RawFile.entry(type.name(), type.name(), "[2,4]", "[" + at + "," + end + "]"));
      at = end;
    }
    SafeTensors read = SafeTensors.read(RawFile.of(folder, header + "}", at));
    assertEquals(22, read.names().size());
    for (ElementType type : ElementType.values()) {
      if (type.isReadable()) {
        assertArrayEquals(new float[8], read.tensor(type.name()).toArray());
        continue;
      }
      String message =
          assertThrows(ModelException.class, () -> read.tensor(type.name())).getMessage();
      assertTrue(
          message.endsWith(
              "dtype " + type + " is not read; F16, BF16, F32, F64 and integers are"),
          message);
    }
  }

  @Test
  void halvesAndWholesBecomeFloats() throws Exception {
    ByteBuffer data = ByteBuffer.allocate(60).order(ByteOrder.LITTLE_ENDIAN);
    data.putDouble(1e300).putDouble(Math.PI).putLong(-1).putLong(1L << 53 | 1);
    for (float half : new float[] {1.5f, -0f, 65504, 0x1p-24f}) {
      data.putShort(Float.floatToFloat16(half));
    }
    data.putShort((short) 0x3fc0).putShort((short) 0xff80).put((byte) -1).put((byte) -1);
    String header =
        "{" + RawFile.entry("f64", "F64", "[2]", "[0,16]") + ","
            + RawFile.entry("u64", "U64", "[1]", "[16,24]") + ","
            + RawFile.entry("i64", "I64", "[1]", "[24,32]") + ","
            + RawFile.entry("f16", "F16", "[4]", "[32,40]") + ","
            + RawFile.entry("bf16", "BF16", "[2]", "[40,44]") + ","
            + RawFile.entry("i8", "I8", "[1]", "[44,45]") + ","
            + RawFile.entry("u8", "U8", "[1]", "[45,46]") + "}";
    Path file = RawFile.of(folder, header, 46);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(data.flip().limit(46), channel.size() - 46);
    }
    SafeTensors read = SafeTensors.read(file);
    float inf = Float.POSITIVE_INFINITY;
    assertArrayEquals(new float[] {inf, (float) Math.PI}, read.tensor("f64").toArray());
    assertArrayEquals(new float[] {0x1p64f}, read.tensor("u64").toArray());
    assertArrayEquals(new float[] {0x1p53f}, read.tensor("i64").toArray());
    assertArrayEquals(new float[] {1.5f, -0f, 65504, 0x1p-24f}, read.tensor("f16").toArray());
    assertArrayEquals(new float[] {1.5f, -inf}, read.tensor("bf16").toArray());
    assertArrayEquals(new float[] {-1}, read.tensor("i8").toArray());
    assertArrayEquals(new float[] {255}, read.tensor("u8").toArray());
  }

  @Test
  void longNamesLongTextsManyDimensionsAndManyScalars() throws Exception {
    String name = "n".repeat(20_000);
    String text = "t".repeat(100_000);
    String ones = "[" + "1,".repeat(199) + "1]";
    SafeTensors read =
        SafeTensors.read(
            RawFile.of(
                folder,
                "{'__metadata__':{'k':'" + text + "'}," + RawFile.entry(name, "F32", ones, "[0,4]")
                    + "}",
                4));
    assertEquals(text, read.metadata().get("k"));
    assertEquals(200, read.tensor(name).shape().length);
    StringBuilder scalars = new StringBuilder("{");
    int count = 1500;
    for (int i = 0; i < count; i++) {
      scalars.append(i == 0 ? "" : ",").append(
          RawFile.entry("scalar" + i, "F32", "[]", "[" + 4 * i + "," + 4 * (i + 1) + "]"));
    }
    SafeTensors many = SafeTensors.read(RawFile.of(folder, scalars + "}", 4 * count));
    assertEquals(count, many.names().size());
  }

  @Test
  void hostile30SavingOverTheFileThatIsLoaded() throws Exception {
    Tensor tensor = Tensor.of(new float[] {1, 2, 3}, 3);
    SafeTensors.write(file(), Map.of(), Map.of("a", tensor));
    SafeTensors read = SafeTensors.read(file());
    byte[] before = Files.readAllBytes(file());
    SafeTensors.write(file(), read.metadata(), Map.of("a", read.tensor("a")));
    assertArrayEquals(before, Files.readAllBytes(file()));
    assertSameBits(tensor, read.tensor("a"));
  }
}
