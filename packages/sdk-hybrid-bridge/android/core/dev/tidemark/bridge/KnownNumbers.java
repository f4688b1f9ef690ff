package dev.tidemark.bridge;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which numbers of which queues were taken, as ranges. A queue that was silent for 7 days is forgotten, and the oldest range or
 * queue where there are too many: a copy of what was forgotten is recognised by the collector.
 */
final class KnownNumbers {
  static final long KEPT_MS = 7 * 86400000L;
  private static final int QUEUES_MAX = 500;
  private static final int RANGES_MAX = 200;

  /** By queue, that of the longest silence first. */
  private final LinkedHashMap<String, Known> queues = new LinkedHashMap<>(16, 0.75f, true);

  private static final class Known {
    /** Last number by first number; ranges neither overlap nor touch. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();
    private long heardAt;
  }

  boolean has(String queueId, long seq) {
    Known known = queues.get(key(queueId));
    Map.Entry<Long, Long> range = known == null ? null : known.ranges.floorEntry(seq);
    return range != null && range.getValue() >= seq;
  }

  void add(String queueId, long from, long to, long nowMs) {
    touch(queueId, nowMs);
    TreeMap<Long, Long> ranges = queues.get(key(queueId)).ranges;
    Map.Entry<Long, Long> before = ranges.floorEntry(from);
    long first = before != null && before.getValue() >= from - 1 ? before.getKey() : from;
    long last = first < from ? Math.max(to, before.getValue()) : to;
    for (Map.Entry<Long, Long> next = ranges.ceilingEntry(first); next != null && next.getKey() <= last + 1;) {
      last = Math.max(last, next.getValue());
      ranges.remove(next.getKey());
      next = ranges.ceilingEntry(first);
    }
    ranges.put(first, last);
    if (ranges.size() > RANGES_MAX) ranges.pollFirstEntry();
  }

  /** The queue was heard of: its numbers are kept for 7 days from now. */
  void touch(String queueId, long nowMs) {
    Known known = queues.get(key(queueId));
    if (known == null) {
      known = new Known();
      queues.put(key(queueId), known);
    }
    known.heardAt = nowMs;
    if (queues.size() > QUEUES_MAX) queues.remove(queues.keySet().iterator().next());
  }

  void forgetSilent(long nowMs) {
    for (Iterator<Known> each = queues.values().iterator(); each.hasNext();) {
      if (nowMs - each.next().heardAt > KEPT_MS) each.remove();
    }
  }

  JsonArray toJson() {
    JsonArray list = new JsonArray();
    for (Map.Entry<String, Known> entry : queues.entrySet()) {
      JsonArray ranges = new JsonArray();
      for (Map.Entry<Long, Long> range : entry.getValue().ranges.entrySet()) {
        ranges.add(JsonArray.of(range.getKey(), range.getValue()));
      }
      list.add(new JsonObject().put("q", entry.getKey()).put("t", entry.getValue().heardAt).put("r", ranges));
    }
    return list;
  }

  void addFrom(JsonArray list) {
    for (Object each : list) {
      JsonObject entry = (JsonObject) each;
      for (Object range : entry.array("r")) {
        JsonArray ends = (JsonArray) range;
        add(entry.text("q"), Json.integer(ends.get(0)), Json.integer(ends.get(1)), entry.integer("t"));
      }
    }
  }

  /** Ids are the same in either case. */
  private static String key(String queueId) {
    return queueId.toLowerCase(Locale.ROOT);
  }
}
