package dev.tidemark.bridge;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Messages that are longer than their receiver takes: cut here, and put together here. */
public final class Parts {
  public static final int PARTS_MAX = 1024;
  /** Messages that are incomplete at the same time; then the oldest is given up. */
  private static final int INCOMPLETE_MAX = 4;
  /** Bounds below this are taken for it: an envelope needs room. */
  public static final int BOUND_MIN = 512;
  /** Brackets, names and numbers of an envelope, with room for the largest. */
  private static final int ENVELOPE_CHARS = 240;

  private final Map<Long, Incomplete> incomplete = new LinkedHashMap<>();

  private static final class Incomplete {
    private final Map<Long, String> texts = new LinkedHashMap<>();
    private final long count;
    private long chars;

    private Incomplete(long count) {
      this.count = count;
    }
  }

  /**
   * @param bound UTF-16 units that the receiver takes; 0 for any.
   * @return the text alone where it is short enough, nothing where it cannot be said.
   */
  public static List<String> cut(String text, long bound, String nonce) {
    long most = Math.max(bound, BOUND_MIN);
    if (bound <= 0 || text.length() <= most) return Collections.singletonList(text);
    List<String> pieces = new ArrayList<>();
    for (int from = 0; from < text.length();) {
      int to = endOfPiece(text, from, most - ENVELOPE_CHARS - nonce.length());
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces.size() <= PARTS_MAX ? pieces : Collections.<String>emptyList();
  }

  private static int endOfPiece(String text, int from, long room) {
    int to = from;
    for (long left = room; to < text.length(); to++) {
      left -= escapedLength(text.charAt(to));
      if (left < 0) break;
    }
    boolean isPairCut = to < text.length() && Character.isLowSurrogate(text.charAt(to))
        && Character.isHighSurrogate(text.charAt(to - 1));
    return isPairCut ? to - 1 : to;
  }

  /** What JSON makes of a UTF-16 unit, at most. */
  private static int escapedLength(char unit) {
    if (unit == '"' || unit == '\\') return 2;
    boolean mayBeEscaped = unit < 0x20 || Character.isSurrogate(unit) || unit == 0x2028 || unit == 0x2029;
    return mayBeEscaped ? 6 : 1;
  }

  /** What came of a part: the whole text, or null with {@link #isBad} telling whether more is to come. */
  public static final class Added {
    public final String whole;
    public final boolean isBad;

    private Added(String whole, boolean isBad) {
      this.whole = whole;
      this.isBad = isBad;
    }
  }

  public Added add(long of, long index, long count, String text) {
    Incomplete known = incomplete.get(of);
    if (known == null) known = new Incomplete(count);
    boolean isWithin = count >= 1 && count <= PARTS_MAX && index >= 0 && index < count;
    boolean fits = isWithin && count == known.count && !known.texts.containsKey(index);
    if (!fits || known.chars + text.length() > MessageReader.CHARS_MAX) return new Added(null, true);
    known.texts.put(index, text);
    known.chars += text.length();
    if (known.texts.size() == count) {
      incomplete.remove(of);
      return new Added(join(known), false);
    }
    incomplete.put(of, known);
    if (incomplete.size() > INCOMPLETE_MAX) forgetOldest();
    return new Added(null, false);
  }

  private static String join(Incomplete known) {
    StringBuilder whole = new StringBuilder((int) known.chars);
    for (long index = 0; index < known.count; index++) whole.append(known.texts.get(index));
    return whole.toString();
  }

  private void forgetOldest() {
    Iterator<Long> oldest = incomplete.keySet().iterator();
    oldest.next();
    oldest.remove();
  }
}
