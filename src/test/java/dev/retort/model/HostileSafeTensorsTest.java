package dev.retort.model;

import static dev.retort.model.RawFile.assertRefused;
import static dev.retort.model.RawFile.entry;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that lie: each is refused with the byte that gives it away and what is wrong there. */
class HostileSafeTensorsTest {
  private static final String A = entry("a", "F32", "[2]", "[0,8]");

  @TempDir private Path folder;

  private Path raw(String header, int dataBytes) throws IOException {
    return RawFile.of(folder, header, dataBytes);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void theFileThatTheOthersAreVariationsOfIsSound() throws Exception {
    SafeTensors read = SafeTensors.read(raw("{" + A + "}", 8));
    assertEquals(Set.of("a"), read.names());
    assertArrayEquals(new float[2], read.tensor("a").toArray());
  }

  @Test
  void hostile01FewerThanEightBytes() throws Exception {
    for (int size = 0; size < 8; size++) {
      assertRefused(
          RawFile.of(folder, new byte[size]), size, "the file ends inside its first 8 bytes");
    }
  }

  @Test
  void hostile02HeaderOfNoBytes() throws Exception {
    assertRefused(
        RawFile.of(folder, new byte[8]), 0,
        "not a safetensors file: a header of 0 bytes, where 1 to 100000000 are allowed");
  }

  @Test
  void hostile03HeaderPastTheEnd() throws Exception {
    assertRefused(
        RawFile.of(folder, 3, ascii("{}"), 0), 0, "a header of 3 bytes in a file of 10");
  }

  @Test
  void hostile04LongestHeaderAndOneByteMore() throws Exception {
    assertRefused(
        RawFile.of(folder, 100_000_000, ascii("{}"), 0), 0,
        "a header of 100000000 bytes in a file of 10");
    assertRefused(
        RawFile.of(folder, 100_000_001, ascii("{}"), 0), 0,
        "not a safetensors file: a header of 100000001 bytes, where 1 to 100000000 are allowed");
    byte[] longest = new byte[100_000_000];
    Arrays.fill(longest, (byte) ' ');
    longest[0] = '{';
    longest[1] = '}';
    assertEquals(Set.of(), SafeTensors.read(RawFile.of(folder, longest, 0)).names());
    byte[] more = Arrays.copyOf(longest, longest.length + 1);
    more[longest.length] = ' ';
    assertRefused(
        RawFile.of(folder, more, 0), 0,
        "not a safetensors file: a header of 100000001 bytes, where 1 to 100000000 are allowed");
  }

  @Test
  void hostile05HeaderLengthThatIsNegativeAsALong() throws Exception {
    assertRefused(
        RawFile.of(folder, Long.MIN_VALUE, ascii("{}"), 0), 0,
        "not a safetensors file: a header of 9223372036854775808 bytes,"
            + " where 1 to 100000000 are allowed");
    assertRefused(
        RawFile.of(folder, -1, ascii("{}"), 0), 0,
        "not a safetensors file: a header of 18446744073709551615 bytes,"
            + " where 1 to 100000000 are allowed");
  }

  @Test
  void hostile06NotUtf8() throws Exception {
    byte[][] sequences = {
      {(byte) 0xFF}, // never a first byte
      {(byte) 0x80}, // continues nothing
      {(byte) 0xC3, 'x'}, // is not continued
      {(byte) 0xC0, (byte) 0xAF}, // overlong
      {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, // a surrogate
      {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, // beyond the last code point
    };
    for (byte[] sequence : sequences) {
      byte[] header = ascii("{\"aa    \":{}}");
      System.arraycopy(sequence, 0, header, 4, sequence.length);
      assertRefused(RawFile.of(folder, header, 0), 12, "the header is not UTF-8");
    }
    byte[] cut = {'{', '"', (byte) 0xE2, (byte) 0x82};
    assertRefused(RawFile.of(folder, cut, 0), 10, "the header is not UTF-8");
  }

  @Test
  void hostile06ByteOrderMarkAndUtf16() throws Exception {
    assertRefused(raw("\uFEFF{" + A + "}", 8), 8, "the header does not begin with '{'");
    byte[] utf16 = ("{" + A + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_16LE);
    assertRefused(RawFile.of(folder, utf16, 8), 10,
        "the header is not JSON: Illegal character ((CTRL-CHAR, code 0)): only regular white space (\\r, \\n, \\t)"
            + " is allowed between tokens");
  }

  @Test
  void hostile07HeaderThatEndsTooEarly() throws Exception {
    String whole = "{" + A + "}";
    for (int length = 1; length < whole.length(); length++) {
      assertRefused(
          raw(whole.substring(0, length), 8), 8 + length, "the JSON of the header ends too early");
    }
  }

  @Test
  void hostile08RootThatIsNoObject() throws Exception {
    for (String root : new String[] {"[]", "1", "null", "'a'", "true"}) {
      assertRefused(raw(root, 0), 8, "the header does not begin with '{'");
    }
  }

  @Test
  void hostile09TextAfterTheObject() throws Exception {
    for (String more : new String[] {"{}", "x", ",", "}", "  {}"}) {
      int at = 10 + more.length() - more.stripLeading().length();
      assertRefused(raw("{}" + more, 0), at, "more than white space follows the JSON of the header");
    }
  }

  @Test
  void hostile10LeadingWhiteSpace() throws Exception {
    for (String space : new String[] {" ", "\n", "\t", "\0"}) {
      assertRefused(raw(space + "{}", 0), 8, "the header does not begin with '{'");
    }
  }

  @Test
  void hostile11PaddingThatIsNotWhiteSpace() throws Exception {
    for (String space : new String[] {"\f", "\u000b", "\u00a0"}) {
      assertRefused(
          raw("{" + A + "}  " + space, 8), 8 + A.length() + 4,
          "more than white space follows the JSON of the header");
    }
    assertEquals(Set.of("a"), SafeTensors.read(raw("{" + A + "} \t\r\n ", 8)).names());
  }

  @Test
  void hostile12TwoTensorsOfOneName() throws Exception {
    assertRefused(raw("{" + A + "," + A + "}", 8), 10 + A.length(), "'a' is there twice");
  }

  @Test
  void hostile13TwoKeysOfOneName() throws Exception {
    String escaped = A.replace("'a'", "'\\u0061'");
    assertRefused(raw("{" + A + "," + escaped + "}", 8), 10 + A.length(), "'a' is there twice");
    String meta = "'__metadata__':{}";
    assertRefused(
        raw("{" + meta + "," + meta + "}", 0), 10 + meta.length(), "'__metadata__' is there twice");
    assertRefused(
        raw("{'__metadata__':{'k':'1','\\u006b':'1'}}", 0), 42,
        "'__metadata__' has two values for 'k'");
    assertRefused(
        raw("{'a':{'dtype':'F32','dty\\u0070e':'F32'}}", 0), 41, "'a' gives a field twice");
    assertRefused(raw("{'a':{'shape':[],'shape':[]}}", 0), 34, "'a' gives a field twice");
    assertRefused(
        raw("{'a':{'data_offsets':[0,0],'data_offsets':[0,0]}}", 0), 54, "'a' gives a field twice");
  }

  @Test
  void hostile14MetadataThatAreNotStrings() throws Exception {
    for (String value : new String[] {"1", "null", "true", "[]", "{}"}) {
      assertRefused(
          raw("{'__metadata__':{'k':" + value + "}}", 0), 29,
          "'__metadata__' must hold nothing but strings");
    }
    for (String value : new String[] {"1", "false", "[]", "'text'"}) {
      assertRefused(
          raw("{'__metadata__':" + value + "}", 0), 24, "'__metadata__' must be an object or null");
    }
    assertEquals(Map.of(), SafeTensors.read(raw("{'__metadata__':null}", 0)).metadata());
    assertRefused(raw("{'a':[]}", 0), 13, "'a' must be an object");
  }

  @Test
  void hostile15MissingField() throws Exception {
    String[] fields = {"'dtype':'F32'", "'shape':[2]", "'data_offsets':[0,8]"};
    String[] names = {"dtype", "shape", "data_offsets"};
    for (int i = 0; i < 3; i++) {
      String others = fields[(i + 1) % 3] + "," + fields[(i + 2) % 3];
      assertRefused(raw("{'a':{" + others + "}}", 8), 9, "'a' has no " + names[i]);
    }
  }

  @Test
  void hostile15ExtraFieldsArePassedOver() throws Exception {
    for (String value : new String[] {"1", "null", "-1.5e9", "'x'", "[[{'dtype':'F32'}]]"}) {
      String more = A.substring(0, A.length() - 1) + ",'strides':" + value + ",'strides':1}";
      assertEquals(Set.of("a"), SafeTensors.read(raw("{" + more + "}", 8)).names());
    }
  }

  @Test
  void hostile16UnknownElementType() throws Exception {
    for (String type : new String[] {"f32", "FLOAT", "F128", "", "F32 "}) {
      assertRefused(
          raw("{" + entry("a", type, "[2]", "[0,8]") + "}", 8), 22,
          "'a' has an unknown dtype '" + type + "'");
    }
    assertRefused(raw("{'a':{'dtype':32}}", 8), 22, "'a' must have a string as dtype");
  }

  @Test
  void hostile17NumbersThatAreNoSizes() throws Exception {
    String[] numbers = {
      "-1", "-0", "1.0", "1e2", "18446744073709551616", "9223372036854775808", "'2'", "null", "{}"
    };
    for (String number : numbers) {
      ModelException e =
          assertThrows(
              ModelException.class,
              () ->
                  SafeTensors.read(
                      raw("{" + entry("a", "F32", "[" + number + "]", "[0,8]") + "}", 8)));
      assertEquals(
          folder.resolve("raw.safetensors") + ": byte 37: 'a' must have integers from 0 to 2^63 - 1"
              + " in its arrays, not '" + number.replace("'", "").replace("}", "") + "'",
          e.getMessage());
    }
    assertRefused(
        raw("{" + entry("a", "F32", "[" + "1".repeat(20_000) + "]", "[0,8]") + "}", 8), 37,
        "'a' has a name, a text, a number or a nesting that is too long");
    assertRefused(raw("{'a':{'shape':2}}", 8), 22, "'a' must have arrays as shape and data_offsets");
  }

  @Test
  void hostile17NumbersAreReadExactly() throws Exception {
    assertRefused(
        raw("{" + entry("a", "U8", "[9007199254740993]", "[0,9007199254740992]") + "}", 8), 9,
        "'a' of dtype U8 and shape [9007199254740993] has 9007199254740993 bytes,"
            + " not those of its data_offsets, [0, 9007199254740992]");
  }

  @Test
  void hostile18ProductOfTheShapeOverflows() throws Exception {
    for (String shape : new String[] {
      "[4294967296, 4294967296]", "[2305843009213693952]", "[3, 9223372036854775807]"}) {
      assertRefused(
          raw("{" + entry("a", "F32", shape, "[0,0]") + "}", 0), 9,
          "'a' of dtype F32 and shape " + shape + " has no size: long overflow");
    }
  }

  @Test
  void hostile19ZeroTimesHugeIsValidButNoTensor() throws Exception {
    SafeTensors read =
        SafeTensors.read(
            raw(
                "{" + entry("a", "F32", "[0,9223372036854775807]", "[0,0]") + ","
                    + entry("b", "F32", "[0,128,2147483647]", "[0,0]") + ","
                    + entry("c", "F32", "[0,3]", "[0,0]") + "}",
                0));
    for (String name : new String[] {"a", "b"}) {
      ModelException e = assertThrows(ModelException.class, () -> read.tensor(name));
      assertTrue(e.getMessage().endsWith(" is more than this engine can hold"), e::getMessage);
    }
    assertArrayEquals(new int[] {0, 3}, read.tensor("c").shape());
    assertRefused(
        raw("{" + entry("a", "F32", "[9223372036854775807, 0]", "[0,0]") + "}", 0), 9,
        "'a' of dtype F32 and shape [9223372036854775807, 0] has no size: long overflow");
  }

  @Test
  void hostile20OffsetsThatAreNoRange() throws Exception {
    for (String offsets : new String[] {"[]", "[0]", "[0, 8, 8]", "[8, 0]"}) {
      assertRefused(
          raw("{" + entry("a", "F32", "[2]", offsets) + "}", 8), 9,
          "'a' needs a begin and an end as data_offsets, not " + offsets);
    }
  }

  @Test
  void hostile21Overlap() throws Exception {
    String b = entry("b", "F32", "[2]", "[4,12]");
    assertRefused(
        raw("{" + b + "," + A + "}", 12), 9,
        "the data bytes of 'b' overlap those of another: they begin at 4, not 8");
    String same = entry("b", "F32", "[2]", "[0,8]");
    assertRefused(
        raw("{" + A + "," + same + "}", 8), 10 + A.length(),
        "the data bytes of 'b' overlap those of another: they begin at 0, not 8");
  }

  @Test
  void hostile22Hole() throws Exception {
    String b = entry("b", "F32", "[1]", "[12,16]");
    assertRefused(
        raw("{" + A + "," + b + "}", 16), 10 + A.length(),
        "the data bytes of 'b' follow a hole: they begin at 12, not 8");
  }

  @Test
  void hostile23FirstOffsetIsNotZero() throws Exception {
    assertRefused(
        raw("{" + entry("a", "F32", "[2]", "[4,12]") + "}", 12), 9,
        "the data bytes of 'a' follow a hole: they begin at 4, not 0");
  }

  @Test
  void hostile24BytesAfterTheLastTensor() throws Exception {
    assertRefused(
        raw("{" + A + "}", 11), 18 + A.length(), "3 bytes follow the data of the last tensor");
    assertRefused(raw("{}", 1), 10, "1 bytes follow the data of the last tensor");
  }

  @Test
  void hostile25TwoBytesShort() throws Exception {
    assertRefused(
        raw("{" + A + "}", 6), 9, "the data bytes of 'a' end at 8, but the file has 6");
  }

  @Test
  void hostile26SizeThatDoesNotMatchTheShape() throws Exception {
    assertRefused(
        raw("{" + entry("a", "F32", "[3]", "[0, 8]") + "}", 8), 9,
        "'a' of dtype F32 and shape [3] has 12 bytes, not those of its data_offsets, [0, 8]");
    assertRefused(
        raw("{" + entry("a", "F32", "[]", "[0, 8]") + "}", 8), 9,
        "'a' of dtype F32 and shape [] has 4 bytes, not those of its data_offsets, [0, 8]");
    assertRefused(
        raw("{" + entry("a", "F4", "[3]", "[0, 1]") + "}", 1), 9,
        "'a' of dtype F4 and shape [3] has no size: not a whole number of bytes");
  }

  @Test
  void hostile27DeepNesting() throws Exception {
    String deep = "[".repeat(3000) + "]".repeat(3000);
    assertRefused(raw("{'a':" + deep + "}", 0), 13, "'a' must be an object");
    assertRefused(
        raw("{" + entry("a", "F32", deep, "[0,0]") + "}", 0), 37,
        "'a' must have integers from 0 to 2^63 - 1 in its arrays, not '['");
    for (String open : new String[] {"[", "{'a':"}) {
      String value = open.repeat(3000) + "1" + (open.equals("[") ? "]" : "}").repeat(3000);
      String message =
          assertThrows(
                  ModelException.class, () -> SafeTensors.read(raw("{'a':{'x':" + value + "}}", 0)))
              .getMessage();
      assertEquals(
          "'a' has a name, a text, a number or a nesting that is too long",
          message.substring(message.indexOf("'a'")));
    }
  }

  @Test
  void hostile28HalfASurrogatePairInANameOrText() throws Exception {
    for (String half : new String[] {"\\ud800", "\\udc00", "x\\ud800y", "\\udc00\\ud800"}) {
      ModelException e =
          assertThrows(
              ModelException.class,
              () -> SafeTensors.read(raw("{" + A.replace("'a'", "'" + half + "'") + "}", 8)));
      assertTrue(e.getMessage().startsWith(folder.resolve("raw.safetensors") + ": byte 9: "), e::getMessage);
      assertThrows(
          ModelException.class,
          () -> SafeTensors.read(raw("{'__metadata__':{'k':'" + half + "'}}", 0)));
    }
    String whole = A.replace("'a'", "'\\ud83d\\ude00'");
    assertEquals(Set.of("\ud83d\ude00"), SafeTensors.read(raw("{" + whole + "}", 8)).names());
  }

  @Test
  void hostile28OddNamesAreOnlyNames() throws Exception {
    String[] names = {"", "\\u0000", "../../a", "/etc/passwd", "\\n\\u001b[31m"};
    String[] read = {"", "\0", "../../a", "/etc/passwd", "\n\u001b[31m"};
    for (int i = 0; i < names.length; i++) {
      String header = "{" + A.replace("'a'", "'" + names[i] + "'") + "}";
      assertEquals(Set.of(read[i]), SafeTensors.read(raw(header, 8)).names());
    }
    assertRefused(
        raw("{" + A.replace("'a'", "'\\n\\u001b[31m'") + "}", 4), 9,
        "the data bytes of '\\n\\u001B[31m' end at 8, but the file has 4");
    assertRefused(
        raw("{'a\nb':1}", 0), 11,
        "the header is not JSON: Illegal unquoted character ((CTRL-CHAR, code 10)):"
            + " has to be escaped using backslash to be included in name");
  }

  @Test
  void hostile31GitLfsPointer() throws Exception {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n";
    assertRefused(
        RawFile.of(folder, ascii(pointer)), 0,
        "this is a Git LFS pointer, not the model: fetch it with 'git lfs pull'");
  }

  @Test
  void everyCutOfASoundFileIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(raw("{" + A + "}   ", 8));
    for (int size = 0; size < whole.length; size++) {
      Path cut = RawFile.of(folder, Arrays.copyOf(whole, size));
      assertThrows(ModelException.class, () -> SafeTensors.read(cut));
    }
  }

  @Test
  void everyFlippedBitOfAHeaderIsSurvived() throws Exception {
    byte[] whole =
        Files.readAllBytes(raw("{'__metadata__':{'k':'v'}," + A + "," + A.replace("a'", "b'")
            .replace("[0,8]", "[8,16]") + "} ", 16));
    for (int at = 0; at < whole.length - 16; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = whole.clone();
        changed[at] ^= (byte) (1 << bit);
        Path file = RawFile.of(folder, changed);
        try {
          SafeTensors.read(file);
        } catch (ModelException e) {
          assertTrue(e.getMessage().startsWith(file + ": byte "), e::getMessage);
        }
      }
    }
  }
}
