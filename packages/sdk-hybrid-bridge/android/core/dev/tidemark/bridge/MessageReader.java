package dev.tidemark.bridge;

import java.util.Set;

/** Reads a message as far as its envelope. Never throws: whoever can run in a frame of the page can say anything. */
public final class MessageReader {
  public static final int CHARS_MAX = 1048576;
  public static final int DEPTH_MAX = 8;

  /** Either a message or the reason why it is none. */
  public static final class Read {
    public final JsonObject message;
    public final String refusal;

    private Read(JsonObject message, String refusal) {
      this.message = message;
      this.refusal = refusal;
    }
  }

  private MessageReader() {
  }

  /**
   * @param text null for what is no text.
   * @param types those that this side takes.
   */
  public static Read read(String text, Set<String> types) {
    if (text == null) return refused("not_text");
    if (text.length() > CHARS_MAX) return refused("oversize");
    if (depthOf(text) > DEPTH_MAX) return refused("deep");
    JsonReader reader = new JsonReader(text, DEPTH_MAX);
    Object value;
    try {
      value = reader.readAll();
    } catch (JsonException unreadable) {
      return refused("unreadable");
    }
    if (reader.isPolluted()) return refused("polluted");
    if (!(value instanceof JsonObject)) return refused("foreign");
    JsonObject message = (JsonObject) value;
    boolean isOurs = Long.valueOf(1).equals(message.integer("tidemark")) && types.contains(message.text("type"));
    if (!isOurs || isOfOtherVersions(message)) return refused("foreign");
    Long n = message.integer("n");
    boolean isWhole = message.text("nonce") != null && n != null && n >= 1 && Stamp.of(message.get("at")) != null;
    return isWhole ? new Read(message, null) : refused("malformed");
  }

  private static Read refused(String reason) {
    return new Read(null, reason);
  }

  /** A hello that speaks versions, but none of ours. */
  private static boolean isOfOtherVersions(JsonObject message) {
    JsonArray versions = message.array("versions");
    if (!"hello".equals(message.text("type")) || !Fields.areIntegers(versions)) return false;
    for (Object version : versions) if (Json.integer(version) == 1) return false;
    return true;
  }

  /** Brackets within brackets, those inside texts left out; before it is read, which goes as deep. */
  private static int depthOf(String text) {
    int depth = 0;
    int deepest = 0;
    boolean isInText = false;
    for (int at = 0; at < text.length(); at++) {
      char unit = text.charAt(at);
      if (isInText) {
        if (unit == '\\') at++;
        else if (unit == '"') isInText = false;
      } else if (unit == '"') isInText = true;
      else if (unit == '{' || unit == '[') deepest = Math.max(deepest, ++depth);
      else if (unit == '}' || unit == ']') depth--;
    }
    return deepest;
  }
}
