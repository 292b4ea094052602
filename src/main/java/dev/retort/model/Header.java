package dev.retort.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the JSON header of a safetensors file says. It is read whole or refused: each entry by itself
 * first, then that all of them together cover the data, without a hole or an overlap.
 */
final class Header {
  /** Bytes before the header: its length. */
  static final long START = Long.BYTES;

  static final String METADATA = "__metadata__";

  private static final int MOST_DIMENSIONS = 64;
  private static final int MOST_CHARACTERS = 1 << 14;
  private static final int QUOTED_CHARACTERS = 80;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNameLength(MOST_CHARACTERS)
                  .maxStringLength(MOST_CHARACTERS)
                  .maxNumberLength(32)
                  .build())
          .build();

  /**
   * One tensor.
   *
   * @param begin first byte, counted from the first behind the header
   * @param end byte behind its last
   * @param at where in the file its entry stands
   */
  record Entry(
      String name, ElementType type, List<Long> shape, long begin, long end, long at) {}

  private final Path file;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private JsonParser parser;
  private boolean hasMetadata;

  /**
   * Reads a header.
   *
   * @param file to name in errors
   * @param json all of it, padding included
   * @param dataBytes how many bytes follow it
   * @throws ModelException if it breaks a rule of the format
   */
  Header(Path file, byte[] json, long dataBytes) throws IOException {
    this.file = file;
    checkBytes(json);
    try (JsonParser opened = JSON.createParser(json)) {
      parser = opened;
      root();
      checkPadding(json, (int) opened.currentLocation().getByteOffset());
    } catch (JsonEOFException e) {
      throw wrong(START + json.length, "the JSON of the header ends too early");
    } catch (StreamConstraintsException e) {
      throw wrong(here(), "the header goes beyond a limit: " + e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      throw wrong(START + at, "the header is not JSON: " + e.getOriginalMessage());
    }
    checkData(START + json.length, dataBytes);
  }

  /** Text that came with the tensors. */
  Map<String, String> metadata() {
    return metadata;
  }

  /** The tensors by name. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** The tensors in the order of their data. */
  List<Entry> inOrder() {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    return sorted;
  }

  /** A name as an error shows it: escaped, and not too much of it. */
  static String quote(String name) {
    String start = name.substring(0, Math.min(name.length(), QUOTED_CHARACTERS));
    String escaped = new String(JsonStringEncoder.getInstance().quoteAsString(start));
    return "'" + escaped + (start.length() < name.length() ? "..." : "") + "'";
  }

  private ModelException wrong(long at, String what) {
    return new ModelException(file, at, what);
  }

  /** Where in the file the current token begins. */
  private long here() {
    return START + parser.currentTokenLocation().getByteOffset();
  }

  /** UTF-8 to the last byte, which the parser does not check, and no byte that hints otherwise. */
  private void checkBytes(byte[] json) {
    if (json[0] != '{') {
      throw wrong(START, "the header does not begin with '{'");
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
      throw wrong(START + in.position(), "the header is not UTF-8");
    }
    for (int i = 0; i < json.length; i++) {
      if (json[i] == 0) {
        throw wrong(START + i, "the header holds a byte 0"); // or the parser would guess UTF-16
      }
    }
  }

  private void checkPadding(byte[] json, int from) {
    for (int i = from; i < json.length; i++) {
      if (json[i] != ' ') {
        throw wrong(START + i, "something else than spaces stands behind the header's JSON");
      }
    }
  }

  private void root() throws IOException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      long at = here();
      String name = parser.currentName();
      checkText(name);
      if (name.equals(METADATA)) {
        metadata(at);
      } else if (entries.put(name, entry(name, at)) != null) {
        throw wrong(at, "a second tensor is named " + quote(name));
      }
    }
  }

  private void metadata(long at) throws IOException {
    if (hasMetadata) {
      throw wrong(at, METADATA + " stands there twice");
    }
    hasMetadata = true;
    expect(JsonToken.START_OBJECT, METADATA + " must be an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      long keyAt = here();
      String key = parser.currentName();
      expect(
          JsonToken.VALUE_STRING, "the metadata " + quote(key) + " must be a string");
      checkText(key);
      checkText(parser.getText());
      if (metadata.put(key, parser.getText()) != null) {
        throw wrong(keyAt, "the metadata " + quote(key) + " stands there twice");
      }
    }
  }

  private Entry entry(String name, long at) throws IOException {
    expect(JsonToken.START_OBJECT, "tensor " + quote(name) + " must be an object");
    ElementType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      boolean again =
          switch (field) {
            case "dtype" -> type != null;
            case "shape" -> shape != null;
            case "data_offsets" -> offsets != null;
            default ->
                throw wrong(
                    here(), "tensor " + quote(name) + " has an unknown field " + quote(field));
          };
      if (again) {
        throw wrong(here(), "tensor " + quote(name) + " has a second field " + quote(field));
      }
      switch (field) {
        case "dtype" -> type = type(name);
        case "shape" -> shape = integers(name, "shape");
        default -> offsets = integers(name, "data_offsets");
      }
    }
    if (type == null || shape == null || offsets == null) {
      String missing = type == null ? "dtype" : shape == null ? "shape" : "data_offsets";
      throw wrong(at, "tensor " + quote(name) + " has no field '" + missing + "'");
    }
    checkSize(name, at, type, shape, offsets);
    return new Entry(name, type, shape, offsets.getFirst(), offsets.getLast(), at);
  }

  private ElementType type(String name) throws IOException {
    expect(JsonToken.VALUE_STRING, "the dtype of tensor " + quote(name) + " must be a string");
    String given = parser.getText();
    for (ElementType type : ElementType.values()) {
      if (type.name().equals(given)) {
        return type;
      }
    }
    throw wrong(here(), "tensor " + quote(name) + " has an unknown dtype " + quote(given));
  }

  private List<Long> integers(String name, String field) throws IOException {
    String whole = "the " + field + " of tensor " + quote(name);
    expect(JsonToken.START_ARRAY, whole + " must be an array");
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (numbers.size() == MOST_DIMENSIONS) {
        throw wrong(here(), whole + " has more than " + MOST_DIMENSIONS + " numbers");
      }
      numbers.add(integer(whole));
    }
    return numbers;
  }

  private long integer(String whole) throws IOException {
    boolean sound =
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT
            && parser.getTextCharacters()[parser.getTextOffset()] != '-'
            && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    if (!sound) {
      throw wrong(
          here(),
          whole + " must hold integers from 0 to 2^63 - 1, not " + quote(parser.getText()));
    }
    return parser.getLongValue();
  }

  private void expect(JsonToken token, String otherwise) throws IOException {
    if (parser.nextToken() != token) {
      throw wrong(here(), otherwise);
    }
  }

  /** Half a surrogate pair is no text: it could not be written again. */
  private void checkText(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw wrong(here(), "half a surrogate pair in " + quote(text));
    }
  }

  private void checkSize(
      String name, long at, ElementType type, List<Long> shape, List<Long> offsets) {
    if (offsets.size() != 2 || offsets.getFirst() > offsets.getLast()) {
      throw wrong(
          at,
          "the data_offsets of tensor " + quote(name) + " must be a begin and an end, not "
              + offsets);
    }
    long bytes;
    try {
      bytes = type.bytes(shape);
    } catch (ArithmeticException e) {
      throw wrong(
          at,
          "tensor " + quote(name) + " of shape " + shape + " and dtype " + type
              + " has no size: " + e.getMessage());
    }
    if (bytes != offsets.getLast() - offsets.getFirst()) {
      throw wrong(
          at,
          "tensor " + quote(name) + " of shape " + shape + " and dtype " + type
              + " takes " + bytes + " bytes, but its data_offsets are "
              + offsets);
    }
  }

  private void checkData(long dataStart, long dataBytes) {
    long covered = 0;
    for (Entry entry : inOrder()) {
      if (entry.begin() != covered) {
        throw wrong(
            entry.at(),
            "the data of tensor " + quote(entry.name()) + " begins at " + entry.begin()
                + (entry.begin() < covered ? ", inside other data" : ", behind a hole")
                + ": all before it ends at " + covered);
      }
      covered = entry.end();
      if (covered > dataBytes) {
        throw wrong(
            entry.at(),
            "the data of tensor " + quote(entry.name()) + " ends at " + covered
                + ", but the file has only " + dataBytes + " bytes of data");
      }
    }
    if (covered < dataBytes) {
      throw wrong(
          dataStart + covered, (dataBytes - covered) + " bytes follow the last tensor's data");
    }
  }
}
