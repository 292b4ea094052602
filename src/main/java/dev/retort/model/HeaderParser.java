package dev.retort.model;

import module java.base;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.retort.format.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON of a header, strictly: the rules of JSON, those of the format for each entry, and a
 * budget of memory, so that many small entries cannot make a small file a large one.
 */
final class HeaderParser {
  private static final List<ElementType> TYPES = List.of(ElementType.values());
  private static final int MOST_CHARACTERS = 1 << 18;

  /** As the format's reference has it. */
  private static final int DEEPEST_NESTING = 128;

  /** Bytes that these take at most, with all that is thrown away while they are read. */
  private static final int TENSOR_COST = 416;

  private static final int TEXT_COST = 112;
  private static final int NUMBER_COST = 32;
  private static final int CHARACTER_COST = 6;
  private static final long FREE_BUDGET = 900_000;

  /** Enough for as many scalars as a header can list: one takes 50 bytes of it, and 600 in memory. */
  private static final int BUDGET_FOR_BYTE = 14;

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
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Header.Entry> entries = new LinkedHashMap<>();
  private long budget;

  /** Room for the integers of an array. */
  private long[] numbers = new long[8];

  private final JsonParser parser;
  private boolean hasMetadata;

  /** The name of the entry that the parser is in, for errors; null before the first. */
  private @Nullable String entry;

  /** How far characters have been matched with bytes. */
  private long charsPassed;

  private int bytesPassed;

  private HeaderParser(Path file, byte[] json, long size) throws IOException {
    this.file = file;
    this.json = json;
    this.parser =
        JSON.createParser(
            new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8));
    long most = FREE_BUDGET + size + (long) BUDGET_FOR_BYTE * json.length;
    this.budget = Math.min(most, Runtime.getRuntime().maxMemory() / MEMORY_SHARE);
  }

  /**
   * Reads a header.
   *
   * @param file to name in errors
   * @param json all of it, padding included
   * @param size of the file
   * @throws ModelException if it breaks a rule
   */
  static Header parse(Path file, byte[] json, long size) {
    try {
      return new HeaderParser(file, json, size).parse();
    } catch (IOException e) {
      throw new UncheckedIOException("from memory, where reading cannot fail", e);
    }
  }

  private Header parse() throws IOException {
    checkBytes();
    try (parser) {
      root();
      checkPadding();
    } catch (StreamConstraintsException e) {
      throw wrong("has a name, a text, a number or a nesting that is too long");
    } catch (JsonProcessingException e) {
      if (e.getOriginalMessage().startsWith("Unexpected end-of-input")) {
        throw wrong(Header.START + json.length, "the JSON of the header ends too early");
      }
      throw wrong(
          Header.START + bytesBefore(e.getLocation().getCharOffset()),
          "the header is not JSON: " + e.getOriginalMessage());
    }
    return new Header(metadata, entries);
  }

  private ModelException wrong(long at, String message) {
    return new ModelException(file, at, message);
  }

  /** An error about {@link #entry}, at the current token. */
  private ModelException wrong(String message) {
    return wrong(here(), what() + " " + message);
  }

  private String what() {
    return entry == null ? "the header" : Header.quote(entry);
  }

  /** Where in the file the current token begins. */
  private long here() {
    return Header.START + bytesBefore(parser.currentTokenLocation().getCharOffset());
  }

  /** The parser counts UTF-16 characters; never asked to go back by more than a token. */
  private long bytesBefore(long chars) {
    if (chars < charsPassed) {
      charsPassed = 0;
      bytesPassed = 0;
    }
    while (charsPassed < chars && bytesPassed < json.length) {
      int first = json[bytesPassed] & 0xFF;
      bytesPassed += first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
      charsPassed += first < 0xF0 ? 1 : 2;
    }
    return bytesPassed;
  }

  private void charge(long cost) {
    budget -= cost;
    if (budget < 0) {
      throw wrong(here(), "the header lists too much for a file of this size");
    }
  }

  private void checkBytes() {
    if (json[0] != '{') {
      throw wrong(Header.START, "the header does not begin with '{'");
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(json);
    CharBuffer out = CharBuffer.allocate(1 << 12);
    CoderResult result;
    do {
      out.clear();
      result = decoder.decode(in, out, true);
    } while (result.isOverflow());
    if (result.isError()) {
      throw wrong(Header.START + in.position(), "the header is not UTF-8");
    }
    for (int i = 0; i < json.length; i++) {
      if (json[i] == 0) {
        throw wrong(Header.START + i, "the header holds a byte 0"); // as UTF-16 would
      }
    }
  }

  private void checkPadding() {
    for (int i = (int) (here() - Header.START) + 1; i < json.length; i++) {
      if (" \t\n\r".indexOf(json[i]) < 0) {
        throw wrong(Header.START + i, "more than white space follows the JSON of the header");
      }
    }
  }

  private void root() throws IOException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      long at = here();
      String name = text(parser.currentName());
      entry = name;
      if (name.equals(Header.METADATA)) {
        metadata();
      } else if (entries.put(name, entry(at, name)) != null) {
        throw wrong(at, what() + " is there twice");
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
        throw wrong("has two values for " + Header.quote(key));
      }
    }
  }

  private Header.Entry entry(long at, String name) throws IOException {
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
      String missing = type == null ? "dtype" : shape == null ? "shape" : "data_offsets";
      throw wrong(at, what() + " has no " + missing);
    }
    checkSize(at, type, shape, offsets);
    return new Header.Entry(name, type, shape, offsets[0], offsets[1], at);
  }

  private <T> T once(@Nullable T before, T now) {
    if (before != null) {
      throw wrong("gives a field twice");
    }
    return now;
  }

  private ElementType type() throws IOException {
    expect(JsonToken.VALUE_STRING, "must have a string as dtype");
    CharBuffer given =
        CharBuffer.wrap(
            parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    for (ElementType type : TYPES) {
      if (type.name().contentEquals(given)) {
        return type;
      }
    }
    throw wrong("has an unknown dtype " + Header.quote(given.toString()));
  }

  private long[] integers() throws IOException {
    expect(JsonToken.START_ARRAY, "must have arrays as shape and data_offsets");
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (count == numbers.length) {
        charge((long) NUMBER_COST * count);
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count++] = integer();
    }
    charge((long) NUMBER_COST * count);
    return Arrays.copyOf(numbers, count);
  }

  private long integer() throws IOException {
    boolean sound =
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT
            && parser.getTextCharacters()[parser.getTextOffset()] != '-'
            && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    if (!sound) {
      throw wrong(
          "must have integers from 0 to 2^63 - 1 in its arrays, not "
              + Header.quote(parser.getText()));
    }
    return parser.getLongValue();
  }

  private void expect(JsonToken token, String otherwise) throws IOException {
    parser.nextToken();
    require(token, otherwise);
  }

  private void require(JsonToken token, String otherwise) throws IOException {
    if (parser.currentToken() != token) {
      throw wrong(otherwise);
    }
  }

  /** Half a surrogate pair, which an escape can hide, is no text: it could not be written again. */
  private String text(String text) {
    charge(TEXT_COST + (long) CHARACTER_COST * text.length());
    if (!Header.isText(text)) {
      throw wrong("comes with half a surrogate pair in " + Header.quote(text));
    }
    return text;
  }

  private void checkSize(long at, ElementType type, long[] shape, long[] offsets) {
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw wrong(
          at, what() + " needs a begin and an end as data_offsets, not " + Arrays.toString(offsets));
    }
    String size;
    try {
      long bytes = type.bytes(shape);
      if (bytes == offsets[1] - offsets[0]) {
        return;
      }
      size = bytes + " bytes, not those of its data_offsets, " + Arrays.toString(offsets);
    } catch (ArithmeticException e) {
      size = "no size: " + e.getMessage();
    }
    throw wrong(
        at,
        what() + " of dtype " + type + " and shape " + Arrays.toString(shape) + " has " + size);
  }
}
