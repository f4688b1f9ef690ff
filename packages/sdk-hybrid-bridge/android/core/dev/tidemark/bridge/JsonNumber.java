package dev.tidemark.bridge;

/** A number as it was written, so that what is relayed keeps every digit. Judged by its value: {@code 2.0} is an integer. */
public final class JsonNumber {
  /** 2^53 - 1: the largest integer that every reader of JSON holds exactly. */
  public static final long INTEGER_MAX = 9007199254740991L;

  /** Digits that always fit a long. */
  private static final int LONG_DIGITS = 18;

  private final String raw;

  JsonNumber(String raw) {
    this.raw = raw;
  }

  /** @return the value, or null when it is no integer or beyond what is exact everywhere. */
  public Long integer() {
    if (raw.length() <= LONG_DIGITS && isPlain()) return exact(Long.parseLong(raw));
    double value = Double.parseDouble(raw);
    return value == Math.rint(value) && Math.abs(value) <= INTEGER_MAX ? Long.valueOf((long) value) : null;
  }

  private static Long exact(long value) {
    return Math.abs(value) <= INTEGER_MAX ? Long.valueOf(value) : null;
  }

  private boolean isPlain() {
    for (int at = 0; at < raw.length(); at++) {
      char unit = raw.charAt(at);
      if (unit == '.' || unit == 'e' || unit == 'E') return false;
    }
    return true;
  }

  @Override
  public String toString() {
    return raw;
  }
}
