package dev.tidemark.bridge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes a page's batch into the queue, or says why not. */
final class Relay {
  static final int EVENTS_MAX = 1000;
  private static final long BUSY_MS = 1000;
  private static final long FULL_MS = 60000;

  private final EventQueue queue;

  Relay(EventQueue queue) {
    this.queue = queue;
  }

  /**
   * @param batch an object with a UUID as {@code batchId}.
   * @return the fields of an {@code ack} or {@code nack}; with the ack the events are on disk.
   */
  JsonObject answer(JsonObject batch, Adoption adoption, boolean isDenied, boolean isClosing) {
    JsonObject context = batch.object("context");
    if (!isEnvelope(batch) || !isContext(context)) return nack(batch, "invalid_batch", 0);
    if (isDenied) return nack(batch, "denied", 0);
    if (isClosing) return nack(batch, "busy", BUSY_MS);
    JsonArray eventIds = new JsonArray();
    JsonArray rejected = new JsonArray();
    List<QueuedEvent> fresh = new ArrayList<>();
    Set<Long> numbers = new HashSet<>();
    for (Object each : batch.array("events")) {
      String fault = faultOf(each);
      JsonObject event = each instanceof JsonObject ? (JsonObject) each : new JsonObject();
      String eventId = Fields.isUuid(event.get("eventId")) ? event.text("eventId") : "";
      if (fault != null) {
        rejected.add(new JsonObject().put("eventId", eventId).put("reason", fault));
        continue;
      }
      eventIds.add(eventId);
      long seq = event.integer("seq");
      if (numbers.add(seq) && !queue.knows(context.text("queueId"), seq)) fresh.add(adoption.adopt(context, event));
    }
    try {
      if (!fresh.isEmpty()) queue.add(fresh, true);
    } catch (IOException noRoom) {
      return nack(batch, "full", FULL_MS);
    }
    return new JsonObject().put("type", "ack").put("batchId", batch.text("batchId")).put("eventIds", eventIds)
        .put("rejected", rejected);
  }

  private static JsonObject nack(JsonObject batch, String reason, long afterMs) {
    JsonObject nack = new JsonObject().put("type", "nack").put("batchId", batch.text("batchId")).put("reason", reason);
    return afterMs > 0 ? nack.put("afterMs", afterMs) : nack;
  }

  private static boolean isEnvelope(JsonObject batch) {
    JsonArray events = batch.array("events");
    return Long.valueOf(1).equals(batch.integer("v")) && events != null && events.size() >= 1 && events.size() <= EVENTS_MAX;
  }

  private static boolean isContext(JsonObject context) {
    if (context == null) return false;
    JsonObject sdk = context.object("sdk");
    String surface = context.text("surface");
    return isName(context.text("appId")) && ("h5".equals(surface) || "native".equals(surface))
        && sdk != null && isName(sdk.text("name")) && isName(sdk.text("version")) && Fields.isUuid(context.get("queueId"))
        && Fields.isUuid(context.get("visitorId")) && Fields.isUuid(context.get("sessionId"))
        && Fields.isTime(context.integer("sessionStartedAt"));
  }

  private static boolean isName(String text) {
    return text != null && !text.isEmpty();
  }

  /** @return the reason why the event can never be taken, or null; all else is for the collector to judge. */
  private static String faultOf(Object each) {
    if (!(each instanceof JsonObject)) return "not_an_object";
    JsonObject event = (JsonObject) each;
    Long seq = event.integer("seq");
    if (!Fields.isUuid(event.get("eventId"))) return faultOf(event, "eventId");
    if (seq == null || seq < 1) return faultOf(event, "seq");
    if (!Fields.isTime(event.integer("occurredAt"))) return faultOf(event, "occurredAt");
    return event.text("type") == null ? faultOf(event, "type") : null;
  }

  private static String faultOf(JsonObject event, String field) {
    return event.has(field) ? "wrong_type" : "missing_field";
  }
}
