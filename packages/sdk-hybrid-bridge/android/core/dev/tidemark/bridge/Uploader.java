package dev.tidemark.bridge;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Empties the queue into the collector, one batch at a time, oldest first, for as long as it takes. */
public final class Uploader {
  private static final int EVENTS_MAX = 50;
  private static final int BYTES_MAX = 60000;
  /** Full jitter between 0 and a bound that doubles from one second to five minutes. */
  private static final long BACKOFF_BASE_MS = 1000;
  private static final long BACKOFF_MAX_MS = 300000;
  /** Events wait for company this long. */
  private static final long FLUSH_MS = 5000;

  private final EventQueue queue;
  private final HttpPost http;
  private final Scheduler scheduler;
  private final Time time;
  private final Randomness random;
  private String endpoint;
  private String writeKey;
  private Batch batch;
  private int eventsMax = EVENTS_MAX;
  private int failures;
  private long retryAt = Long.MIN_VALUE;
  private long dueAt = Long.MAX_VALUE;
  private boolean isStopped;
  private boolean isClosed;
  private long delivered;
  private long rejected;
  private long setAside;
  private long expired;
  /** Of the host's own events, by reason, since it was last asked. */
  private JsonObject ownGivenUp = new JsonObject();
  /** What lies up to there may have been sent, by this process or an earlier one. */
  private long sentUpTo;

  /** Tried again under the same id until its end is known. */
  private static final class Batch {
    private final String batchId;
    private final Map<Long, QueuedEvent> events;

    private Batch(String batchId, Map<Long, QueuedEvent> events) {
      this.batchId = batchId;
      this.events = events;
    }
  }

  public Uploader(EventQueue queue, HttpPost http, Scheduler scheduler, Time time, Randomness random) {
    this.queue = queue;
    this.http = http;
    this.scheduler = scheduler;
    this.time = time;
    this.random = random;
    sentUpTo = queue.foundUpTo();
  }

  /** Where to send, and with which write key; also after a key was refused. */
  public synchronized void configure(String collector, String key) {
    endpoint = collector.endsWith("/") ? collector.substring(0, collector.length() - 1) : collector;
    writeKey = key;
    isStopped = false;
    retryAt = Long.MIN_VALUE;
    flush();
  }

  /** Something was added: it is sent soon. */
  public synchronized void nudge() {
    scheduleIn(FLUSH_MS);
  }

  /** Sends what there is as soon as it may: the app goes to the background, or the network is back. */
  public synchronized void flush() {
    scheduleIn(0);
  }

  public synchronized void close() {
    isClosed = true;
  }

  /** Whether the key was refused: nothing is sent until {@link #configure}. */
  public synchronized boolean isStopped() {
    return isStopped;
  }

  /** How many events came to which end since the start: delivered, rejected, set aside, expired. */
  public synchronized long[] settled() {
    return new long[] {delivered, rejected, setAside, expired};
  }

  /** How many of the host's own events were given up since this was last asked, by reason: for {@link Host#tellGivenUp}. */
  public synchronized JsonObject takeOwnGivenUp() {
    JsonObject counts = ownGivenUp;
    ownGivenUp = new JsonObject();
    return counts;
  }

  private void scheduleIn(long delayMs) {
    long now = time.monotonicMs();
    final long at = Math.max(now + delayMs, retryAt);
    if (isClosed || isStopped || endpoint == null || at >= dueAt) return;
    dueAt = at;
    scheduler.schedule(at - now, new Runnable() {
      @Override
      public void run() {
        runDue(at);
      }
    });
  }

  /** A run that was overtaken by an earlier one does nothing. */
  private void runDue(long at) {
    synchronized (this) {
      if (at != dueAt) return;
      dueAt = Long.MAX_VALUE;
      if (time.monotonicMs() < retryAt) {
        scheduleIn(0);
        return;
      }
    }
    boolean isMore = true;
    while (isMore) isMore = sendOne();
  }

  /** @return whether to go on with the next batch at once. */
  private boolean sendOne() {
    Batch sent;
    String url;
    String key;
    synchronized (this) {
      if (isClosed || isStopped || !takeBatch()) return false;
      sent = batch;
      url = endpoint + "/v1/batch";
      key = writeKey;
    }
    Delivery delivery = post(sent, url, key);
    synchronized (this) {
      return settle(sent, delivery);
    }
  }

  /** What was deleted meanwhile is not sent, nor is a batch that held some of it. */
  private boolean takeBatch() {
    giveUpForgotten();
    if (batch != null && queue.holds(batch.events.keySet())) return true;
    Map<Long, QueuedEvent> events = queue.oldest(eventsMax, BYTES_MAX);
    batch = events.isEmpty() ? null : new Batch(random.uuid(time.wallMs()), events);
    for (long id : events.keySet()) sentUpTo = Math.max(sentUpTo, id);
    return batch != null;
  }

  /** The collector may have them and not know them again. */
  private void giveUpForgotten() {
    Map<Long, QueuedEvent> forgotten = queue.forgotten(sentUpTo);
    if (forgotten.isEmpty()) return;
    expired += forgotten.size();
    for (QueuedEvent event : forgotten.values()) noteGivenUp("expired", event);
    queue.remove(forgotten.keySet());
  }

  private void noteGivenUp(String reason, QueuedEvent event) {
    if (!event.queueId.equals(queue.ownQueueId())) return;
    Long before = ownGivenUp.integer(reason);
    ownGivenUp.put(reason, before == null ? 1 : before + 1);
  }

  private Delivery post(Batch sent, String url, String key) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Authorization", "Bearer " + key);
    headers.put("Content-Type", "application/json");
    try {
      queue.sync();
      HttpPost.Answer answer = http.post(url, headers, bodyOf(sent).getBytes(Utf8.CHARSET));
      return Delivery.of(answer, sent.batchId, time.wallMs());
    } catch (IOException | RuntimeException noAnswer) {
      return Delivery.unknown(); // an address that cannot be one, a permission that is missing: likewise
    }
  }

  private String bodyOf(Batch sent) {
    QueuedEvent first = sent.events.values().iterator().next();
    StringBuilder body = new StringBuilder("{\"v\":1,\"batchId\":\"").append(sent.batchId);
    body.append("\",\"sentAt\":").append(time.wallMs() - first.skewMs).append(",\"context\":").append(first.context);
    String separator = ",\"events\":[";
    for (QueuedEvent event : sent.events.values()) {
      body.append(separator).append(event.event);
      separator = ",";
    }
    return body.append("]}").toString();
  }

  private boolean settle(Batch sent, Delivery delivery) {
    int count = sent.events.size();
    switch (delivery.kind) {
      case DELIVERED:
        delivered += count - delivery.rejected;
        rejected += delivery.rejected;
        finish(sent);
        return true;
      case HALVE:
        if (count > 1) {
          eventsMax = (count + 1) / 2;
          batch = null;
        } else {
          setAside++;
          noteGivenUp("unsendable", sent.events.values().iterator().next());
          finish(sent);
        }
        return true;
      case STOPPED:
        isStopped = true;
        return false;
      default:
        retryLater(delivery.afterMs);
        return false;
    }
  }

  private void finish(Batch sent) {
    queue.remove(sent.events.keySet());
    batch = null;
    failures = 0;
    retryAt = Long.MIN_VALUE;
    eventsMax = EVENTS_MAX;
  }

  private void retryLater(Long afterMs) {
    failures++;
    double bound = Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * Math.pow(2, failures - 1));
    retryAt = time.monotonicMs() + (afterMs == null ? (long) (random.unit() * bound) : afterMs);
    scheduleIn(0);
  }
}
