package dev.retort.cli;

import module java.base;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;

/**
 * JSON out of values: records and maps are objects, collections and arrays are arrays. A field whose {@link Optional} is
 * empty is left out; NaN, which JSON does not have, is null.
 */
final class JsonValues extends JsonGeneratorDelegate {
  /** Writes a value, or the fields of an open object. */
  interface Writer {
    void write(JsonGenerator json) throws IOException;
  }

  private JsonValues(JsonGenerator json) {
    super(json);
  }

  /** A value as text. */
  static String text(Object value) throws IOException {
    return write(json -> json.writeObject(value));
  }

  /** What is written, as text. */
  static String write(Writer writer) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
      writer.write(new JsonValues(json));
    }
    return text + "\n";
  }

  @Override
  public void writeObject(Object value) throws IOException {
    switch (value) {
      case null -> writeNull();
      case Record parts -> writeFields(fields(parts));
      case Map<?, ?> fields -> writeFields(fields);
      case Object[] all -> writeObject(Arrays.asList(all));
      case Iterable<?> all -> {
        writeStartArray();
        for (Object each : all) {
          writeObject(each);
        }
        writeEndArray();
      }
      case int[] all -> writeArray(all, 0, all.length);
      case Enum<?> name -> writeString(name.toString());
      case Double number when number.isNaN() -> writeNull();
      default -> super.writeObject(value); // text, numbers and booleans
    }
  }

  private static Map<String, Object> fields(Record parts) {
    Map<String, Object> fields = new LinkedHashMap<>();
    try {
      for (RecordComponent part : parts.getClass().getRecordComponents()) {
        Method accessor = part.getAccessor();
        accessor.setAccessible(true); // its record may be private
        fields.put(part.getName(), accessor.invoke(parts));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return fields;
  }

  private void writeFields(Map<?, ?> fields) throws IOException {
    writeStartObject();
    for (Map.Entry<?, ?> field : fields.entrySet()) {
      Object value = field.getValue() instanceof Optional<?> some ? some.orElse(null) : field.getValue();
      if (value != null) {
        writeObjectField(field.getKey().toString(), value);
      }
    }
    writeEndObject();
  }
}
