package dev.retort.cli;

import module java.base;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/**
 * JSON out of values: records and maps are objects, collections and arrays are arrays. A field whose {@link Optional}
 * is empty is left out; NaN, which JSON does not have, is null.
 */
final class JsonValues {
  private JsonValues() {}

  /** An object of fields in this order: names and values in turn. */
  static Map<String, Object> object(Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }

  /** A value as text. */
  static String text(Object value) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
      write(json, value);
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case Record parts -> write(json, fields(parts));
      case Map<?, ?> fields -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
          if (!Optional.empty().equals(field.getValue())) {
            json.writeFieldName(field.getKey().toString());
            write(json, field.getValue());
          }
        }
        json.writeEndObject();
      }
      case Optional<?> some -> write(json, some.orElse(null));
      case Object[] all -> write(json, Arrays.asList(all));
      case Iterable<?> all -> {
        json.writeStartArray();
        for (Object each : all) {
          write(json, each);
        }
        json.writeEndArray();
      }
      case int[] all -> json.writeArray(all, 0, all.length);
      case Enum<?> name -> json.writeString(name.toString());
      case Double number when number.isNaN() -> json.writeNull();
      default -> json.writeObject(value); // text, numbers and booleans
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
}
