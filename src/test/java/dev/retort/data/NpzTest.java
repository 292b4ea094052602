package dev.retort.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Refusal;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One NPZ file, well-formed or not. */
class NpzTest {
  private static final byte[] A = NpyBytes.of("<f4", false, "(2,)", NpyBytes.floats(1, 2));

  @TempDir Path folder;

  private static Map<String, DataArray> read(byte[] file) throws IOException {
    return Npz.read(new ByteArrayInputStream(file), "x.npz", file.length, Set.of("a", "b"));
  }

  private static void refused(String message, byte[] file) {
    String given = Refusal.of(file, NpzTest::read);
    assertTrue(given.startsWith("x.npz: " + message), given);
  }

  @Test
  void arraysOfSavezAndSavezCompressedAreRead() throws IOException {
    for (byte[] file :
        new byte[][] {
          NpyBytes.stored("a.npy", A, "other.npy", new byte[100]),
          NpyBytes.deflated("other.txt", new byte[100], "a.npy", A)
        }) {
      Map<String, DataArray> arrays = read(file);
      assertEquals(Set.of("a"), arrays.keySet());
      assertArrayEquals(new float[] {1, 2}, arrays.get("a").tensor().toArray());
    }
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = folder.resolve("x.npz");
    Tensor a = Tensor.of(new float[] {1, -0f, Float.MIN_VALUE, 4}, 2, 2);
    Npz.write(file, Map.of("b", a.rows(1, 2), "a", a));
    byte[] first = Files.readAllBytes(file);
    Map<String, DataArray> arrays = Npz.read(file, Set.of("a", "b"));
    assertArrayEquals(a.toArray(), arrays.get("a").tensor().toArray());
    assertArrayEquals(new int[] {1, 2}, arrays.get("b").shape());
    Npz.write(file, Map.of("a", a, "b", a.rows(1, 2)));
    assertArrayEquals(first, Files.readAllBytes(file));
  }

  @Test
  void notAZipFile() {
    refused("not an NPZ file: it is no zip file, or an empty one", new byte[0]);
    refused("not an NPZ file: it is no zip file, or an empty one", A);
    refused("not an NPZ file: it is no zip file, or an empty one", NpyBytes.deflated());
  }

  @Test
  void hostile43ZipBomb() throws IOException {
    byte[] zeros = new byte[64 << 20];
    refused(
        "a.npy: byte 129: there are bytes after the 1 that are promised",
        NpyBytes.deflated(
            "a.npy", Arrays.copyOf(NpyBytes.of("|u1", false, "(1,)", new byte[1]), 64 << 20)));
    // One that nobody asked for costs no memory.
    read(NpyBytes.deflated("bomb.npy", zeros, "a.npy", A));
  }

  @Test
  void hostile43DuplicateEntry() {
    refused("the array a is there twice", NpyBytes.stored("a.npy", A, "a.npy", A));
    refused("the array a is there twice", NpyBytes.stored("a.npy", A, "a", A));
  }

  @Test
  void hostile43NamesThatLeaveTheFolder() throws IOException {
    byte[] file = NpyBytes.stored("../a.npy", A, "/a.npy", A, "b/../a.npy", A, "b.npy", A);
    assertEquals(Set.of("b"), read(file).keySet());
  }

  @Test
  void hostile43WrongChecksum() {
    byte[] stored = NpyBytes.stored("a.npy", A);
    stored[14] ^= 1;
    refused("the zip file is broken: invalid entry CRC", stored);
    byte[] deflated = NpyBytes.deflated("a.npy", A);
    deflated[indexOf(deflated, new byte[] {0x50, 0x4b, 7, 8}) + 4] ^= 1;
    refused("the zip file is broken: invalid entry CRC", deflated);
  }

  private static int indexOf(byte[] file, byte[] wanted) {
    for (int i = 0; i + wanted.length <= file.length; i++) {
      if (Arrays.equals(file, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }

  @Test
  void hostile43DataDescriptorOfAStoredEntry() {
    byte[] file = NpyBytes.stored("a.npy", A);
    file[6] |= 8; // sizes follow the data, which then end nowhere
    refused("the zip file is broken: only DEFLATED entries can have EXT descriptor", file);
  }

  @Test
  void everyCutIsRefusedOrWhole() throws IOException {
    byte[] whole = NpyBytes.stored("a.npy", A);
    for (int size = 0; size < whole.length; size++) {
      byte[] cut = Arrays.copyOf(whole, size);
      assertThrows(DataException.class, () -> read(cut));
    }
    byte[] deflated = NpyBytes.deflated("a.npy", A);
    for (int size = 0; size < deflated.length; size++) {
      try {
        assertEquals(2, read(Arrays.copyOf(deflated, size)).get("a").size());
      } catch (DataException e) {
        assertTrue(e.getMessage().startsWith("x.npz: "), e::getMessage);
      }
    }
  }
}
