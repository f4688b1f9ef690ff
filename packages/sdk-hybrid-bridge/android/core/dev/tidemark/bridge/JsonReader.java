package dev.tidemark.bridge;

/** One reading of one text. */
final class JsonReader {
  private final String text;
  private final int depthMax;
  private int at;
  private int depth;
  private boolean isPolluted;

  JsonReader(String text, int depthMax) {
    this.text = text;
    this.depthMax = depthMax;
  }

  /** Whether a key was read that some languages take for more than a key. */
  boolean isPolluted() {
    return isPolluted;
  }

  Object readAll() throws JsonException {
    Object value = readValue();
    skipSpace();
    if (at < text.length()) throw fault("nothing more");
    return value;
  }

  private Object readValue() throws JsonException {
    skipSpace();
    if (at == text.length()) throw fault("a value");
    switch (text.charAt(at)) {
      case '{':
        return readObject();
      case '[':
        return readArray();
      case '"':
        return readText();
      case 't':
        return readWord("true", Boolean.TRUE);
      case 'f':
        return readWord("false", Boolean.FALSE);
      case 'n':
        return readWord("null", null);
      default:
        return readNumber();
    }
  }

  private JsonObject readObject() throws JsonException {
    int from = at;
    enter();
    JsonObject object = new JsonObject();
    if (!takeIf('}')) {
      do {
        skipSpace();
        if (at == text.length() || text.charAt(at) != '"') throw fault("a key");
        String key = readText();
        isPolluted |= key.equals("__proto__") || key.equals("constructor") || key.equals("prototype");
        take(':');
        object.put(key, readValue());
      } while (takeIf(','));
      take('}');
    }
    depth--;
    object.cameAs(text.substring(from, at));
    return object;
  }

  private JsonArray readArray() throws JsonException {
    enter();
    JsonArray array = new JsonArray();
    if (!takeIf(']')) {
      do array.add(readValue());
      while (takeIf(','));
      take(']');
    }
    depth--;
    return array;
  }

  private void enter() throws JsonException {
    at++;
    if (++depth > depthMax) throw fault("fewer brackets within brackets");
  }

  private String readText() throws JsonException {
    at++;
    StringBuilder out = null;
    int from = at;
    while (at < text.length()) {
      char unit = text.charAt(at);
      if (unit == '"') {
        String rest = text.substring(from, at++);
        return out == null ? rest : out.append(rest).toString();
      }
      if (unit < 0x20) throw fault("an escape");
      if (unit != '\\') {
        at++;
        continue;
      }
      if (out == null) out = new StringBuilder();
      out.append(text, from, at).append(readEscape());
      from = at;
    }
    throw fault("the end of a text");
  }

  private char readEscape() throws JsonException {
    char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    at += 2;
    int simple = "\"\\/bfnrt".indexOf(kind);
    if (simple >= 0) return "\"\\/\b\f\n\r\t".charAt(simple);
    if (kind != 'u' || at + 4 > text.length()) throw fault("an escape");
    int unit = 0;
    for (int end = at + 4; at < end; at++) {
      int digit = hexDigit(text.charAt(at));
      if (digit < 0) throw fault("a hex digit");
      unit = unit * 16 + digit;
    }
    return (char) unit;
  }

  /** Character.digit takes the digits of every script. */
  private static int hexDigit(char unit) {
    return unit < 0x80 ? Character.digit(unit, 16) : -1;
  }

  private Object readWord(String word, Object value) throws JsonException {
    if (!text.startsWith(word, at)) throw fault("a value");
    at += word.length();
    return value;
  }

  private JsonNumber readNumber() throws JsonException {
    int from = at;
    if (isAt('-')) at++;
    if (isAt('0')) at++;
    else readDigits();
    if (isAt('.')) {
      at++;
      readDigits();
    }
    if (isAt('e') || isAt('E')) {
      at++;
      if (isAt('+') || isAt('-')) at++;
      readDigits();
    }
    return new JsonNumber(text.substring(from, at));
  }

  private void readDigits() throws JsonException {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
    if (at == from) throw fault("a digit");
  }

  private boolean isAt(char unit) {
    return at < text.length() && text.charAt(at) == unit;
  }

  private void take(char unit) throws JsonException {
    if (!takeIf(unit)) throw fault("'" + unit + "'");
  }

  private boolean takeIf(char unit) {
    skipSpace();
    if (!isAt(unit)) return false;
    at++;
    return true;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) at++;
  }

  private JsonException fault(String expected) {
    return new JsonException("expected " + expected + " at " + at);
  }
}
