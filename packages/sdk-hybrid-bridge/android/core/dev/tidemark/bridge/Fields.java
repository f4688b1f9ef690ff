package dev.tidemark.bridge;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** What a field may hold, and which fields a message to the host has. */
final class Fields {
  /** 2000-01-01 and 2100-01-01: device clocks outside these bounds are no clocks. */
  static final long TIME_MIN = 946684800000L;
  static final long TIME_MAX = 4102444800000L;
  /** Code points of ids that the app gives. */
  static final int ID_LENGTH = 128;

  static final Set<String> TO_HOST = Collections.unmodifiableSet(new HashSet<>(
      Arrays.asList("hello", "batch", "identity", "consent", "view", "ping", "pong", "bye", "part")));

  private Fields() {
  }

  /** Whether a message to the host has the fields of its type. */
  static boolean areWhole(JsonObject message) {
    switch (String.valueOf(message.text("type"))) {
      case "hello":
        return areIntegers(message.array("versions")) && isCount(message.integer("maxChars")) && isIdentity(message)
            && isTime(message.integer("pageStartedAt")) && isTime(message.integer("sentAt")) && message.text("userAgent") != null;
      case "batch":
        return message.object("batch") != null && isUuid(message.object("batch").get("batchId"));
      case "identity":
        return isIdentity(message);
      case "consent":
        return isConsent(message.object("purposes"));
      case "view":
        return message.text("page") != null && (!message.has("template") || message.text("template") != null)
            && areTexts(message.array("modules"));
      case "part":
        return isCount(message.integer("of")) && message.integer("of") >= 1 && isCount(message.integer("index"))
            && isCount(message.integer("count")) && message.integer("count") >= 1 && message.text("text") != null;
      default:
        return true;
    }
  }

  static boolean isIdentity(JsonObject message) {
    return isUuid(message.get("visitorId")) && isUuid(message.get("sessionId")) && isTime(message.integer("sessionStartedAt"))
        && (!message.has("userId") || isAppGivenId(message.text("userId")));
  }

  /** An id that no batch may hold would cost the host's own events. */
  static boolean isAppGivenId(String id) {
    return id != null && !id.isEmpty() && id.codePointCount(0, id.length()) <= ID_LENGTH;
  }

  private static boolean isConsent(JsonObject purposes) {
    if (purposes == null) return false;
    for (String purpose : purposes.keys()) {
      if (!"granted".equals(purposes.text(purpose)) && !"denied".equals(purposes.text(purpose))) return false;
    }
    return true;
  }

  static boolean areIntegers(JsonArray list) {
    if (list == null) return false;
    for (Object item : list) if (Json.integer(item) == null) return false;
    return true;
  }

  private static boolean areTexts(JsonArray list) {
    if (list == null) return false;
    for (Object item : list) if (!(item instanceof String)) return false;
    return true;
  }

  static boolean isTime(Long value) {
    return value != null && value >= TIME_MIN && value <= TIME_MAX;
  }

  static boolean isCount(Long value) {
    return value != null && value >= 0;
  }

  /** 8-4-4-4-12 hex digits, of either case. */
  static boolean isUuid(Object value) {
    if (!(value instanceof String) || ((String) value).length() != 36) return false;
    String text = (String) value;
    for (int at = 0; at < 36; at++) {
      char unit = text.charAt(at);
      boolean isDash = at == 8 || at == 13 || at == 18 || at == 23;
      boolean fits = isDash ? unit == '-' : unit < 0x80 && Character.digit(unit, 16) >= 0;
      if (!fits) return false;
    }
    return true;
  }

  static boolean isNonce(String text) {
    if (text.length() < 16 || text.length() > 64) return false;
    for (int at = 0; at < text.length(); at++) {
      char unit = text.charAt(at);
      boolean fits = (unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z') || (unit >= '0' && unit <= '9');
      if (!fits && unit != '-' && unit != '_') return false;
    }
    return true;
  }
}
