package dev.tidemark.bridge;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A JSON list. */
public final class JsonArray implements Iterable<Object> {
  private final List<Object> items = new ArrayList<>();

  public static JsonArray of(Object... values) {
    JsonArray list = new JsonArray();
    for (Object value : values) list.add(value);
    return list;
  }

  /** As {@link JsonObject#put}. */
  public JsonArray add(Object value) {
    items.add(value);
    return this;
  }

  public int size() {
    return items.size();
  }

  public Object get(int index) {
    return items.get(index);
  }

  @Override
  public Iterator<Object> iterator() {
    return items.iterator();
  }

  void writeTo(StringBuilder out) {
    out.append('[');
    for (int index = 0; index < items.size(); index++) {
      if (index > 0) out.append(',');
      Json.writeTo(items.get(index), out);
    }
    out.append(']');
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    writeTo(out);
    return out.toString();
  }
}
