package dev.tidemark.bridge;

import java.text.ParseException;
import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.Locale;
import java.util.TimeZone;

/** The {@code Retry-After} header in both of its forms, seconds and HTTP date (RFC 9110, section 10.2.3). */
final class RetryAfter {
  /** A header must not silence a device for ever. */
  static final long MAX_MS = 86400000L;
  /** The three forms of an HTTP date. */
  private static final String[] DATES = {"EEE, dd MMM yyyy HH:mm:ss zzz", "EEEE, dd-MMM-yy HH:mm:ss zzz", "EEE MMM d HH:mm:ss yyyy"};

  private RetryAfter() {
  }

  /** @return milliseconds to wait, 0 to one day; null when the header is absent or unreadable. */
  static Long parse(String header, long nowMs) {
    String text = header == null ? "" : header.trim();
    if (text.matches("[0-9]+")) return text.length() > 8 ? MAX_MS : Math.min(MAX_MS, Long.parseLong(text) * 1000);
    for (String pattern : DATES) {
      SimpleDateFormat format = new SimpleDateFormat(pattern, Locale.US);
      format.setTimeZone(TimeZone.getTimeZone("GMT"));
      format.setLenient(false);
      try {
        Date date = format.parse(text);
        return Math.min(MAX_MS, Math.max(0, date.getTime() - nowMs));
      } catch (ParseException otherForm) {
        continue;
      }
    }
    return null;
  }
}
