package dev.tidemark.bridge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The host's durable queue, with what else the host must not forget: which numbers it took, and a state of its owner's.
 * Everything is a line in a log: {@code add} an event, {@code done} with some, {@code state}, {@code known} numbers.
 */
public final class EventQueue {
  /** Above these the queue takes nothing: on a phone without network for weeks. */
  private static final int EVENTS_MAX = 20000;
  private static final long CHARS_MAX = 24L * 1024 * 1024;
  /** The log is written anew when it has grown by so much, to twice what it was, and most of it is dead. */
  private static final long COMPACT_BYTES = 256 * 1024;
  private static final int DEPTH_MAX = 32;

  private final LogFile log;
  private final Time time;
  private final KnownNumbers known = new KnownNumbers();
  private final Map<Long, QueuedEvent> waiting = new LinkedHashMap<>();
  /** When what waits was added, epoch milliseconds. */
  private final Map<Long, Long> addedAt = new HashMap<>();
  private JsonObject state = new JsonObject();
  private long lastId;
  private long foundUpTo;
  private long chars;
  private long lastAddedAt;
  private long compactedBytes;
  private String ownQueueId;
  private long ownSeq;
  /** Whether something was added that a loss of power would take. */
  private boolean isUnsynced;

  private EventQueue(LogFile log, Time time) {
    this.log = log;
    this.time = time;
  }

  /** Reads what is there; must be closed. */
  public static EventQueue open(LogFile log, Time time, Randomness random) throws IOException {
    EventQueue queue = new EventQueue(log, time);
    Map<String, String> contexts = new HashMap<>();
    for (String line : log.open()) {
      try {
        queue.readLine((JsonObject) Json.read(line, DEPTH_MAX), contexts);
      } catch (JsonException | RuntimeException damaged) {
        continue; // a line of another version: the events of all others are worth more than an exception
      }
    }
    queue.foundUpTo = queue.lastId;
    if (queue.ownQueueId == null) queue.ownQueueId = random.uuid();
    queue.compactIfWorthIt();
    log.append(Collections.singletonList(queue.ownLine()), true);
    return queue;
  }

  private void readLine(JsonObject line, Map<String, String> contexts) {
    if (line.has("own")) {
      ownQueueId = line.text("own");
      ownSeq = Math.max(ownSeq, line.integer("s"));
    } else if (line.has("state")) state = line.object("state");
    else if (line.has("known")) {
      known.addFrom(line.array("known"));
      lastAddedAt = line.integer("t");
    } else if (line.has("add")) readAdded(line.object("add"), contexts);
    else if (line.has("done")) {
      for (Object id : line.array("done")) settle(Json.integer(id), line.integer("t"));
    }
  }

  private void readAdded(JsonObject added, Map<String, String> contexts) {
    String context = added.object("context").toString();
    if (!contexts.containsKey(context)) contexts.put(context, context);
    QueuedEvent event = new QueuedEvent(added.text("q"), added.integer("s"), added.text("e"), contexts.get(context),
        added.object("event").toString(), added.integer("skew"));
    keep(added.integer("i"), event, added.integer("t"));
  }

  private void keep(long id, QueuedEvent event, long atMs) {
    lastId = Math.max(lastId, id);
    lastAddedAt = atMs;
    waiting.put(id, event);
    addedAt.put(id, atMs);
    chars += event.chars();
    known.add(event.queueId, event.seq, event.seq, atMs);
    if (event.queueId.equals(ownQueueId)) ownSeq = Math.max(ownSeq, event.seq);
  }

  private void settle(long id, long atMs) {
    QueuedEvent event = waiting.remove(id);
    if (event == null) return;
    addedAt.remove(id);
    chars -= event.chars();
    known.touch(event.queueId, atMs);
  }

  /** The queue that the host's own events are numbered in. */
  public String ownQueueId() {
    return ownQueueId;
  }

  /** The number that the host's next event takes. */
  public synchronized long nextOwnSeq() {
    return ownSeq + 1;
  }

  private String ownLine() {
    return new JsonObject().put("own", ownQueueId).put("s", ownSeq).toString();
  }

  /** Whether an event of that number is in the queue, or was within 7 days. */
  public synchronized boolean knows(String queueId, long seq) {
    return known.has(queueId, seq);
  }

  /** When the last event was added, epoch milliseconds; 0 when none is remembered. */
  public synchronized long lastAddedAt() {
    return lastAddedAt;
  }

  /**
   * @param isDurable as {@link LogFile#append}.
   * @throws IOException when there is no room or the disk failed; then nothing was added.
   */
  public synchronized void add(List<QueuedEvent> events, boolean isDurable) throws IOException {
    long more = 0;
    for (QueuedEvent event : events) more += event.chars();
    if (waiting.size() + events.size() > EVENTS_MAX || chars + more > CHARS_MAX) throw new IOException("the queue is full");
    long now = time.wallMs();
    List<String> lines = new ArrayList<>();
    for (QueuedEvent event : events) lines.add(lineOf(lastId + 1 + lines.size(), event, now));
    log.append(lines, isDurable);
    for (QueuedEvent event : events) keep(lastId + 1, event, now);
    isUnsynced = !isDurable;
  }

  /**
   * What was added is there after a loss of power, too. Before anything leaves: its number must never be given twice.
   */
  public synchronized void sync() throws IOException {
    if (isUnsynced) log.append(Collections.<String>emptyList(), true);
    isUnsynced = false;
  }

  private static String lineOf(long id, QueuedEvent event, long atMs) {
    StringBuilder line = new StringBuilder(event.chars() + 160);
    line.append("{\"add\":{\"i\":").append(id).append(",\"t\":").append(atMs).append(",\"q\":\"").append(event.queueId);
    line.append("\",\"s\":").append(event.seq).append(",\"e\":\"").append(event.eventId).append("\",\"skew\":");
    line.append(event.skewMs).append(",\"context\":").append(event.context).append(",\"event\":").append(event.event);
    return line.append("}}").toString();
  }

  /** What waits now, oldest first, by ids that {@link #remove} takes. */
  public synchronized Map<Long, QueuedEvent> waiting() {
    return new LinkedHashMap<>(waiting);
  }

  /**
   * The longest run from the oldest that shares a context, and the clock it came by, within both bounds; an event larger than
   * that is alone. Empty only when nothing waits.
   */
  public synchronized Map<Long, QueuedEvent> oldest(int eventsMax, int bytesMax) {
    Map<Long, QueuedEvent> run = new LinkedHashMap<>();
    QueuedEvent first = null;
    int bytes = 0;
    for (Map.Entry<Long, QueuedEvent> entry : waiting.entrySet()) {
      QueuedEvent event = entry.getValue();
      if (first == null) first = event;
      bytes += Utf8.lengthOf(event.event);
      boolean isOther = !event.context.equals(first.context) || event.skewMs != first.skewMs;
      if (run.size() == eventsMax || isOther || (!run.isEmpty() && bytes > bytesMax)) break;
      run.put(entry.getKey(), event);
    }
    return run;
  }

  /** The last id that was there when it was opened: an earlier process may have sent those. */
  public long foundUpTo() {
    return foundUpTo;
  }

  /**
   * What waits, up to that id, for longer than the collector recognises copies. A clock that leapt ahead counts as time that
   * passed: no process knows what it did before; and what was added in the days to come is of a clock that nobody knows the error of.
   */
  public synchronized Map<Long, QueuedEvent> forgotten(long upTo) {
    Map<Long, QueuedEvent> old = new LinkedHashMap<>();
    for (Map.Entry<Long, QueuedEvent> entry : waiting.entrySet()) {
      if (entry.getKey() > upTo) break;
      if (Math.abs(time.wallMs() - addedAt.get(entry.getKey())) > KnownNumbers.KEPT_MS) old.put(entry.getKey(), entry.getValue());
    }
    return old;
  }

  /** Whether all of them wait still. */
  public synchronized boolean holds(Collection<Long> ids) {
    return waiting.keySet().containsAll(ids);
  }

  /** They were delivered, or never will be. When the log cannot be written they come again after a restart: copies do no harm. */
  public synchronized void remove(Collection<Long> ids) {
    long now = time.wallMs();
    JsonArray done = new JsonArray();
    for (Long id : ids) {
      done.add(id);
      settle(id, now);
    }
    appendQuietly(new JsonObject().put("done", done).put("t", now));
    compactIfWorthIt();
  }

  /** Deletes all that waits, from the disk too. */
  public synchronized void clear() {
    List<Long> ids = new ArrayList<>(waiting.keySet());
    remove(ids);
    compact();
  }

  public synchronized JsonObject state() {
    return state;
  }

  public synchronized void keepState(JsonObject next) {
    state = next;
    appendQuietly(new JsonObject().put("state", next));
  }

  private void appendQuietly(JsonObject line) {
    try {
      log.append(Collections.singletonList(line.toString()), false);
    } catch (IOException diskIsFull) {
      compact(); // may make room; if not, the memory knows, and the next compaction writes it
    }
  }

  private void compactIfWorthIt() {
    if (log.length() > COMPACT_BYTES + 2 * compactedBytes && log.length() > 3 * chars) compact();
  }

  private void compact() {
    long now = time.wallMs();
    for (QueuedEvent event : waiting.values()) known.touch(event.queueId, now);
    known.forgetSilent(now);
    List<String> lines = new ArrayList<>();
    lines.add(ownLine());
    lines.add(new JsonObject().put("state", state).toString());
    for (Map.Entry<Long, QueuedEvent> entry : waiting.entrySet()) lines.add(lineOf(entry.getKey(), entry.getValue(), addedAt.get(entry.getKey())));
    lines.add(new JsonObject().put("known", known.toJson()).put("t", lastAddedAt).toString());
    try {
      log.replace(lines);
      compactedBytes = log.length();
    } catch (IOException diskIsFull) {
      return; // the log as it is says the same
    }
  }

  public synchronized void close() throws IOException {
    log.close();
  }
}
