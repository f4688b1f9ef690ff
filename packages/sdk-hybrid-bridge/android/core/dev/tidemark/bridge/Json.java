package dev.tidemark.bridge;

/** Reads and writes JSON by RFC 8259, without a library and without surprises: what a browser refuses is refused here. */
public final class Json {
  private Json() {
  }

  /**
   * @param depthMax brackets within brackets; the reader calls itself once for each.
   * @throws JsonException when the text is no JSON or nests deeper.
   */
  public static Object read(String text, int depthMax) throws JsonException {
    return new JsonReader(text, depthMax).readAll();
  }

  /** @return the value by which a number is judged, or null when it is no exact integer. */
  public static Long integer(Object value) {
    if (value instanceof JsonNumber) return ((JsonNumber) value).integer();
    if (value instanceof Long || value instanceof Integer) return ((Number) value).longValue();
    return null;
  }

  public static String write(Object value) {
    StringBuilder out = new StringBuilder();
    writeTo(value, out);
    return out.toString();
  }

  static void writeTo(Object value, StringBuilder out) {
    if (value instanceof String) writeText((String) value, out);
    else if (value instanceof JsonObject) ((JsonObject) value).writeTo(out);
    else if (value instanceof JsonArray) ((JsonArray) value).writeTo(out);
    else if (value instanceof Number) out.append(isSpeakable((Number) value) ? value : "null"); // as JSON.stringify does
    else if (value == null || value instanceof Boolean || value instanceof JsonNumber) out.append(value);
    else writeText(value.toString(), out);
  }

  private static boolean isSpeakable(Number value) {
    return !Double.isNaN(value.doubleValue()) && !Double.isInfinite(value.doubleValue());
  }

  static void writeText(String text, StringBuilder out) {
    out.append('"');
    for (int at = 0; at < text.length(); at++) {
      char unit = text.charAt(at);
      if (unit == '"' || unit == '\\') out.append('\\').append(unit);
      else if (unit < 0x20 || unit == 0x2028 || unit == 0x2029 || isHalf(text, at)) escape(unit, out);
      else out.append(unit);
    }
    out.append('"');
  }

  /** Half of a surrogate pair: no encoding of Unicode can carry it. Line separators end a line in older WebViews. */
  private static boolean isHalf(String text, int at) {
    char unit = text.charAt(at);
    if (Character.isHighSurrogate(unit)) return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    return Character.isLowSurrogate(unit) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  private static void escape(char unit, StringBuilder out) {
    String digits = Integer.toHexString(unit);
    out.append("\\u").append("0000", 0, 4 - digits.length()).append(digits);
  }
}
