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

/** Safetensors files whose header is none, or no JSON: each is refused with the byte that gives it away. */
class HostileHeaderTest {
  private static final String NO_HEADER =
      "not a safetensors file: a header of %s bytes, where 1 to 100000000 are allowed";
  private static final String NO_OBJECT = "the header does not begin with '{'";
  private static final String MORE = "more than white space follows the JSON of the header";
  private static final String NOT_UTF8 = "the header is not UTF-8";

  @TempDir private Path folder;

  private Path raw(String header, int dataBytes) throws IOException {
    return RawFile.of(folder, header, dataBytes);
  }

  /** A header of this length, or that claims to be, without data. */
  private void refusedLength(long length, byte[] header, String what) throws IOException {
    assertRefused(RawFile.of(folder, length, header, 0), 0, what);
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
      assertRefused(RawFile.of(folder, new byte[size]), size, "the file ends inside its first 8 bytes");
    }
  }

  @Test
  void hostile02HeaderOfNoBytes() throws Exception {
    refusedLength(0, new byte[0], NO_HEADER.formatted(0));
  }

  @Test
  void hostile03HeaderPastTheEnd() throws Exception {
    refusedLength(3, ascii("{}"), "a header of 3 bytes in a file of 10");
  }

  @Test
  void hostile04LongestHeaderAndOneByteMore() throws Exception {
    refusedLength(100_000_000, ascii("{}"), "a header of 100000000 bytes in a file of 10");
    refusedLength(100_000_001, ascii("{}"), NO_HEADER.formatted(100_000_001));
    byte[] longest = new byte[100_000_000];
    Arrays.fill(longest, (byte) ' ');
    longest[0] = '{';
    longest[1] = '}';
    assertEquals(Set.of(), SafeTensors.read(RawFile.of(folder, longest, 0)).names());
    byte[] more = Arrays.copyOf(longest, longest.length + 1);
    more[longest.length] = ' ';
    refusedLength(more.length, more, NO_HEADER.formatted(100_000_001));
  }

  @Test
  void hostile05HeaderLengthThatIsNegativeAsALong() throws Exception {
    refusedLength(Long.MIN_VALUE, ascii("{}"), NO_HEADER.formatted("9223372036854775808"));
    refusedLength(-1, ascii("{}"), NO_HEADER.formatted("18446744073709551615"));
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
      assertRefused(RawFile.of(folder, header, 0), 12, NOT_UTF8);
    }
    byte[] cut = {'{', '"', (byte) 0xE2, (byte) 0x82};
    assertRefused(RawFile.of(folder, cut, 0), 10, NOT_UTF8);
  }

  @Test
  void hostile06ByteOrderMarkAndUtf16() throws Exception {
    assertRefused(raw("\uFEFF{" + A + "}", 8), 8, NO_OBJECT);
    byte[] utf16 = ("{" + A + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_16LE);
    assertRefused(
        RawFile.of(folder, utf16, 8), 10,
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
      assertRefused(raw(root, 0), 8, NO_OBJECT);
    }
  }

  @Test
  void hostile09TextAfterTheObject() throws Exception {
    for (String more : new String[] {"{}", "x", ",", "}", "  {}"}) {
      assertRefused(raw("{}" + more, 0), 10 + more.length() - more.stripLeading().length(), MORE);
    }
  }

  @Test
  void hostile10LeadingWhiteSpace() throws Exception {
    for (String space : new String[] {" ", "\n", "\t", "\0"}) {
      assertRefused(raw(space + "{}", 0), 8, NO_OBJECT);
    }
  }

  @Test
  void hostile11PaddingThatIsNotWhiteSpace() throws Exception {
    for (String space : new String[] {"\f", "\u000b", "\u00a0"}) {
      assertRefused(raw("{" + A + "}  " + space, 8), 8 + A.length() + 4, MORE);
    }
    assertEquals(Set.of("a"), SafeTensors.read(raw("{" + A + "} \t\r\n ", 8)).names());
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
      Path file = raw("{'a':{'x':" + value + "}}", 0);
      String message = assertThrows(ModelException.class, () -> SafeTensors.read(file)).getMessage();
      assertEquals(
          "'a' has a name, a text, a number or a nesting that is too long",
          message.substring(message.indexOf("'a'")));
    }
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
    String b = A.replace("a'", "b'").replace("[0,8]", "[8,16]");
    byte[] whole = Files.readAllBytes(raw("{'__metadata__':{'k':'v'}," + A + "," + b + "} ", 16));
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
