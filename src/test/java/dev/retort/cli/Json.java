package dev.retort.cli;

import module java.base;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** A JSON file as maps, lists, strings and numbers. */
final class Json {
  private Json() {}

  @SuppressWarnings("unchecked") // The root of every result is an object.
  static Map<String, Object> read(Path file) throws IOException {
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      json.nextToken();
      return (Map<String, Object>) value(json);
    }
  }

  @SuppressWarnings("unchecked") // For fields that are objects by contract.
  static Map<String, Object> object(Map<String, Object> in, String field) {
    return (Map<String, Object>) in.get(field);
  }

  private static Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName();
          json.nextToken();
          object.put(name, value(json));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> array = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(json));
        }
        yield array;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getNumberValue();
      case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
      case VALUE_STRING -> json.getText();
      default -> throw new IOException("unexpected " + json.currentToken());
    };
  }
}
