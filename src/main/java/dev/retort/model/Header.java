package dev.retort.model;

import module java.base;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.retort.format.ElementType;
import dev.retort.format.Heap;
import org.jspecify.annotations.Nullable;

/**
 * What the header of a safetensors file says.
 *
 * @param metadata text that came with the tensors
 * @param entries the tensors by name, in the order of the header
 */
record Header(Map<String, String> metadata, Map<String, Entry> entries) {
  /** Bytes before the header: its length. */
  static final long START = Long.BYTES;

  static final String METADATA = "__metadata__";

  private static final int QUOTED_CHARACTERS = 80;

  /**
   * One tensor.
   *
   * @param begin first byte, counted from the first after the header
   * @param end exclusive end
   * @param at where in the file its entry stands
   */
  @SuppressWarnings("ArrayRecordComponent") // A carrier within this package; never compared.
  record Entry(String name, ElementType type, long[] shape, long begin, long end, long at) {}

  /**
   * Reads the header of a file of {@code size} bytes.
   *
   * @param json all of it, padding included
   * @throws ModelException if it breaks a rule
   */
  static Header parse(Path file, byte[] json, long size) {
    try {
      return new Parser(file, json, size).parse();
    } catch (IOException e) {
      throw new UncheckedIOException("from memory, where reading cannot fail", e);
    }
  }

  /** Checks that the tensors cover the data, from {@code dataStart} to {@code size}, each byte once. */
  void checkCover(Path file, long dataStart, long size) {
    long covered = 0;
    List<Entry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    for (Entry entry : inOrder) {
      String what =
          entry.begin < covered ? "overlap those of another: they begin at " + entry.begin + ", not " + covered
              : entry.begin > covered ? "follow a hole: they begin at " + entry.begin + ", not " + covered
              : entry.end > size - dataStart ? "end at " + entry.end + ", but the file has " + (size - dataStart)
              : "";
      if (!what.isEmpty()) {
        throw new ModelException(file, entry.at, "the data bytes of " + quote(entry.name) + " " + what);
      }
      covered = entry.end;
    }
    long rest = size - dataStart - covered;
    ModelException.require(rest <= 0, file, dataStart + covered, rest + " bytes follow the data of the last tensor");
  }

  /** A name as an error shows it: escaped, and not too much of it. */
  static String quote(String name) {
    String start = name.substring(0, Math.min(name.length(), QUOTED_CHARACTERS));
    String escaped = new String(JsonStringEncoder.getInstance().quoteAsString(start));
    return "'" + escaped + (start.length() < name.length() ? "..." : "") + "'";
  }

  /** Whether UTF-8 can hold a string: not if it has half a surrogate pair. */
  static boolean isText(String string) {
    for (int i = 0; i < string.length(); i = string.offsetByCodePoints(i, 1)) {
      if (Character.getType(string.codePointAt(i)) == Character.SURROGATE) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads the JSON of a header, strictly: the rules of JSON, those of the format for each entry, and a budget of
   * memory, so that many small entries cannot make a small file a large one.
   */
  private static final class Parser {
    private static final Map<String, ElementType> TYPES =
        Arrays.stream(ElementType.values()).collect(Collectors.toMap(ElementType::name, type -> type));

    private static final int MOST_CHARACTERS = 1 << 18;

    /** As the format's reference has it. */
    private static final int DEEPEST_NESTING = 128;

    /** Bytes that these take at most, with all that is thrown away while they are read. */
    private static final int TENSOR_COST = 464;

    private static final int TEXT_COST = 112;
    private static final int NUMBER_COST = 32;
    private static final int CHARACTER_COST = 6;
    private static final long FREE_BUDGET = 900_000;

    /**
     * Enough for as many scalars as a header can list: one takes 50 bytes of it, and 600 in memory. The characters of
     * the header take two more.
     */
    private static final int BUDGET_FOR_BYTE = 12;

    /** A header may take this part of the memory. */
    private static final int MEMORY_SHARE = 4;

    /** Without a table of names: it would grow faster than the names do. */
    private static final JsonFactory JSON =
        JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST_NESTING)
                    .maxNameLength(MOST_CHARACTERS)
                    .maxStringLength(MOST_CHARACTERS)
                    .maxNumberLength(32)
                    .build())
            .build();

    private final Path file;
    private final byte[] json;
    private final JsonParser parser;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long budget;

    /** The integers of an array, as they are read. */
    private long[] numbers = new long[8];

    private boolean hasMetadata;

    /** The name of the entry that the parser is in, for errors; null before the first. */
    private @Nullable String entry;

    /** How far characters have been matched with bytes. */
    private long charsPassed;

    private int bytesPassed;

    Parser(Path file, byte[] json, long size) throws IOException {
      this.file = file;
      this.json = json;
      ModelException.require(json[0] == '{', file, START, "the header does not begin with '{'");
      char[] text =
          Heap.array(
              json.length, Character.BYTES, char[]::new, why -> new ModelException(file, 0, "the header: " + why));
      CharBuffer into = CharBuffer.wrap(text);
      ByteBuffer from = ByteBuffer.wrap(json);
      CoderResult decoded = StandardCharsets.UTF_8.newDecoder().decode(from, into, true);
      ModelException.require(!decoded.isError(), file, START + from.position(), "the header is not UTF-8");
      parser = JSON.createParser(text, 0, into.position());
      long most = FREE_BUDGET + size + (long) BUDGET_FOR_BYTE * json.length;
      budget = Math.min(most, Runtime.getRuntime().maxMemory() / MEMORY_SHARE);
    }

    Header parse() throws IOException {
      try (parser) {
        root();
      } catch (StreamConstraintsException e) {
        throw wrong("has a name, a text, a number or a nesting that is too long");
      } catch (JsonProcessingException e) {
        boolean isCut = e.getOriginalMessage().startsWith("Unexpected end-of-input");
        throw new ModelException(
            file, isCut ? START + json.length : byteOf(e.getLocation().getCharOffset()),
            isCut ? "the JSON of the header ends too early" : "the header is not JSON: " + e.getOriginalMessage());
      }
      for (int i = (int) (here() - START) + 1; i < json.length; i++) {
        ModelException.require(
            " \t\n\r".indexOf(json[i]) >= 0, file, START + i, "more than white space follows the JSON of the header");
      }
      return new Header(metadata, entries);
    }

    /** An error about the entry, at the current token. */
    private ModelException wrong(String message) {
      return wrong(here(), message);
    }

    private ModelException wrong(long at, String message) {
      return new ModelException(file, at, (entry == null ? "the header" : quote(entry)) + " " + message);
    }

    /** Where in the file the current token begins. */
    private long here() {
      return byteOf(parser.currentTokenLocation().getCharOffset());
    }

    /** Where a UTF-16 character is, which is what the parser counts; seldom asked to go back. */
    private long byteOf(long character) {
      if (character < charsPassed) {
        charsPassed = 0;
        bytesPassed = 0;
      }
      while (charsPassed < character && bytesPassed < json.length) {
        int first = json[bytesPassed] & 0xFF;
        bytesPassed += first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        charsPassed += first < 0xF0 ? 1 : 2;
      }
      return START + bytesPassed;
    }

    private void charge(long cost) {
      budget -= cost;
      if (budget < 0) {
        throw new ModelException(file, here(), "the header lists too much for a file of this size");
      }
    }

    private void root() throws IOException {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        long at = here();
        String name = text(parser.currentName());
        entry = name;
        if (name.equals(METADATA)) {
          metadata();
        } else if (entries.put(name, entry(at, name)) != null) {
          throw wrong(at, "is there twice");
        }
      }
    }

    private void metadata() throws IOException {
      if (hasMetadata) {
        throw wrong("is there twice");
      }
      hasMetadata = true;
      if (parser.nextToken() == JsonToken.VALUE_NULL) {
        return;
      }
      require(JsonToken.START_OBJECT, "must be an object or null");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = text(parser.currentName());
        expect(JsonToken.VALUE_STRING, "must hold nothing but strings");
        if (metadata.put(key, text(parser.getText())) != null) {
          throw wrong("has two values for " + quote(key));
        }
      }
    }

    private Entry entry(long at, String name) throws IOException {
      charge(TENSOR_COST);
      expect(JsonToken.START_OBJECT, "must be an object");
      ElementType type = null;
      long[] shape = null;
      long[] offsets = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        switch (parser.currentName()) {
          case "dtype" -> type = once(type, type());
          case "shape" -> shape = once(shape, integers());
          case "data_offsets" -> offsets = once(offsets, integers());
          default -> { // passed over, as the format's reference does
            parser.nextToken();
            parser.skipChildren();
          }
        }
      }
      if (type == null || shape == null || offsets == null) {
        throw wrong(at, "has no " + (type == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
      }
      if (offsets.length != 2 || offsets[0] > offsets[1]) {
        throw wrong(at, "needs a begin and an end as data_offsets, not " + Arrays.toString(offsets));
      }
      String wrong;
      try {
        long bytes = type.bytes(shape);
        if (bytes == offsets[1] - offsets[0]) {
          return new Entry(name, type, shape, offsets[0], offsets[1], at);
        }
        wrong = bytes + " bytes, not those of its data_offsets, " + Arrays.toString(offsets);
      } catch (ArithmeticException e) {
        wrong = "no size: " + e.getMessage();
      }
      throw wrong(at, "of dtype " + type + " and shape " + Arrays.toString(shape) + " has " + wrong);
    }

    private <T> T once(@Nullable T before, T now) {
      if (before != null) {
        throw wrong("gives a field twice");
      }
      return now;
    }

    private ElementType type() throws IOException {
      expect(JsonToken.VALUE_STRING, "must have a string as dtype");
      ElementType type = TYPES.get(parser.getText());
      if (type == null) {
        throw wrong("has an unknown dtype " + quote(parser.getText()));
      }
      return type;
    }

    private long[] integers() throws IOException {
      expect(JsonToken.START_ARRAY, "must have arrays as shape and data_offsets");
      int count = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        boolean isSize =
            parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getTextCharacters()[parser.getTextOffset()] != '-'
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (!isSize) {
          throw wrong("must have integers from 0 to 2^63 - 1 in its arrays, not " + quote(parser.getText()));
        }
        if (count == numbers.length) {
          charge((long) NUMBER_COST * count);
          numbers = Arrays.copyOf(numbers, 2 * count);
        }
        numbers[count++] = parser.getLongValue();
      }
      charge((long) NUMBER_COST * count);
      return Arrays.copyOf(numbers, count);
    }

    private void expect(JsonToken token, String otherwise) throws IOException {
      parser.nextToken();
      require(token, otherwise);
    }

    private void require(JsonToken token, String otherwise) {
      if (parser.currentToken() != token) {
        throw wrong(otherwise);
      }
    }

    /** Half a surrogate pair, which an escape can hide, is no text: it could not be written again. */
    private String text(String text) {
      charge(TEXT_COST + (long) CHARACTER_COST * text.length());
      if (!isText(text)) {
        throw wrong("comes with half a surrogate pair in " + quote(text));
      }
      return text;
    }
  }
}
