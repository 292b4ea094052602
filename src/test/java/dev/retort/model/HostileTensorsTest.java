package dev.retort.model;

import static dev.retort.model.RawFile.A;
import static dev.retort.model.RawFile.assertRefused;
import static dev.retort.model.RawFile.entry;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Safetensors files that lie about their tensors: each is refused with the byte of the lie and what is wrong there. */
class HostileTensorsTest {
  @TempDir private Path folder;

  /** A header of these entries. */
  private Path raw(String entries, int dataBytes) throws IOException {
    return RawFile.of(folder, "{" + entries + "}", dataBytes);
  }

  private void refused(String entries, int dataBytes, long at, String what) throws IOException {
    assertRefused(raw(entries, dataBytes), at, what);
  }

  /** One tensor 'a', refused as a whole. */
  private void refused(String type, String shape, String offsets, int dataBytes, String what) throws IOException {
    refused(entry("a", type, shape, offsets), dataBytes, 9, what);
  }

  private static String named(String name) {
    return A.replace("'a'", "'" + name + "'");
  }

  @Test
  void hostile12TwoTensorsOfOneName() throws Exception {
    refused(A + "," + A, 8, 10 + A.length(), "'a' is there twice");
  }

  @Test
  void hostile13TwoKeysOfOneName() throws Exception {
    refused(A + "," + named("\\u0061"), 8, 10 + A.length(), "'a' is there twice");
    String meta = "'__metadata__':{}";
    refused(meta + "," + meta, 0, 10 + meta.length(), "'__metadata__' is there twice");
    refused("'__metadata__':{'k':'1','\\u006b':'1'}", 0, 42, "'__metadata__' has two values for 'k'");
    refused("'a':{'dtype':'F32','dty\\u0070e':'F32'}", 0, 41, "'a' gives a field twice");
    refused("'a':{'shape':[],'shape':[]}", 0, 34, "'a' gives a field twice");
    refused("'a':{'data_offsets':[0,0],'data_offsets':[0,0]}", 0, 54, "'a' gives a field twice");
  }

  @Test
  void hostile14MetadataThatAreNotStrings() throws Exception {
    for (String value : new String[] {"1", "null", "true", "[]", "{}"}) {
      refused("'__metadata__':{'k':" + value + "}", 0, 29, "'__metadata__' must hold nothing but strings");
    }
    for (String value : new String[] {"1", "false", "[]", "'text'"}) {
      refused("'__metadata__':" + value, 0, 24, "'__metadata__' must be an object or null");
    }
    assertEquals(Map.of(), SafeTensors.read(raw("'__metadata__':null", 0)).metadata());
    refused("'a':[]", 0, 13, "'a' must be an object");
  }

  @Test
  void hostile15MissingField() throws Exception {
    String[] fields = {"'dtype':'F32'", "'shape':[2]", "'data_offsets':[0,8]"};
    String[] names = {"dtype", "shape", "data_offsets"};
    for (int i = 0; i < 3; i++) {
      String others = fields[(i + 1) % 3] + "," + fields[(i + 2) % 3];
      refused("'a':{" + others + "}", 8, 9, "'a' has no " + names[i]);
    }
  }

  @Test
  void hostile15ExtraFieldsArePassedOver() throws Exception {
    for (String value : new String[] {"1", "null", "-1.5e9", "'x'", "[[{'dtype':'F32'}]]"}) {
      String more = A.substring(0, A.length() - 1) + ",'strides':" + value + ",'strides':1}";
      assertEquals(Set.of("a"), SafeTensors.read(raw(more, 8)).names());
    }
  }

  @Test
  void hostile16UnknownElementType() throws Exception {
    for (String type : new String[] {"f32", "FLOAT", "F128", "", "F32 "}) {
      refused(entry("a", type, "[2]", "[0,8]"), 8, 22, "'a' has an unknown dtype '" + type + "'");
    }
    refused("'a':{'dtype':32}", 8, 22, "'a' must have a string as dtype");
  }

  @Test
  void hostile17NumbersThatAreNoSizes() throws Exception {
    String[] numbers = {
      "-1", "-0", "1.0", "1e2", "18446744073709551616", "9223372036854775808", "'2'", "null", "{}"
    };
    for (String number : numbers) {
      refused(
          entry("a", "F32", "[" + number + "]", "[0,8]"), 8, 37,
          "'a' must have integers from 0 to 2^63 - 1 in its arrays, not '"
              + number.replace("'", "").replace("}", "") + "'");
    }
    refused(
        entry("a", "F32", "[" + "1".repeat(20_000) + "]", "[0,8]"), 8, 37,
        "'a' has a name, a text, a number or a nesting that is too long");
    refused("'a':{'shape':2}", 8, 22, "'a' must have arrays as shape and data_offsets");
  }

  @Test
  void hostile17NumbersAreReadExactly() throws Exception {
    refused(
        "U8", "[9007199254740993]", "[0,9007199254740992]", 8,
        "'a' of dtype U8 and shape [9007199254740993] has 9007199254740993 bytes,"
            + " not those of its data_offsets, [0, 9007199254740992]");
  }

  @Test
  void hostile18ProductOfTheShapeOverflows() throws Exception {
    for (String shape : new String[] {
      "[4294967296, 4294967296]", "[2305843009213693952]", "[3, 9223372036854775807]"}) {
      refused("F32", shape, "[0,0]", 0, "'a' of dtype F32 and shape " + shape + " has no size: long overflow");
    }
  }

  @Test
  void hostile19ZeroTimesHugeIsValidButNoTensor() throws Exception {
    SafeTensors read =
        SafeTensors.read(
            raw(
                entry("a", "F32", "[0,9223372036854775807]", "[0,0]") + ","
                    + entry("b", "F32", "[0,128,2147483647]", "[0,0]") + ","
                    + entry("c", "F32", "[0,3]", "[0,0]"),
                0));
    for (String name : new String[] {"a", "b"}) {
      ModelException e = assertThrows(ModelException.class, () -> read.tensor(name));
      assertTrue(e.getMessage().endsWith(" is more than this engine can hold"), e::getMessage);
    }
    assertArrayEquals(new int[] {0, 3}, read.tensor("c").shape());
    refused(
        "F32", "[9223372036854775807, 0]", "[0,0]", 0,
        "'a' of dtype F32 and shape [9223372036854775807, 0] has no size: long overflow");
  }

  @Test
  void hostile20OffsetsThatAreNoRange() throws Exception {
    for (String offsets : new String[] {"[]", "[0]", "[0, 8, 8]", "[8, 0]"}) {
      refused("F32", "[2]", offsets, 8, "'a' needs a begin and an end as data_offsets, not " + offsets);
    }
  }

  @Test
  void hostile21Overlap() throws Exception {
    String overlap = "the data bytes of 'b' overlap those of another: they begin at %d, not 8";
    refused(entry("b", "F32", "[2]", "[4,12]") + "," + A, 12, 9, overlap.formatted(4));
    refused(A + "," + named("b"), 8, 10 + A.length(), overlap.formatted(0));
  }

  @Test
  void hostile22Hole() throws Exception {
    refused(
        A + "," + entry("b", "F32", "[1]", "[12,16]"), 16, 10 + A.length(),
        "the data bytes of 'b' follow a hole: they begin at 12, not 8");
  }

  @Test
  void hostile23FirstOffsetIsNotZero() throws Exception {
    refused("F32", "[2]", "[4,12]", 12, "the data bytes of 'a' follow a hole: they begin at 4, not 0");
  }

  @Test
  void hostile24BytesAfterTheLastTensor() throws Exception {
    refused(A, 11, 18 + A.length(), "3 bytes follow the data of the last tensor");
    refused("", 1, 10, "1 bytes follow the data of the last tensor");
  }

  @Test
  void hostile25TwoBytesShort() throws Exception {
    refused(A, 6, 9, "the data bytes of 'a' end at 8, but the file has 6");
  }

  @Test
  void hostile26SizeThatDoesNotMatchTheShape() throws Exception {
    refused(
        "F32", "[3]", "[0, 8]", 8,
        "'a' of dtype F32 and shape [3] has 12 bytes, not those of its data_offsets, [0, 8]");
    refused(
        "F32", "[]", "[0, 8]", 8,
        "'a' of dtype F32 and shape [] has 4 bytes, not those of its data_offsets, [0, 8]");
    refused(
        "F4", "[3]", "[0, 1]", 1, "'a' of dtype F4 and shape [3] has no size: not a whole number of bytes");
  }

  @Test
  void hostile28HalfASurrogatePairInANameOrText() throws Exception {
    for (String half : new String[] {"\\ud800", "\\udc00", "x\\ud800y", "\\udc00\\ud800"}) {
      Path name = raw(named(half), 8);
      ModelException e = assertThrows(ModelException.class, () -> SafeTensors.read(name));
      assertTrue(e.getMessage().startsWith(name + ": byte 9: "), e::getMessage);
      Path text = raw("'__metadata__':{'k':'" + half + "'}", 0);
      assertThrows(ModelException.class, () -> SafeTensors.read(text));
    }
    assertEquals(Set.of("\ud83d\ude00"), SafeTensors.read(raw(named("\\ud83d\\ude00"), 8)).names());
  }

  @Test
  void hostile28OddNamesAreOnlyNames() throws Exception {
    String[] names = {"", "\\u0000", "../../a", "/etc/passwd", "\\n\\u001b[31m"};
    String[] read = {"", "\0", "../../a", "/etc/passwd", "\n\u001b[31m"};
    for (int i = 0; i < names.length; i++) {
      assertEquals(Set.of(read[i]), SafeTensors.read(raw(named(names[i]), 8)).names());
    }
    refused(
        named("\\n\\u001b[31m"), 4, 9, "the data bytes of '\\n\\u001B[31m' end at 8, but the file has 4");
    refused(
        "'a\nb':1", 0, 11,
        "the header is not JSON: Illegal unquoted character ((CTRL-CHAR, code 10)):"
            + " has to be escaped using backslash to be included in name");
  }
}
