package dev.tidemark.bridge;

import java.nio.charset.Charset;

/** The encoding of everything that leaves. */
final class Utf8 {
  static final Charset CHARSET = Charset.forName("UTF-8");

  private Utf8() {
  }

  /** Bytes of a text, without making them. */
  static int lengthOf(String text) {
    int bytes = 0;
    for (int at = 0; at < text.length(); at++) {
      char unit = text.charAt(at);
      if (unit < 0x80) bytes += 1;
      else if (unit < 0x800 || Character.isSurrogate(unit)) bytes += 2; // a pair makes four
      else bytes += 3;
    }
    return bytes;
  }
}
