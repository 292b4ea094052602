package dev.retort.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.kernel.Allocation;
import dev.retort.nn.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading takes at most twice the size of the file, 14 times its header and 1 MiB, whatever it lists. */
class BudgetTest {
  private static final String TOO_MUCH = "the header lists too much for a file of this size";

  @TempDir private Path folder;

  /** The class loader's own bytes are no matter of the file: only a second read counts. */
  private void assertFrugal(Path file) throws Exception {
    long most = 2 * Files.size(file) + 14 * headerLength(file) + (1 << 20);
    load(file);
    long taken = Allocation.of(() -> load(file));
    assertTrue(taken <= most, taken + " bytes, where " + most + " are allowed");
  }

  /** Most of these files are refused; here only the memory matters. */
  private static void load(Path file) {
    try {
      Checkpoint.load(file);
    } catch (ModelException e) {
      // As expected.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long headerLength(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      return ByteBuffer.wrap(in.readNBytes(Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
  }

  private Path header(int count, String before, IntFunction<String> part, int dataBytes)
      throws Exception {
    String parts = IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(","));
    return RawFile.of(folder, "{" + before + parts + (before.isEmpty() ? "}" : "}}"), dataBytes);
  }

  private static String empty(String name, String shape) {
    return RawFile.entry(name, "F32", shape, "[0,0]");
  }

  @Test
  void manySmallEntries() throws Exception {
    String meta = "'__metadata__':{";
    String dimensions = "[0" + ",128".repeat(63) + "]";
    for (int count : new int[] {1, 100, 1000, 100_000}) {
      assertFrugal(header(count, "", i -> empty("" + i, "[0]"), 0));
      assertFrugal(header(count, meta, i -> "'" + i + "':''", 0));
    }
    for (int count : new int[] {1, 10, 100, 1000}) {
      assertFrugal(header(count, "", i -> empty("x".repeat(1000) + i, "[0]"), 0));
      assertFrugal(header(count, "", i -> empty("" + i, dimensions), 0));
      assertFrugal(header(count, meta, i -> "'" + i + "':'" + "v".repeat(16_000) + "'", 0));
      assertFrugal(header(count, meta, i -> "'" + i + "':'" + "\u20ac".repeat(5_000) + "'", 0));
      assertFrugal(header(count, meta, i -> "'" + "n".repeat(16_000) + i + "':''", 0));
    }
  }

  @Test
  void muchOfOneThing() throws Exception {
    int much = 5_000_000;
    assertFrugal(RawFile.of(folder, "{}" + " ".repeat(much), 0));
    assertFrugal(RawFile.of(folder, "{" + " ".repeat(much) + "}", 0));
    assertFrugal(RawFile.of(folder, "{'" + "x".repeat(much) + "':1}", 0));
    assertFrugal(RawFile.of(folder, "{'a':" + "[".repeat(much), 0));
    assertFrugal(RawFile.of(folder, "{'a':{'dtype':'" + "x".repeat(much) + "'}}", 0));
    assertFrugal(RawFile.of(folder, "{'a':{'shape':[" + "1".repeat(much) + "]}}", 0));
    assertFrugal(RawFile.of(folder, "{'a':{'shape':[" + "1,".repeat(much) + "1]}}", 0));
    assertFrugal(
        RawFile.of(
            folder, "{'__metadata__':{'format':'retort','layers':'" + "relu ".repeat(3_000) + "'}}",
            0));
    assertFrugal(
        RawFile.of(
            folder, "{" + RawFile.entry("a", "F32", "[" + much + "]", "[0," + 4 * much + "]") + "}",
            4 * much));
  }

  /** A scalar has but four bytes of data. */
  @Test
  void asManyScalarsAsAHeaderLists() throws Exception {
    for (int count : new int[] {2_000, 50_000}) {
      Path file =
          header(
              count, "", i -> RawFile.entry("" + i, "F32", "[]", "[" + 4 * i + "," + (4 * i + 4) + "]"),
              4 * count);
      assertEquals(count, SafeTensors.read(file).names().size());
      assertFrugal(file);
    }
  }

  @Test
  void networks() throws Exception {
    Path file = folder.resolve("model.safetensors");
    int[] deep = IntStream.range(0, 120).map(i -> 1).toArray();
    for (Network network :
        new Network[] {
          Network.mlp(deep).build(), Network.mlp(2, 2).build(), Network.mlp(1000, 2000, 10).build()
        }) {
      Checkpoint.save(file, network);
      assertEquals(network.parameterCount(), Checkpoint.load(file).parameterCount());
      assertFrugal(file);
    }
  }

  @Test
  void whatIsTooMuchIsSaidAndDataMakeRoomForMore() throws Exception {
    Path poor = header(20_000, "'__metadata__':{", i -> "'" + i + "':''", 0);
    ModelException e = assertThrows(ModelException.class, () -> SafeTensors.read(poor));
    assertTrue(e.getMessage().endsWith(TOO_MUCH), e::getMessage);
    Path rich =
        header(
            1000, "", i -> RawFile.entry("" + i, "F32", "[500]", "[" + 2000 * i + ","
                + 2000 * (i + 1) + "]"), 2_000_000);
    assertEquals(1000, SafeTensors.read(rich).names().size());
  }
}
