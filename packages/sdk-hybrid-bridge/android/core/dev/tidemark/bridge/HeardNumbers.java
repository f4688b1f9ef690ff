package dev.tidemark.bridge;

import java.util.TreeSet;

/** The numbers of messages that came, as far back as copies are told from new ones. */
final class HeardNumbers {
  private static final long WINDOW = 1024;

  private final TreeSet<Long> heard = new TreeSet<>();

  boolean has(long n) {
    return heard.contains(n) || (!heard.isEmpty() && n < heard.last() - WINDOW);
  }

  void add(long n) {
    heard.add(n);
    while (heard.first() < heard.last() - WINDOW) heard.pollFirst();
  }
}
