package dev.retort.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.tensor.Tensor;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
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
    Tensor whole = Tensor.of(bits, 100, 700);
    SafeTensors.write(
        file(), Map.of("k", "v \u00e9\n\"\0"),
        Map.of("whole", whole, "rows", whole.rows(3, 5), "none", Tensor.zeros(2, 0, 3)));
    SafeTensors read = SafeTensors.read(file());
    assertEquals(Map.of("k", "v \u00e9\n\"\0"), read.metadata());
    assertSameBits(whole, read.tensor("whole"));
    assertSameBits(whole.rows(3, 5), read.tensor("rows"));
    assertSameBits(Tensor.zeros(2, 0, 3), read.tensor("none"));
    assertSame(read.tensor("rows"), read.tensor("rows"));
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
  void otherElementTypesAreCheckedAndOnlyRefusedWhenAskedFor() throws Exception {
    String header =
        "{" + RawFile.entry("i", "I64", "[1]", "[0,8]") + ","
            + RawFile.entry("f", "F32", "[1]", "[8,12]") + ","
            + RawFile.entry("q", "F4", "[3,2]", "[12,15]") + "}";
    SafeTensors read = SafeTensors.read(RawFile.of(folder, header, 15));
    assertEquals(1, read.tensor("f").size());
    ModelException e = assertThrows(ModelException.class, () -> read.tensor("i"));
    assertEquals(
        folder.resolve("raw.safetensors") + ": byte 9: tensor 'i' has dtype I64, not F32",
        e.getMessage());
    ModelException none = assertThrows(ModelException.class, () -> read.tensor("x"));
    assertEquals(
        folder.resolve("raw.safetensors") + ": there is no tensor 'x'", none.getMessage());
    assertEquals(ModelException.NOWHERE, none.offset());
  }

  @Test
  void whatCannotBeReadBackIsNotWritten() {
    Map<String, Tensor> one = Map.of("a", Tensor.zeros(1));
    assertThrows(
        IllegalArgumentException.class,
        () -> SafeTensors.write(file(), Map.of(), Map.of("__metadata__", Tensor.zeros(1))));
    assertThrows(
        IllegalArgumentException.class,
        () -> SafeTensors.write(file(), Map.of(), Map.of("\ud800", Tensor.zeros(1))));
    assertThrows(
        IllegalArgumentException.class,
        () -> SafeTensors.write(file(), Map.of("k", "\udc00"), one));
    assertTrue(Files.notExists(file()));
  }

  @Test
  void aFolderIsNoFile() {
    FileSystemException e =
        assertThrows(FileSystemException.class, () -> SafeTensors.read(folder));
    assertEquals(folder + ": not a file", e.getMessage());
    assertThrows(NoSuchFileException.class, () -> SafeTensors.read(file()));
  }

  /** Shrunk by another between the check of the header and the read of the data. */
  @Test
  void aFileTruncatedWhileOpen() throws Exception {
    Path file = RawFile.of(folder, "{" + RawFile.entry("a", "F32", "[2]", "[0,8]") + "}", 8);
    long dataStart = Files.size(file) - 8;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      SeekableByteChannel shrinking =
          (SeekableByteChannel)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {SeekableByteChannel.class},
                  (proxy, method, arguments) -> {
                    if (method.getName().equals("position") && arguments != null
                        && arguments[0].equals(dataStart)) {
                      channel.truncate(dataStart + 5);
                    }
                    return method.invoke(channel, arguments);
                  });
      ModelException e =
          assertThrows(ModelException.class, () -> new SafeTensors(file, shrinking));
      assertEquals(
          file + ": byte " + (dataStart + 5)
              + ": the file ended while it was read: did it shrink?",
          e.getMessage());
    }
  }

  @Test
  void savingOverTheFileThatIsLoaded() throws Exception {
    Tensor tensor = Tensor.of(new float[] {1, 2, 3}, 3);
    SafeTensors.write(file(), Map.of(), Map.of("a", tensor));
    SafeTensors read = SafeTensors.read(file());
    byte[] before = Files.readAllBytes(file());
    SafeTensors.write(file(), read.metadata(), Map.of("a", read.tensor("a")));
    assertArrayEquals(before, Files.readAllBytes(file()));
    assertSameBits(tensor, read.tensor("a"));
  }
}
