package dev.tidemark.bridge;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A JSON object in the order of its keys. One that was read and not changed is written letter for letter as it came; of a key
 * that comes twice the last one holds, as in every browser.
 */
public final class JsonObject {
  private final Map<String, Object> fields = new LinkedHashMap<>();
  private String raw;

  public JsonObject() {
  }

  /** Later changes are of the copy alone. */
  public JsonObject copy() {
    JsonObject copy = new JsonObject();
    copy.fields.putAll(fields);
    return copy;
  }

  /** @param value a String, Boolean, Number, JsonObject, JsonArray, or null for JSON's null; all else becomes a text. */
  public JsonObject put(String key, Object value) {
    fields.put(key, value);
    raw = null;
    return this;
  }

  /** Leaves a field out that has no value. */
  public JsonObject putIfPresent(String key, Object value) {
    return value == null ? this : put(key, value);
  }

  public boolean has(String key) {
    return fields.containsKey(key);
  }

  public Object get(String key) {
    return fields.get(key);
  }

  /** @return the text, or null when it is absent or none. */
  public String text(String key) {
    Object value = fields.get(key);
    return value instanceof String ? (String) value : null;
  }

  public JsonObject object(String key) {
    Object value = fields.get(key);
    return value instanceof JsonObject ? (JsonObject) value : null;
  }

  public JsonArray array(String key) {
    Object value = fields.get(key);
    return value instanceof JsonArray ? (JsonArray) value : null;
  }

  /** @return the integer, or null when it is absent, none, or not exact in a double. */
  public Long integer(String key) {
    return Json.integer(fields.get(key));
  }

  public Set<String> keys() {
    return fields.keySet();
  }

  /** What was read stands for itself until it is changed. */
  void cameAs(String text) {
    raw = text;
  }

  void writeTo(StringBuilder out) {
    if (raw != null) {
      out.append(raw);
      return;
    }
    out.append('{');
    String separator = "";
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      out.append(separator);
      Json.writeText(field.getKey(), out);
      out.append(':');
      Json.writeTo(field.getValue(), out);
      separator = ",";
    }
    out.append('}');
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    writeTo(out);
    return out.toString();
  }
}
