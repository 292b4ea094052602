package dev.retort.data;

import static dev.retort.Refusal.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Refusal;
import dev.retort.kernel.CounterRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** One IDX file, well-formed or not. */
class IdxTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final int GZIP_HEADER = 10;
  private static final int STORED_HEADER = 5;

  private static DataArray read(byte[] file) throws IOException {
    return read(file, file.length);
  }

  private static DataArray read(byte[] file, long size) throws IOException {
    return BoundedInput.read(new ByteArrayInputStream(file), "x-idx", size, Idx::parse);
  }

  /** The file is refused with this message, within the memory that a refusal may take. */
  private static void refused(String message, byte[] file) {
    assertEquals(message, Refusal.of(file, IdxTest::read));
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  @Property
  void whatIsWrittenIsRead(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 7) Integer> sizes,
      @ForAll byte fill)
      throws IOException {
    int[] shape = sizes.stream().mapToInt(Integer::intValue).toArray();
    byte[] data = new byte[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (fill + i);
    }
    for (byte[] file : new byte[][] {
      IdxBytes.of(data, shape), IdxBytes.gzip(IdxBytes.of(data, shape))
    }) {
      DataArray content = read(file);
      assertArrayEquals(shape, content.shape());
      assertArrayEquals(data, content.data());
    }
  }

  @Property(tries = 200)
  void everyPrefixIsRefused(@ForAll @IntRange(max = 17) int length, @ForAll boolean zipped) {
    byte[] whole = IdxBytes.of(new byte[6], 2, 3);
    byte[] cut = Arrays.copyOf(whole, length);
    DataException e =
        assertThrows(DataException.class, () -> read(zipped ? IdxBytes.gzip(cut) : cut));
    // Unzipped, the file's size already belies the header.
    int where = zipped || length < 12 ? length : 4;
    assertTrue(e.getMessage().startsWith("x-idx: byte " + where + ": "), e::getMessage);
  }

  @Property(tries = 200)
  void hostile53EveryPrefixOfTheGzipIsRefused(@ForAll @IntRange(min = 2, max = 1000) int cut) {
    byte[] whole = IdxBytes.gzip(IdxBytes.of(new byte[6], 2, 3));
    byte[] part = Arrays.copyOf(whole, cut % (whole.length - 2) + 2);
    DataException e = assertThrows(DataException.class, () -> read(part));
    assertTrue(e.getMessage().startsWith("x-idx: the gzip stream is broken: "), e::getMessage);
  }

  @Test
  void largeFilesOutgrowTheFirstChunk() throws IOException {
    byte[] data = new byte[5 * MEBIBYTE / 2];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) ((i * 31) >>> 3);
    }
    byte[] file = IdxBytes.of(data, 5, MEBIBYTE / 2);
    assertArrayEquals(data, read(file).data());
    assertArrayEquals(data, read(IdxBytes.gzip(file)).data());
  }

  @Test
  void gzipMembersInARowAreOneFile() throws IOException {
    byte[] file = IdxBytes.of(new byte[] {5, 6, 7}, 3);
    byte[] members =
        join(
            IdxBytes.gzip(Arrays.copyOf(file, 5)),
            IdxBytes.gzip(new byte[0]),
            IdxBytes.gzip(Arrays.copyOfRange(file, 5, file.length)));
    assertArrayEquals(new byte[] {5, 6, 7}, read(members).data());
  }

  @Test
  void hostile44Empty() {
    refused("x-idx: byte 0: not an IDX file: it ends within the header", new byte[0]);
  }

  @Test
  void hostile44TwoBytes() {
    refused("x-idx: byte 2: not an IDX file: it ends within the header", new byte[2]);
  }

  @Test
  void hostile45FirstBytesNotZero() {
    String message = "x-idx: byte 0: not an IDX file: the first two bytes are not zero";
    refused(message, new byte[] {0, 1, 8, 1, 0, 0, 0, 1, 42});
    refused(message, new byte[] {1, 0, 8, 1, 0, 0, 0, 1, 42});
    refused(message, "version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void hostile46OtherTypes() {
    for (int type : new int[] {0x00, 0x01, 0x07, 0x0a, 0x0f, 0xff}) {
      refused(
          String.format("x-idx: byte 2: type 0x%02x; 0x08, 09, 0b, 0c, 0d and 0e are read", type),
          IdxBytes.of(type, new byte[1], 1));
    }
  }

  /** The same numbers in every type that can hold them. */
  @Test
  void everyTypeOfTheFormatIsRead() throws IOException {
    float[] expected = {3, 0, 127};
    int[] types = {0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e};
    int[] widths = {1, 1, 2, 4, 4, 8};
    for (int t = 0; t < types.length; t++) {
      ByteBuffer data = ByteBuffer.allocate(3 * widths[t]); // big-endian
      for (float value : expected) {
        switch (types[t]) {
          case 0x08, 0x09 -> data.put((byte) value);
          case 0x0b -> data.putShort((short) value);
          case 0x0c -> data.putInt((int) value);
          case 0x0d -> data.putFloat(value);
          default -> data.putDouble(value);
        }
      }
      DataArray array = read(IdxBytes.of(types[t], data.array(), 3));
      assertArrayEquals(expected, array.tensor().toArray());
      assertArrayEquals(new long[] {3, 0, 127}, array.wholes());
    }
    assertArrayEquals(
        new float[] {-1}, read(IdxBytes.of(0x09, new byte[] {-1}, 1)).tensor().toArray());
  }

  @Test
  void hostile47NoDimensions() {
    refused("x-idx: byte 3: 0 dimensions; 1 to 4 are read", IdxBytes.of(new byte[1]));
  }

  @Test
  void hostile47ManyDimensions() {
    int[] ones = new int[255];
    Arrays.fill(ones, 1);
    refused("x-idx: byte 3: 255 dimensions; 1 to 4 are read", IdxBytes.of(new byte[1], ones));
    refused(
        "x-idx: byte 3: 5 dimensions; 1 to 4 are read", IdxBytes.of(new byte[1], 1, 1, 1, 1, 1));
  }

  @Test
  void hostile48TruncatedDimensions() {
    byte[] header = IdxBytes.of(new byte[0], 1, 1, 1);
    refused(
        "x-idx: byte 14: not an IDX file: it ends within the header", Arrays.copyOf(header, 14));
  }

  @Test
  void hostile47ZeroDimension() {
    refused(
        "x-idx: byte 4: a dimension is 0, so there are no samples",
        IdxBytes.of(new byte[0], 0, 28, 28));
    refused(
        "x-idx: byte 8: a dimension is 0, so there are no samples",
        IdxBytes.of(new byte[0], 5, 0, 28));
  }

  @Test
  void hostile49ProductOverflow() {
    refused(
        "x-idx: byte 4: the dimensions [65536, 32768, 1] exceed 2^31 - 1 bytes",
        IdxBytes.of(new byte[4], 1 << 16, 1 << 15, 1));
    refused(
        "x-idx: byte 4: the dimensions [4294967295, 4294967295, 4294967295, 4294967295] exceed"
            + " 2^31 - 1 bytes",
        IdxBytes.of(new byte[4], -1, -1, -1, -1));
    refused(
        "x-idx: byte 4: the dimensions [2147483647] promise 2147483647 bytes, more than the file"
            + " can hold",
        IdxBytes.of(new byte[4], Integer.MAX_VALUE));
    // The product is 4 modulo 2^32, and 0 modulo 2^64.
    refused(
        "x-idx: byte 4: the dimensions [2147483649, 4] exceed 2^31 - 1 bytes",
        IdxBytes.of(new byte[4], 0x80000001, 4));
    refused(
        "x-idx: byte 4: the dimensions [65536, 65536, 65536, 65536] exceed 2^31 - 1 bytes",
        IdxBytes.of(new byte[4], 1 << 16, 1 << 16, 1 << 16, 1 << 16));
  }

  @Test
  void hostile50ShortData() {
    refused(
        "x-idx: byte 4: the dimensions [2, 3] promise 6 bytes, more than the file can hold",
        IdxBytes.of(new byte[5], 2, 3));
    refused(
        "x-idx: byte 17: the data end after 5 of 6 bytes",
        IdxBytes.gzip(IdxBytes.of(new byte[5], 2, 3)));
  }

  @Test
  void fileThatShrinksWhileItIsRead() {
    byte[] file = IdxBytes.of(new byte[5], 2, 3);
    refuses(
        DataException.class, "x-idx: byte 17: the data end after 5 of 6 bytes",
        () -> read(file, file.length + 1));
  }

  @Test
  void hostile50ExtraData() {
    byte[] file = IdxBytes.of(new byte[7], 2, 3);
    refused("x-idx: byte 18: there are bytes after the 6 that are promised", file);
    refused("x-idx: byte 18: there are bytes after the 6 that are promised", IdxBytes.gzip(file));
  }

  @Test
  void hostile50HugePromiseInASmallFile() {
    refused(
        "x-idx: byte 4: the dimensions [60000, 28, 28] promise 47040000 bytes, more than the file"
            + " can hold",
        IdxBytes.of(new byte[100], 60_000, 28, 28));
    refused(
        "x-idx: byte 4: the dimensions [60000, 28, 28] promise 47040000 bytes, more than the file"
            + " can hold",
        IdxBytes.gzip(IdxBytes.of(new byte[100], 60_000, 28, 28)));
  }

  /** What a small file may unzip to is seldom there, so memory must wait for it. */
  @Test
  void aPromiseThatGzipCouldKeep() {
    byte[] data = noise(100_000);
    refused(
        "x-idx: byte 100008: the data end after 100000 of 67108864 bytes",
        IdxBytes.gzip(IdxBytes.of(data, 64 * MEBIBYTE)));
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    for (int i = 0; i < length; i++) {
      noise[i] = (byte) CounterRandom.bits(0, i);
    }
    return noise;
  }

  @Test
  void hostile53GzipBombBehindASmallPromise() {
    refused(
        "x-idx: byte 11: there are bytes after the 3 that are promised",
        IdxBytes.gzip(IdxBytes.of(new byte[64 * MEBIBYTE], 3)));
  }

  /** Where there is no memory for it, see SmallHeapTest. */
  @Test
  void hostile53GzipBombThatKeepsItsPromise() throws IOException {
    int most = 9 * MEBIBYTE;
    assertEquals(most, read(IdxBytes.gzip(IdxBytes.of(new byte[most], most))).data().length);
  }

  @Test
  void gzipOfCountlessEmptyMembers() {
    byte[] empty = IdxBytes.gzip(new byte[0]);
    byte[] file = new byte[200_000 * empty.length];
    for (int i = 0; i < file.length; i++) {
      file[i] = empty[i % empty.length];
    }
    refused("x-idx: the gzip stream is broken: more than 64 empty members in a row", file);
  }

  @Test
  void gzipWithWrongChecksum() {
    byte[] file = IdxBytes.gzip(IdxBytes.of(new byte[6], 2, 3));
    file[file.length - 8] ^= 1;
    refused("x-idx: the gzip stream is broken: Corrupt GZIP trailer", file);
  }

  @Test
  void bytesBehindTheGzip() {
    byte[] file = IdxBytes.gzip(IdxBytes.of(new byte[6], 2, 3));
    refused(
        "x-idx: there are bytes after the gzip stream", join(file, new byte[] {1, 2, 3, 4, 5}));
    refused("x-idx: there are bytes after the gzip stream", join(file, new byte[100_000]));
  }

  /** One stored block with which the inflater's buffer ends: what follows is not in it. */
  @Test
  void bytesBehindTheGzipThatFillsABuffer() throws IOException {
    int length = BoundedInput.Gunzip.BUFFER - BoundedInput.Gunzip.TRAILER - STORED_HEADER;
    byte[] content = IdxBytes.of(new byte[length - 8], length - 8);
    ByteBuffer block = ByteBuffer.allocate(BoundedInput.Gunzip.BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    block.put((byte) 1).putShort((short) length).putShort((short) ~length).put(content);
    CRC32 crc = new CRC32();
    crc.update(content);
    block.putInt((int) crc.getValue()).putInt(length);
    byte[] file = join(Arrays.copyOf(IdxBytes.gzip(new byte[0]), GZIP_HEADER), block.array());
    assertEquals(length - 8, read(file).data().length);
    refused("x-idx: there are bytes after the gzip stream", join(file, new byte[100]));
  }
}
